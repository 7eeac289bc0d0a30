#include "flow/operator/pgtool.h"

#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/conninfo.h"

static int start(pid_t *pid, const char *const *argv, char **env, int out)
{
    posix_spawn_file_actions_t actions;
    int rv = posix_spawn_file_actions_init(&actions);
    mode_t before;

    if (rv) {
        return rv;
    }
    rv = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    before = umask(077); /* its output holds personal data */
    rv = rv ? rv : posix_spawnp(pid, argv[0], &actions, NULL, (char *const *)argv, env);
    umask(before);
    posix_spawn_file_actions_destroy(&actions);
    return rv;
}

kf_err_t *kf_pgtool_run(const char *const *argv, const char *conninfo, int out, apr_pool_t *p)
{
    char **env;
    int status = 0, rv;
    pid_t pid, ended;

    KF_TRY(kf_db_environment(&env, conninfo, p));
    rv = start(&pid, argv, env, out);
    if (rv) {
        return kf_err(p, KF_E_CONFIG, "%s could not be started: %s. It is one of PostgreSQL's client programs "
                                      "(postgresql-client) and must be on PATH.", argv[0], strerror(rv));
    }
    do {
        ended = waitpid(pid, &status, 0);
    } while (ended < 0 && errno == EINTR);
    /* if SIGCHLD is ignored the exit status is lost: treat that as a failure */
    return ended == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0
               ? NULL
               : kf_err(p, KF_E_CONFLICT, "%s failed: see its output.", argv[0]);
}
