/*
 * Verifies the domains that businesses claim: each has a TXT record at a name of
 * ours below it, which only the owner of its zone can write. The database
 * decides (kf.domain_told). A name server that hangs does not block other work: answers
 * are collected as they arrive, at each tick.
 */
#include <apr_strings.h>

#include "base/limits.h"
#include "flow/work_int.h"
#include "json/encode.h"
#include "net/dns.h"
#include "repo/business/domain.h"

#define MOST_JSON 65536

typedef struct kf_lookup_t {
    kf_job_t job;
    kf_domain_row_t row;
    kf_dns_t *dns;
    struct kf_lookup_t *next;
} lookup_t;

static bool is_text(const char *text)
{
    for (; *text; text++) {
        if (*text < ' ' || *text > '~') {
            return false;
        }
    }
    return true;
}

/* NULL: nobody answered. A text with control characters is no token of ours. */
static const char *texts_json(const lookup_t *lookup)
{
    kf_buf_t buf;

    if (kf_dns_look(lookup->dns) != KF_DNS_TOLD) {
        return NULL;
    }
    kf_buf_init(&buf, lookup->job.p, 256, MOST_JSON);
    kf_json_open(&buf, '[');
    for (const char *const *text = kf_dns_texts(lookup->dns); *text; text++) {
        if (is_text(*text)) {
            kf_json_str(&buf, NULL, *text);
        }
    }
    kf_json_close(&buf, ']');
    return kf_buf_text(&buf);
}

static kf_err_t *save(kf_job_t *job, kf_db_t *db)
{
    const lookup_t *lookup = (const lookup_t *)job;

    return kf_repo_domain_told(db, lookup->row.domain, texts_json(lookup), job->p);
}

void kf_work_lookups(kf_work_t *work)
{
    lookup_t **at = &work->lookups;

    while (*at) {
        lookup_t *lookup = *at;

        if (kf_dns_look(lookup->dns) == KF_DNS_WAITS) {
            at = &lookup->next;
        } else {
            *at = lookup->next;
            kf_job_save(&lookup->job, save);
        }
    }
}

static kf_err_t *start(kf_job_t *job, kf_db_t *db)
{
    lookup_t *lookup = (lookup_t *)job;
    const char *name = apr_pstrcat(job->p, "_konfirmado.", lookup->row.domain, NULL);

    (void)db;
    lookup->dns = kf_dns_ask(kf_work_flow(job->work)->name_server, name, job->p);
    lookup->next = job->work->lookups;
    job->work->lookups = lookup;
    return NULL;
}

const kf_queue_t kf_queue_domains = KF_QUEUE(kf_lease_domains, lookup_t, row, start, NULL);
