#include "cfg/neighbours.h"

#include <apr_file_info.h>
#include <apr_strings.h>
#include <apr_thread_proc.h>
#include <grp.h>
#include <http_config.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>
#include <unixd.h>

#include "cfg/directives.h"
#include "cfg/tree.h"
#include "db/conninfo.h"

#define DBD_MAX_DEFAULT 10 /* mod_dbd's own */
#define CONNECT_MAX_S 5    /* a request must end within 6 s; connecting may take all of connect_timeout */

static kf_err_t *check_connection(const server_rec *s, apr_pool_t *p)
{
    const char *driver = kfm_tree_word(s, "DBDriver", p), *params = kfm_tree_word(s, "DBDParams", p);

    if (!driver || strcasecmp(driver, "pgsql") != 0) {
        return kf_err(p, KF_E_CONFIG, "DBDriver is %s: %s On needs \"DBDriver pgsql\"",
                      driver ? driver : "missing", KFM_D_ENABLED);
    }
    if (!params || !*params) {
        return kf_err(p, KF_E_CONFIG, "DBDParams is missing: set it to the connection string of the database, such as "
                                      "DBDParams \"host=127.0.0.1 dbname=konfirmado user=konfirmado_app "
                                      "connect_timeout=2\"");
    }
    return NULL;
}

static kf_err_t *check_patience(const server_rec *s, apr_pool_t *p)
{
    const char *said;
    long seconds;

    KF_TRY(kf_db_parameter(&said, kfm_tree_word(s, "DBDParams", p), "connect_timeout", p));
    seconds = said ? strtol(said, NULL, 10) : 0;
    if (seconds < 1 || seconds > CONNECT_MAX_S) {
        return kf_err(p, KF_E_CONFIG, "DBDParams %s: add connect_timeout=2 (1 to %d, in seconds), or a request may wait "
                      "for minutes for a database that does not answer",
                      said ? apr_pstrcat(p, "says connect_timeout=", said, NULL) : "has no connect_timeout",
                      CONNECT_MAX_S);
    }
    return NULL;
}

/* Session state that mod_dbd sets when it opens a connection is lost when libpq resets the connection. */
static kf_err_t *check_set_up(const server_rec *s, apr_pool_t *p)
{
    static const char *const lost[] = {"DBDPrepareSQL", "DBDInitSQL"};
    const char *persist = kfm_tree_word(s, "DBDPersist", p);

    if (persist && !ap_cstr_casecmp(persist, "off")) {
        return kf_err(p, KF_E_CONFIG, "DBDPersist Off opens a connection for every request: %s On needs "
                      "\"DBDPersist On\"", KFM_D_ENABLED);
    }
    for (size_t i = 0; i < sizeof(lost) / sizeof(*lost); i++) {
        if (kfm_tree_word(s, lost[i], p)) {
            return kf_err(p, KF_E_CONFIG, "%s: what it sets is lost on a reconnection: remove it, or move it to a "
                                          "server on which %s is Off", lost[i], KFM_D_ENABLED);
        }
    }
    return NULL;
}

static kf_err_t *check_room(const kfm_cfg_t *cfg, const server_rec *s, apr_pool_t *p)
{
    const char *said = kfm_tree_word(s, "DBDMax", p);
    int max = said ? (int)strtol(said, NULL, 10) : DBD_MAX_DEFAULT;

    if (max < cfg->set.db_connections) {
        return kf_err(p, KF_E_CONFIG, "DBDMax is %d%s, but %s is %d: raise DBDMax or lower the other, because only "
                                      "Konfirmado limits the wait for a connection", max,
                      said ? "" : " (its default)", KFM_D_DB_CONNECTIONS, cfg->set.db_connections);
    }
    return NULL;
}

kf_err_t *kfm_cfg_neighbours(const kfm_cfg_t *cfg, const server_rec *s, apr_pool_t *p)
{
    if (!ap_find_linked_module("mod_dbd.c")) {
        return kf_err(p, KF_E_CONFIG, "%s On needs mod_dbd: load it with LoadModule dbd_module and "
                      "set DBDriver pgsql and DBDParams", KFM_D_ENABLED);
    }
    KF_TRY(check_connection(s, p));
    KF_TRY(check_patience(s, p));
    KF_TRY(check_set_up(s, p));
    KF_TRY(check_room(cfg, s, p));
    if (cfg->set.jobs && !ap_find_linked_module("mod_watchdog.c")) {
        return kf_err(p, KF_E_CONFIG, "%s On needs mod_watchdog: load it with LoadModule "
                      "watchdog_module, or write \"%s Off\" here and run the background work on "
                      "another server", KFM_D_JOBS, KFM_D_JOBS);
    }
    return NULL;
}

static bool listed(const apr_array_header_t *names, const char *host)
{
    for (int i = 0; names && i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        if (name && !ap_strcasecmp_match(host, name)) {
            return true;
        }
    }
    return false;
}

/* Whether a server answers for a host. One without a ServerName may answer for any. */
static bool answers(const server_rec *s, const char *host)
{
    return !kfm_tree_own(s, "ServerName") || (s->server_hostname && !ap_cstr_casecmp(s->server_hostname, host))
           || listed(s->names, host) || listed(s->wild_names, host);
}

kf_err_t *kfm_cfg_check_names(const kfm_cfg_t *cfg, const server_rec *main_server, apr_pool_t *p)
{
    for (const server_rec *s = main_server; s; s = s->next) {
        if (kfm_cfg_get(s)->set.enabled && answers(s, cfg->base_host)) {
            return NULL;
        }
    }
    return kf_err(p, KF_E_CONFIG, "%s: no server with %s On has the name %s: set it with ServerName or ServerAlias",
                  KFM_D_BASE_URL, KFM_D_ENABLED, cfg->base_host);
}

/* Runs in a forked process: changes to the user of httpd's children and checks the access. */
static void try_as_child(const char *path)
{
    if (initgroups(ap_unixd_config.user_name, ap_unixd_config.group_id) || setgid(ap_unixd_config.group_id)
        || setuid(ap_unixd_config.user_id)) {
        _exit(2);
    }
    _exit(access(path, W_OK | X_OK) ? 1 : 0);
}

/* Forks, because a start and `apachectl -t` run as root, which may write everywhere. */
static bool child_may_write(const char *path, apr_pool_t *p)
{
    apr_proc_t proc;
    apr_exit_why_e why;
    int status = 0;

    if (geteuid() != 0 || ap_unixd_config.user_id == 0) {
        return access(path, W_OK | X_OK) == 0;
    }
    switch (apr_proc_fork(&proc, p)) {
    case APR_INCHILD:
        try_as_child(path);
        break;
    case APR_INPARENT:
        apr_proc_wait(&proc, &status, &why, APR_WAIT);
        break;
    default:
        break; /* fork failed: a fault will show at the first upload */
    }
    return status != 1;
}

kf_err_t *kfm_cfg_check_writable(const char *directive, const char *path, apr_pool_t *p)
{
    apr_finfo_t info;

    if (apr_stat(&info, path, APR_FINFO_TYPE, p) != APR_SUCCESS || info.filetype != APR_DIR) {
        return kf_err(p, KF_E_CONFIG, "%s: %s is not a folder: name an existing folder", directive, path);
    }
    if (!child_may_write(path, p)) {
        return kf_err(p, KF_E_CONFIG, "%s: %s, the user of httpd's processes, may not write to %s: make that user its "
                                      "owner", directive,
                      ap_unixd_config.user_name ? ap_unixd_config.user_name : "the user", path);
    }
    return NULL;
}
