/*
 * GET /health/live: this process answers. GET /health/ready, also /health: whether requests can be served;
 * 200 or 503, for load balancers and people. Stalled background work is no reason to take a server out of
 * the balance: it is reported with 200. The endpoints are public, so they give no numbers and no names.
 */
#include <string.h>

#include "db_pool.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "http/reply.h"
#include "json/encode.h"
#include "operator/operator.h"
#include "repo/operator/health.h"

#define RETRY_AFTER_S 5

static kf_err_t *ask(kf_health_t *out, const char **missing, const kf_flow_t *flow, apr_pool_t *p)
{
    kf_db_t *db;
    kf_err_t *err;

    KF_TRY(kf_flow_take(&db, flow, p));
    err = kf_repo_health(out, db, p);
    err = err ? err : kf_repo_health_functions(missing, db, p);
    return kf_flow_give(flow, db, err);
}

/*
 * Sets what a person should check although requests are served; NULL: nothing. True if secrets need a key that this
 * server lacks and another server has: the other one should answer instead.
 */
static bool judge(const char **keys, const char **work, kfm_call_t *call)
{
    kf_finding_t found[KF_FINDINGS_MAX];
    kf_status_t status;
    bool missing = false, older = false;
    int n;

    if (!kfm_operator_look(&status, call->r->server, call->pool)) {
        *keys = *work = "unknown";
    }
    n = kf_flow_findings(found, &status);
    for (int i = 0; i < n; i++) {
        switch (found[i].what) {
        case KF_FOUND_KEYS:
            missing = true;
            *keys = "a key is missing in the key file";
            break;
        case KF_FOUND_SERVER_KEYS:
            older = older || !strcmp(found[i].label, status.self);
            *keys = *keys ? *keys : "a server lacks a key of another one: see konfirmadoctl status";
            break;
        case KF_FOUND_JOBS_OFF:
            *work = "it is switched off: see konfirmadoctl jobs state";
            break;
        case KF_FOUND_QUEUE:
        case KF_FOUND_NO_WORKER:
        case KF_FOUND_JOB:
            *work = *work ? *work : "it is stuck: see konfirmadoctl status";
            break;
        default:
            break;
        }
    }
    return missing && older;
}

kf_err_t *kfm_handle_alive(kfm_call_t *call)
{
    return kfm_reply_json(call, 200, "{\"status\":\"ok\"}", sizeof("{\"status\":\"ok\"}") - 1);
}

kf_err_t *kfm_handle_health(kfm_call_t *call)
{
    kf_health_t health = {0};
    const char *missing = NULL;
    kf_err_t *err = ask(&health, &missing, kfm_flow(call), call->pool);
    const char *fault = err ? "unknown" : kf_health_schema_fault(&health);
    const char *refusal = kfm_db_refusal(call->r->server);
    const char *keys = NULL, *work = NULL;
    bool down = fault || missing;
    kf_buf_t buf;

    if (!down && judge(&keys, &work, call)) {
        down = true;
        keys = "this server lacks a key that another has: restart it (graceful)";
    }
    kf_buf_init(&buf, call->pool, 256, 1024);
    kf_json_open(&buf, '{');
    kf_json_str(&buf, "status", down ? "unavailable" : keys || work ? "warning" : "ok");
    kf_json_str(&buf, "database", !err ? "ok" : refusal ? refusal : "unavailable");
    kf_json_str(&buf, "schema", fault ? fault : "ok");
    kf_json_str(&buf, "functions", missing ? "some are missing: run konfirmadoctl migrate" : err ? "unknown" : "ok");
    kf_json_str(&buf, "keys", keys ? keys : down ? "unknown" : "ok");
    kf_json_str(&buf, "work", down ? "unknown" : work ? work : "ok");
    kf_json_close(&buf, '}');
    if (down) {
        kfm_reply_retry_after(call, RETRY_AFTER_S);
    }
    return kfm_reply_buf(call, down ? 503 : 200, &buf);
}
