#include "flow/operator/status.h"

#include <apr_strings.h>
#include <apr_time.h>
#include <stdlib.h>
#include <string.h>

#include "base/metric.h"
#include "flow/operator/server.h"

#define FORGOTTEN_S 3600   /* a machine silent for that long was switched off on purpose */

typedef struct {
    kf_finding_t *list;
    int n;
} found_t;

static void add(found_t *found, kf_finding_t finding)
{
    if (found->n < KF_FINDINGS_MAX) {
        found->list[found->n++] = finding;
    }
}

const kf_status_row_t *kf_status_find(const kf_status_t *status, const char *family, const char *label,
                                      const char *state)
{
    for (int i = 0; i < status->n; i++) {
        const kf_status_row_t *row = &status->rows[i];

        if (!strcmp(row->family, family) && !strcmp(row->label, label) && (!state || !strcmp(row->state, state))) {
            return row;
        }
    }
    return NULL;
}

static bool is(const kf_status_row_t *row, const char *family, const char *state)
{
    return !strcmp(row->family, family) && (!state || !strcmp(row->state, state));
}

/* -- rows that are findings by themselves -- */

static void judge_row(found_t *found, const kf_status_row_t *row)
{
    if (is(row, "queue", "due") && row->age_s > KF_QUEUE_PATIENCE_S) {
        add(found, (kf_finding_t){KF_FOUND_QUEUE, true, row->label, row->n, row->age_s});
    } else if (is(row, "queue", "dead") && row->n > 0) {
        add(found, (kf_finding_t){KF_FOUND_DEAD, false, row->label, row->n, KF_STATUS_NONE});
    } else if (is(row, "money", NULL) && row->n > 0 && strcmp(row->label, "refund_to_make") != 0) {
        add(found, (kf_finding_t){KF_FOUND_MONEY, false, row->label, row->n, row->age_s});
    } else if (is(row, "calendar", NULL) && row->n > 0 && strcmp(row->label, "connected") != 0) {
        add(found, (kf_finding_t){KF_FOUND_CALENDARS, false, row->label, row->n, KF_STATUS_NONE});
    } else if (is(row, "endpoint", NULL) && row->n > 0) {
        add(found, (kf_finding_t){strcmp(row->label, "failing") != 0 ? KF_FOUND_ENDPOINTS : KF_FOUND_UNTOLD, false, "",
                                  row->n, KF_STATUS_NONE});
    } else if (is(row, "standing", NULL) && row->n > 0 && !strcmp(row->label, "mails_stopped")) {
        add(found, (kf_finding_t){KF_FOUND_STOPPED, false, "", row->n, KF_STATUS_NONE});
    } else if (is(row, "standing", NULL) && row->n > 0 && !strcmp(row->label, "approval")) {
        add(found, (kf_finding_t){KF_FOUND_APPROVAL, false, "", row->n, KF_STATUS_NONE});
    }
}

/* -- workers -- */

static void judge_workers(found_t *found, const kf_status_t *status)
{
    int64_t youngest = KF_STATUS_NONE;

    for (int i = 0; i < status->n; i++) {
        const kf_status_row_t *row = &status->rows[i];

        if (is(row, "worker", NULL) && (youngest < 0 || row->age_s < youngest)) {
            youngest = row->age_s;
        }
    }
    if (youngest < 0 || youngest > KF_WORKER_PATIENCE_S) {
        add(found, (kf_finding_t){KF_FOUND_NO_WORKER, true, "", KF_STATUS_NONE, youngest});
        return;
    }
    for (int i = 0; i < status->n; i++) {
        const kf_status_row_t *row = &status->rows[i];

        if (is(row, "worker", NULL) && row->age_s > KF_WORKER_PATIENCE_S && row->age_s < FORGOTTEN_S) {
            add(found, (kf_finding_t){KF_FOUND_WORKER, false, row->label, KF_STATUS_NONE, row->age_s});
        }
    }
}

