/*
 * konfirmadoctl: the operator's command. See ctl/ctl.h for the structure of a
 * command, and konfirmadoctl(1) for what the commands do.
 */
#include <apr_general.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "ctl/ctl.h"

const kfm_ctl_cmd_t *const kfm_ctl_families[] = {kfm_ctl_migrate,
                                                 kfm_ctl_check,
                                                 kfm_ctl_statuses,
                                                 kfm_ctl_keys,
                                                 kfm_ctl_tenants,
                                                 kfm_ctl_standing,
                                                 kfm_ctl_staff,
                                                 kfm_ctl_accounts,
                                                 kfm_ctl_services,
                                                 kfm_ctl_professionals,
                                                 kfm_ctl_calendars,
                                                 kfm_ctl_links,
                                                 kfm_ctl_callbacks,
                                                 kfm_ctl_endpoints,
                                                 kfm_ctl_mails,
                                                 kfm_ctl_bookings,
                                                 kfm_ctl_privacy,
                                                 kfm_ctl_backup,
                                                 kfm_ctl_jobs,
                                                 kfm_ctl_batch,
                                                 NULL};

static void log_line(kf_log_level_t level, const char *text, void *baton)
{
    (void)baton;
    if (level <= KF_LOG_WARNING) {
        fprintf(stderr, "konfirmadoctl: %s\n", text);
    }
}

static const char *or_env(const char *given, const char *name)
{
    const char *value = given ? given : getenv(name);

    return value && *value ? value : NULL;
}

kf_err_t *kfm_ctl_run(kfm_ctl_t *ctl, int argc, const char *const *argv)
{
    KF_TRY(kfm_ctl_parse(ctl, argc, argv));
    if (ctl->version) {
        printf("konfirmadoctl %s\n", KF_VERSION);
        return NULL;
    }
    if (ctl->help) {
        kfm_ctl_help(ctl);
        return NULL;
    }
    if (ctl->lines && ctl->database) {
        return kfm_ctl_usage(ctl, "--database is said once, for the whole batch.");
    }
    ctl->database = or_env(ctl->database, "KONFIRMADO_DATABASE");
    ctl->key_file = or_env(ctl->key_file, "KONFIRMADO_KEY_FILE");
    if (ctl->cmd->needs & KFM_CTL_KEYS) {
        KF_TRY(kfm_ctl_read_keys(ctl));
    }
    if (ctl->cmd->needs & KFM_CTL_DATABASE) {
        KF_TRY(kfm_ctl_connect(ctl));
    }
    return ctl->cmd->run(ctl);
}

int kfm_ctl_status(const kf_err_t *err)
{
    if (kfm_ctl_is_usage(err)) {
        return 2;
    }
    return err->code == KF_E_UNAVAILABLE ? 3 : 1;
}

int main(int argc, const char *const *argv)
{
    kfm_ctl_t ctl = {0};
    kf_err_t *err;
    int status;

    setlocale(LC_CTYPE, "");
    apr_initialize();
    apr_pool_create(&ctl.p, NULL);
    kf_log_set(log_line, NULL);
    err = kfm_ctl_run(&ctl, argc, argv);
    if (err) {
        kfm_ctl_error(&ctl, err);
    }
    status = err ? kfm_ctl_status(err) : ctl.failed;
    if (fflush(stdout) || ferror(stdout)) {
        fprintf(stderr, "konfirmadoctl: the answer could not be written.\n");
        status = status ? status : 1;
    }
    apr_pool_destroy(ctl.p);
    apr_terminate();
    return status;
}
