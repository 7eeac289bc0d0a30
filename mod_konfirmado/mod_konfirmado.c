/* The module record and the order of registration. Each folder registers its own hooks. */
#include <httpd.h>

#include <http_config.h>

#include "auth/auth.h"
#include "cfg/raw.h"
#include "db_pool.h"
#include "flow_ctx.h"
#include "http/dispatch.h"
#include "job/count.h"
#include "job/job.h"
#include "job/sign.h"
#include "limit_shm.h"
#include "metrics.h"
#include "operator/operator.h"
#include "page/view.h"
#include "status_shm.h"
#include "tenant.h"

static void register_hooks(apr_pool_t *p)
{
    kfm_cfg_register(p);
    kfm_metrics_register(p);
    kfm_limit_register(p);
    kfm_db_pool_register(p);
    kfm_status_register(p);
    kfm_flow_register(p);
    kfm_tenant_register();
    kfm_auth_register(p);
    kfm_page_register();
    kfm_http_register(p);
    kfm_operator_register(p);
    kfm_job_register(p);
    kfm_count_register(p);
    kfm_sign_register(p);
}

extern module AP_MODULE_DECLARE_DATA konfirmado_module;

AP_DECLARE_MODULE(konfirmado) __attribute__((visibility("default"))) = {
    STANDARD20_MODULE_STUFF,
    NULL,
    NULL,
    kfm_cfg_create,
    kfm_cfg_merge,
    kfm_cfg_commands,
    register_hooks,
#if defined(AP_MODULE_FLAG_NONE)
    AP_MODULE_FLAG_NONE
#endif
};