/* Whether a machine has done the job of this row more recently, or an earlier row reports it already. */
static bool better(const kf_status_t *status, const kf_status_row_t *row)
{
    for (int i = 0; i < status->n; i++) {
        const kf_status_row_t *other = &status->rows[i];

        if (other != row && is(other, "job", row->state)
            && ((other->age_s >= 0 && (row->age_s < 0 || other->age_s < row->age_s))
                || (other->age_s == row->age_s && other < row))) {
            return true;
        }
    }
    return false;
}

static void judge_jobs(found_t *found, const kf_status_t *status)
{
    for (int i = 0; i < status->n; i++) {
        const kf_status_row_t *row = &status->rows[i];

        if (is(row, "job", NULL) && (row->age_s < 0 || row->age_s > KF_JOB_PATIENCE_S) && !better(status, row)) {
            add(found, (kf_finding_t){KF_FOUND_JOB, true, row->state, KF_STATUS_NONE, row->age_s});
        }
    }
}

static bool is_off(const kf_status_t *status)
{
    const kf_status_row_t *off = kf_status_find(status, "jobs", "off", NULL);

    return off && off->n > 0;
}

/* Too early for any heartbeat. */
static bool has_only_begun(const kf_status_t *status)
{
    return apr_time_now() - status->begun_at <= KF_START_PATIENCE_S * KF_SECOND;
}

/* Work that was switched off on purpose is not a failure. */
static void judge_background(found_t *found, const kf_status_t *status)
{
    if (is_off(status)) {
        add(found, (kf_finding_t){KF_FOUND_JOBS_OFF, true, "", KF_STATUS_NONE, KF_STATUS_NONE});
    } else if (status->n && !has_only_begun(status)) {
        judge_workers(found, status);
        judge_jobs(found, status);
    }
}

/* -- httpds -- */

static void judge_servers(found_t *found, const kf_status_t *status)
{
    for (int i = 0; i < status->n; i++) {
        const kf_status_row_t *row = &status->rows[i];

        if (is(row, "server", "keys") && row->n > 0) {
            add(found, (kf_finding_t){KF_FOUND_SERVER_KEYS, true, row->label, row->n, KF_STATUS_NONE});
        } else if (status->self && !strcmp(row->label, status->self)) {
            continue; /* it looks at its folder itself */
        } else if (is(row, "server", "closed")) {
            add(found, (kf_finding_t){KF_FOUND_SERVER_FOLDER, true, row->label, KF_STATUS_NONE, KF_STATUS_NONE});
        } else if (is(row, "server", "full")) {
            add(found, (kf_finding_t){KF_FOUND_SERVER_DISK, true, row->label, KF_STATUS_NONE, KF_STATUS_NONE});
        }
    }
}

/* -- this machine, and what others say of themselves -- */

static void judge_peers(found_t *found)
{
    const kf_metric_family_t *calls = kf_metric_family(KF_M_CALLS);

    for (int i = 0; calls->words[0] && calls->words[0][i]; i++) {
        kf_instant_t since = kf_metric_peer_down(i);

        if (since) {
            add(found, (kf_finding_t){KF_FOUND_PROVIDER, true, calls->words[0][i], KF_STATUS_NONE,
                                      (apr_time_now() - since) / KF_SECOND});
        }
    }
}

static void judge_database(found_t *found)
{
    int64_t at = kf_metric_exhausted_at(), age_s = (apr_time_now() - at) / KF_SECOND;

    if (at && age_s < KF_EXHAUSTED_S) {
        add(found, (kf_finding_t){KF_FOUND_EXHAUSTED, true, "", KF_STATUS_NONE, age_s});
    }
}

static bool found_already(const found_t *found, const kf_finding_t *finding)
{
    for (int i = 0; i < found->n; i++) {
        if (found->list[i].what == finding->what && !strcmp(found->list[i].label, finding->label)) {
            return true;
        }
    }
    return false;
}

