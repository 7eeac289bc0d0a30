#include "flow_ctx.h"

#include <apr_hash.h>
#include <apr_strings.h>
#include <http_config.h>
#include <http_log.h>
#include <unistd.h>

#include "base/gate.h"
#include "cfg/directives.h"
#include "db_pool.h"
#include "flow/calendar/calendar.h"
#include "flow/figures/funnel.h"
#include "flow/payment/checkout.h"
#include "log_bridge.h"
#include "repo/operator/health.h"

/* Offers, windows, zones and hosts that one process caches. */
#define CACHE_ENTRIES 32768
#define CACHE_BYTES ((size_t)32 << 20)

APLOG_USE_MODULE(konfirmado);

/* By server. All are made before the first request. */
static apr_hash_t *contexts;

/* By database: its first context, and the objects that its contexts share. */
static struct {
    kf_cache_t *cache;
    kf_funnel_t *funnel;
    const kf_flow_t *first;
} *shared;

/* For the process, whatever its servers: they limit threads. */
static kf_gate_t *calendar_gate, *checkout_gate;

/* Identifies this httpd: the process id of post_config, the same in all children. */
static int parent;

static kf_flow_t *make(const server_rec *s, int database, apr_pool_t *p)
{
    const kfm_cfg_t *cfg = kfm_cfg_get(s);
    kf_flow_t *flow = apr_pcalloc(p, sizeof(*flow));

    flow->db = kfm_db_source(s);
    flow->keys = cfg->keys;
    flow->passwords = cfg->passwords;
    flow->cache = shared[database].cache;
    flow->cache_ttl = apr_time_from_msec(cfg->set.cache_ttl_ms);
    flow->base_url = cfg->base_url;
    flow->base_scheme = cfg->base_scheme;
    flow->base_authority = cfg->base_authority;
    flow->hold_ttl_s = cfg->set.hold_ttl_ms / 1000;
    flow->hold_first_s = cfg->set.hold_first_ms / 1000;
    flow->hold_address = cfg->set.hold_address;
    flow->hold_network = cfg->set.hold_network;
    flow->hold_share = cfg->set.hold_share;
    flow->hold_work = cfg->set.hold_work;
    flow->payers = cfg->payers;
    flow->provider_ca_file = cfg->set.provider_ca;
    flow->guard = cfg->guard;
    flow->name_server = cfg->set.name_server;
    flow->upload_dir = cfg->set.upload_dir;
    flow->funnel = shared[database].funnel;
    flow->callback_timeout_ms = cfg->set.callback_timeout_ms;
    flow->callback_concurrency = cfg->set.callback_concurrency;
    flow->mail = cfg->mail;
    flow->mail_guard = cfg->mail_guard;
    flow->mail_ca = cfg->mail_ca;
    flow->resend_api = cfg->set.resend_api;
    flow->calendars = cfg->calendars;
    flow->calendar_ttl_s = cfg->set.calendar_ttl_ms / 1000;
    flow->calendar_poll_s = cfg->set.calendar_poll_ms / 1000;
    flow->calendar_gate = calendar_gate;
    flow->checkout_gate = checkout_gate;
    flow->templates = cfg->templates;
    flow->messages = cfg->messages;
    flow->registration = cfg->set.registration;
    flow->registration_domains = cfg->registration_domains;
    flow->process = parent;
    return flow;
}

/* Logs a schema of another version at start; /health reports it too. */
static void check_schema(const kf_flow_t *flow, server_rec *s, apr_pool_t *p)
{
    kf_health_t health;
    const char *fault;
    kf_db_t *db;
    kf_err_t *err;

    if (kf_flow_take(&db, flow, p)) {
        return; /* the database may become available later */
    }
    err = kf_flow_give(flow, db, kf_repo_health(&health, db, p));
    fault = err ? apr_pstrcat(p, "not readable: ", err->cause, NULL) : kf_health_schema_fault(&health);
    if (fault) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, s, KFLOGNO(00305) "the database's schema is %s", fault);
    }
}

/* Runs in the child, as the user of the children: only there access() gives the right result. */
static void check_folder(const kf_flow_t *flow, server_rec *s)
{
    if (flow->upload_dir && access(flow->upload_dir, R_OK | W_OK | X_OK) != 0) {
        ap_log_error(APLOG_MARK, APLOG_ERR, errno, s,
                     KFLOGNO(00306) "%s: pictures cannot be written to %s", KFM_D_UPLOAD_DIR, flow->upload_dir);
    }
}

static void make_shared(apr_pool_t *p, const server_rec *main_server)
{
    int n = kfm_database_count();

    shared = apr_pcalloc(p, sizeof(*shared) * (size_t)(n + 1));
    for (int i = 0; i < n; i++) {
        shared[i].cache = kf_cache_create(CACHE_ENTRIES, CACHE_BYTES, p);
        shared[i].funnel = kf_funnel_create(p);
        if (!shared[i].cache) {
            ap_log_error(APLOG_MARK, APLOG_CRIT, APR_ENOMEM, main_server, KFLOGNO(00304) "no memory for the catalogue");
        }
    }
}

static int post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    (void)pconf;
    (void)plog;
    (void)ptemp;
    (void)s;
    parent = (int)getpid();
    return OK;
}

/* NULL: no memory for a lock; nothing else will run either. */
static kf_gate_t *make_gate(int places, apr_pool_t *p)
{
    kf_gate_t *gate;

    return kf_gate_create(&gate, places, p) == APR_SUCCESS ? gate : NULL;
}

static void child_init(apr_pool_t *pchild, server_rec *main_server)
{
    contexts = apr_hash_make(pchild);
    make_shared(pchild, main_server);
    calendar_gate = make_gate(KF_CALENDAR_FRESH_THREADS, pchild);
    checkout_gate = make_gate(KF_CHECKOUT_THREADS, pchild);
    for (server_rec *s = main_server; s; s = s->next) {
        int database = kfm_database_of(s);
        kf_flow_t *flow;

        if (database < 0 || !shared[database].cache) {
            continue;
        }
        flow = make(s, database, pchild);
        apr_hash_set(contexts, apr_pmemdup(pchild, &s, sizeof(s)), sizeof(s), flow);
        if (!shared[database].first) {
            shared[database].first = flow;
            check_schema(flow, s, pchild);
            check_folder(flow, s);
        }
    }
}

void kfm_flow_register(apr_pool_t *p)
{
    (void)p;
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_MIDDLE);
    /* last: after the connection pools of this child exist */
    ap_hook_child_init(child_init, NULL, NULL, APR_HOOK_LAST);
}

const kf_flow_t *kfm_flow_of(const server_rec *s)
{
    return contexts ? apr_hash_get(contexts, &s, sizeof(s)) : NULL;
}

const kf_flow_t *kfm_flow_of_database(int no)
{
    return shared ? shared[no].first : NULL;
}

const kf_flow_t *kfm_flow(const kfm_call_t *call)
{
    return kfm_flow_of(call->r->server);
}
