/* GET /health: whether requests can be served; 200 or 503, for load balancers and people. */
#include "db_pool.h"
#include "flow_ctx.h"
#include "handle/handle.h"
#include "http/reply.h"
#include "json/encode.h"
#include "repo/health.h"

static kf_err_t *ask(kf_health_t *out, const kf_flow_t *flow, apr_pool_t *p)
{
    kf_db_t *db;
    kf_err_t *err;

    KF_TRY(flow->db->take(&db, flow->db->baton, p));
    err = kf_repo_health(out, db, p);
    flow->db->give(db, flow->db->baton);
    return err;
}

kf_err_t *kfm_handle_health(kfm_call_t *call)
{
    kf_health_t health = {0};
    kf_err_t *err = ask(&health, kfm_flow(call), call->pool);
    const char *fault = err ? "unknown" : kf_health_schema_fault(&health);
    const char *refusal = kfm_db_refusal(call->cfg->server);
    kf_buf_t buf;

    kf_buf_init(&buf, call->pool, 256, 1024);
    kf_json_open(&buf, '{');
    kf_json_str(&buf, "status", fault ? "unavailable" : "ok");
    kf_json_str(&buf, "database", !err ? "ok" : refusal ? refusal : "unavailable");
    kf_json_str(&buf, "schema", fault ? fault : "ok");
    kf_json_close(&buf, '}');
    kfm_reply_retry_after(call, fault ? 5 : 0);
    return kfm_reply_buf(call, fault ? 503 : 200, &buf);
}
