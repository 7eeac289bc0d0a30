/* Reads and changes documents of the merchant's side as the operator. */
#include "ctl/ctl.h"
#include "repo/admin_doc.h"

#define ACTOR "{\"kind\":\"operator\",\"name\":\"konfirmadoctl\"}"

kf_err_t *kfm_ctl_read(json_t **out, kfm_ctl_t *ctl, const kf_stmt_t *stmt, const kf_arg_t *args)
{
    const char *json;

    KF_TRY(kf_repo_doc(&json, ctl->db, stmt, args, ctl->p));
    return json ? kfm_ctl_load(out, ctl, json)
                : kf_err(ctl->p, KF_E_NOT_FOUND, "There is nothing with this id.");
}

kf_err_t *kfm_ctl_change(json_t **out, kfm_ctl_t *ctl, const kf_uuid_t *tenant, const kf_stmt_t *stmt,
                         const kf_arg_t *args)
{
    kf_err_t *err;

    KF_TRY(kf_db_begin(ctl->db, ctl->p));
    err = kf_repo_actor_set(ctl->db, tenant, ACTOR, true, ctl->p);
    err = err ? err : kfm_ctl_read(out, ctl, stmt, args);
    if (err) {
        (void)kf_db_rollback(ctl->db, ctl->p); /* the first error is more useful */
        return err;
    }
    return kf_db_commit(ctl->db, ctl->p);
}
