/* GET /health: whether requests can be served; 200 or 503, for load balancers and people. */
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
    bool schema_ok = !err && health.schema_version == KF_SCHEMA_VERSION;
    kf_buf_t buf;

    kf_buf_init(&buf, call->pool, 256, 1024);
    kf_json_open(&buf, '{');
    kf_json_str(&buf, "status", schema_ok ? "ok" : "unavailable");
    kf_json_str(&buf, "database", err ? "unavailable" : "ok");
    kf_json_str(&buf, "schema", err ? "unknown" : schema_ok ? "ok" : health.schema_version < KF_SCHEMA_VERSION
                                                                         ? "older than this module: run konfirmadoctl migrate"
                                                                         : "newer than this module: update the module");
    kf_json_close(&buf, '}');
    kfm_reply_retry_after(call, schema_ok ? 0 : 5);
    return kfm_reply_buf(call, schema_ok ? 200 : 503, &buf);
}