static kf_finding_t trouble_of(const kf_status_row_t *row)
{
    if (!strcmp(row->state, KF_TROUBLE_EXHAUSTED)) {
        return (kf_finding_t){KF_FOUND_EXHAUSTED, true, "", KF_STATUS_NONE, row->age_s};
    }
    if (!strcmp(row->state, KF_TROUBLE_CLOCK)) {
        return (kf_finding_t){KF_FOUND_JUMP, true, "", KF_STATUS_NONE, KF_STATUS_NONE};
    }
    return (kf_finding_t){KF_FOUND_PROVIDER, true, row->state, KF_STATUS_NONE, row->age_s};
}

static void judge_troubles(found_t *found, const kf_status_t *status)
{
    for (int i = 0; i < status->n; i++) {
        const kf_status_row_t *row = &status->rows[i];
        kf_finding_t finding = trouble_of(row);

        if (is(row, "trouble", NULL) && !found_already(found, &finding)) {
            add(found, finding);
        }
    }
}

int64_t kf_status_secrets_unknown(const kf_status_t *status)
{
    int64_t n = 0;

    for (int i = 0; i < status->n; i++) {
        const kf_status_row_t *row = &status->rows[i];

        if (is(row, "key", NULL) && !kf_keyring_find(status->keys, row->label, strlen(row->label))) {
            n += row->n;
        }
    }
    return n;
}

static void judge_keys(found_t *found, const kf_status_t *status)
{
    int64_t n = kf_status_secrets_unknown(status);

    if (n) {
        add(found, (kf_finding_t){KF_FOUND_KEYS, true, "", n, KF_STATUS_NONE});
    }
}

static void judge_clock(found_t *found, const kf_status_t *status)
{
    const kf_status_row_t *clock = kf_status_find(status, "database", "clock", NULL);
    kf_instant_t skew = clock ? clock->n - status->read_at : 0;

    if (llabs(skew) > KF_SKEW_PATIENCE) {
        add(found, (kf_finding_t){KF_FOUND_CLOCK, false, "", KF_STATUS_NONE, llabs(skew) / KF_SECOND});
    }
}

static void judge_folder(found_t *found, const char *folder)
{
    kf_folder_t look;

    kf_folder_look(&look, folder);
    if (!look.writable) {
        add(found, (kf_finding_t){KF_FOUND_FOLDER, true, "", KF_STATUS_NONE, KF_STATUS_NONE});
    } else if (look.full) {
        add(found, (kf_finding_t){KF_FOUND_DISK, true, "", look.room >> 20, KF_STATUS_NONE});
    }
}

static int by_weight(const void *a, const void *b)
{
    const kf_finding_t *x = a, *y = b;

    return x->grave != y->grave ? (int)y->grave - (int)x->grave : (int)x->what - (int)y->what;
}

int kf_flow_findings(kf_finding_t out[KF_FINDINGS_MAX], const kf_status_t *status)
{
    found_t found = {out, 0};

    for (int i = 0; i < status->n; i++) {
        judge_row(&found, &status->rows[i]);
    }
    judge_background(&found, status);
    judge_servers(&found, status);
    judge_peers(&found);
    judge_database(&found);
    judge_troubles(&found, status);
    if (status->keys) {
        judge_keys(&found, status);
    }
    if (status->read_at) {
        judge_clock(&found, status);
    }
    if (status->folder) {
        judge_folder(&found, status->folder);
    }
    qsort(out, (size_t)found.n, sizeof(*out), by_weight);
    return found.n;
}

/* -- in words -- */

