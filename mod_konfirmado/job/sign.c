#include "job/sign.h"

#include <apr_shm.h>
#include <ap_mpm.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <scoreboard.h>

#include "base/clock.h"
#include "cfg/cfg.h"
#include "db_pool.h"
#include "flow/operator/server.h"
#include "flow_ctx.h"
#include "log_bridge.h"

APLOG_USE_MODULE(konfirmado);

#define EVERY_MS (KF_SERVER_EVERY_S * 1000)
#define LEAVE_MS 30000 /* for the children of the former generation to end */

/* Made in post_config; `due_ms` is in memory that this generation's children share. */
static struct {
    server_rec *main_server;
    int64_t *due_ms; /* by database: when its next heartbeat is due, as kf_clock_ms(); NULL: no databases */
    int64_t begun_ms;
    bool *failing;   /* of this child, by database: the failure was logged */
} signs;

/* Whether a child of another generation, which may know other keys, still serves requests. */
static bool mixed(int running)
{
    int most = 0;

    ap_mpm_query(AP_MPMQ_HARD_LIMIT_DAEMONS, &most);
    for (int i = 0; i < most; i++) {
        const process_score *child = ap_get_scoreboard_process(i);

        if (child && child->pid && child->generation != running) {
            return true;
        }
    }
    return false;
}

/*
 * Whether this child may write the heartbeat, which stands for all children. Children of the former generation may
 * not. Those of this generation wait until they have ended, but for a limited time: one may still send a long file.
 */
static bool speaks(void)
{
    const global_score *all = ap_get_scoreboard_global();
    int mine = 0;

    ap_mpm_query(AP_MPMQ_GENERATION, &mine);
    return !all || (all->running_generation == mine
                    && (kf_clock_ms() > signs.begun_ms + LEAVE_MS || !mixed(all->running_generation)));
}

/* True for one of the children per interval: it writes the heartbeat. */
static bool take_turn(int database)
{
    int64_t now = kf_clock_ms(), due = __atomic_load_n(&signs.due_ms[database], __ATOMIC_RELAXED);

    return due <= now
           && __atomic_compare_exchange_n(&signs.due_ms[database], &due, now + EVERY_MS, false, __ATOMIC_RELAXED,
                                          __ATOMIC_RELAXED);
}

static void note(int database, const kf_err_t *err)
{
    if (err && !signs.failing[database]) {
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, signs.main_server,
                     KFLOGNO(00462) "this server cannot store which keys it knows: %s",
                     err->cause ? err->cause : err->detail);
    }
    signs.failing[database] = err != NULL;
}

void kfm_sign_tell(apr_pool_t *p)
{
    if (!signs.due_ms || kfm_db_stopping() || !speaks()) {
        return;
    }
    for (int i = 0; i < kfm_database_count(); i++) {
        const kf_flow_t *flow = kfm_flow_of_database(i);

        if (flow && flow->db && take_turn(i)) {
            note(i, kf_flow_server_seen(flow, p));
            apr_pool_clear(p);
        }
    }
}

static int post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    apr_shm_t *shm;
    apr_status_t rv;

    (void)plog;
    (void)ptemp;
    signs.due_ms = NULL;
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG || !kfm_database_count()) {
        return OK;
    }
    rv = apr_shm_create(&shm, sizeof(*signs.due_ms) * (apr_size_t)kfm_database_count(), NULL, pconf);
    if (rv != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_CRIT, rv, s, KFLOGNO(00463) "no shared memory for heartbeats");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    signs.main_server = s;
    signs.begun_ms = kf_clock_ms();
    signs.due_ms = apr_shm_baseaddr_get(shm);
    signs.failing = apr_pcalloc(pconf, sizeof(*signs.failing) * (apr_size_t)kfm_database_count());
    for (int i = 0; i < kfm_database_count(); i++) {
        signs.due_ms[i] = 0;
    }
    return OK;
}

void kfm_sign_register(apr_pool_t *p)
{
    (void)p;
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_MIDDLE);
}
