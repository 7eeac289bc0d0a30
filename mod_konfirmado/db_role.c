#include "db_role.h"

#include <ap_mpm.h>

#include "cfg/cfg.h"
#include "log_bridge.h"
#include "repo/operator/check.h"

APLOG_USE_MODULE(konfirmado);

static const char *refusal_of(const kf_check_role_t *role)
{
    if (role->superuser || role->bypassrls) {
        return "refused: the role of DBDParams is not bound by row security";
    }
    return role->owner ? "refused: the role of DBDParams may change the schema" : NULL;
}

/*
 * Prepared statements belong to one server session. With a pooler in session mode they work, so this is only a
 * warning.
 */
static void tell_pooler(server_rec *s)
{
    if (kfm_cfg_get(s)->set.prepare) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, KFLOGNO(00292) "DBDParams leads to a pooler: if it is in "
                     "transaction mode, set KonfirmadoPrepare Off, or statements fail");
    }
}

static void tell_room(const kf_check_role_t *role, server_rec *s)
{
    const kfm_cfg_t *cfg = kfm_cfg_get(s);
    int processes = 0, threads = 0, each, wanted;

    ap_mpm_query(AP_MPMQ_MAX_DAEMONS, &processes);
    ap_mpm_query(AP_MPMQ_MAX_THREADS, &threads);
    /* one more for the background thread */
    each = threads + 1 < cfg->set.db_connections ? threads + 1 : cfg->set.db_connections;
    wanted = processes * each;
    if (wanted > role->connections) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, KFLOGNO(00291) "%d processes with %d connections each may "
                     "want %d, and the database has %d for %s: lower KonfirmadoDBConnections and DBDMax, or "
                     "MaxRequestWorkers, or raise max_connections there", processes, each, wanted,
                     role->connections, role->role);
    }
}

static void tell_once(const kf_check_role_t *role, server_rec *s)
{
    if (role->pooled) { /* the pooler, not the module, limits the connections to the server */
        tell_pooler(s);
    } else {
        tell_room(role, s);
    }
}

kf_err_t *kfm_db_role_check(kfm_db_role_t *role, kf_db_t *db, server_rec *s, apr_pool_t *p)
{
    kf_check_role_t found;

    if (apr_atomic_read32(&role->good)) {
        return NULL;
    }
    KF_TRY(kf_repo_check_role(&found, db, p));
    role->refusal = refusal_of(&found);
    if (!role->refusal) {
        if (!apr_atomic_xchg32(&role->good, 1)) {
            tell_once(&found, s);
        }
        return NULL;
    }
    if (!apr_atomic_xchg32(&role->told, 1)) {
        ap_log_error(APLOG_MARK, APLOG_CRIT, 0, s, KFLOGNO(00290) "%s (%s): connect as konfirmado_app, which "
                                                                  "sql/roles.sql creates", role->refusal, found.role);
    }
    return kf_err_because(p, kf_err(p, KF_E_UNAVAILABLE, "The service is not available for a moment."), "%s",
                          role->refusal);
}