static const struct {
    const char *word;
    const char *sentence; /* {label}, {n}, {age} */
} texts[KF_FOUND__COUNT] = {
    [KF_FOUND_QUEUE] = {"queue", "{label}: {n} rows are due, the oldest for {age}."},
    [KF_FOUND_DEAD] = {"dead", "{label}: {n} were given up in the last seven days: konfirmadoctl status --dead."},
    [KF_FOUND_MONEY] = {"money", "Money needs a decision ({label}): {n}, the oldest for {age}: konfirmadoctl status "
                                 "--stuck."},
    [KF_FOUND_NO_WORKER] = {"no_worker", "No server does background work; the last heartbeat was {age} ago: is an "
                                         "httpd with KonfirmadoJobs On running?"},
    [KF_FOUND_WORKER] = {"worker", "{label} has sent no heartbeat for {age}."},
    [KF_FOUND_JOB] = {"job", "The job {label} keeps failing: the error log says why (KF00403)."},
    [KF_FOUND_PROVIDER] = {"provider", "{label} has not answered for {age}: work that needs it waits."},
    [KF_FOUND_CALENDARS] = {"calendars", "Calendars that are {label}: {n}."},
    [KF_FOUND_ENDPOINTS] = {"endpoints", "Businesses that get no callbacks because their address answered that it is "
                                         "gone: {n}."},
    [KF_FOUND_UNTOLD] = {"untold", "Businesses whose systems do not accept callbacks now: {n}. The callbacks are "
                                   "retried for three days."},
    [KF_FOUND_STOPPED] = {"mails_stopped", "Businesses whose mails are stopped because too many bounced or were "
                                           "reported: {n}: konfirmadoctl tenant list --trouble, tenant release."},
    [KF_FOUND_APPROVAL] = {"approval", "Registered businesses that wait for approval: {n}: konfirmadoctl tenant list "
                                       "--trouble, tenant resume."},
    [KF_FOUND_KEYS] = {"keys", "Secrets that no key of this server opens: {n}. The key file lacks a key."},
    [KF_FOUND_SERVER_KEYS] = {"server_keys", "Servers have read different key files: {label} (machine/process) lacks {n} keys that "
                                             "another has. Restart (graceful) those with the older file."},
    [KF_FOUND_SERVER_FOLDER] = {"server_folder", "{label} (machine/process) cannot write pictures to KonfirmadoUploadDir."},
    [KF_FOUND_SERVER_DISK] = {"server_disk", "{label} (machine/process) has almost no space left in "
                                             "KonfirmadoUploadDir."},
    [KF_FOUND_JOBS_OFF] = {"jobs_off", "Background work is switched off in this database: konfirmadoctl jobs on."},
    [KF_FOUND_CLOCK] = {"clock", "The clocks of this machine and of the database differ by {age}: synchronize both "
                                 "with NTP."},
    [KF_FOUND_JUMP] = {"clock_jumped", "The database's clock jumped ahead: background work waits for ten minutes, or until "
                                       "it is set back (KF00467)."},
    [KF_FOUND_FOLDER] = {"folder", "Pictures cannot be written to KonfirmadoUploadDir."},
    [KF_FOUND_EXHAUSTED] = {"exhausted", "{age} ago the database was out of disk, memory or connections: see its "
                                         "log."},
    [KF_FOUND_DISK] = {"disk", "Almost no space is left in KonfirmadoUploadDir: {n} MB."},
};

const char *kf_found_text(kf_found_t what)
{
    return texts[what].word;
}

const char *kf_age_text(int64_t s, apr_pool_t *p)
{
    if (s < 120) {
        return s < 0 ? "?" : apr_psprintf(p, "%d s", (int)s);
    }
    if (s < 7200) {
        return apr_psprintf(p, "%d min", (int)(s / 60));
    }
    return s < 2 * 86400 ? apr_psprintf(p, "%d h", (int)(s / 3600))
                         : apr_psprintf(p, "%" APR_INT64_T_FMT " d", s / 86400);
}

const char *kf_finding_text(const kf_finding_t *finding, apr_pool_t *p)
{
    const char *at = texts[finding->what].sentence, *out = "";

    while (*at) {
        size_t plain = strcspn(at, "{");

        out = apr_pstrcat(p, out, apr_pstrmemdup(p, at, plain), NULL);
        at += plain;
        if (*at) {
            out = apr_pstrcat(p, out,
                              at[1] == 'l'   ? finding->label
                              : at[1] == 'n' ? apr_psprintf(p, "%" APR_INT64_T_FMT, finding->n)
                                             : kf_age_text(finding->age_s, p),
                              NULL);
            at += strcspn(at, "}") + 1;
        }
    }
    return out;
}
