#include "repo/person/person.h"

#define KF_ACCOUNT(name, sql, nparams, flags) const kf_stmt_t kf_account_##name = {#name, sql, nparams, flags};
#include "repo/person/person.def"
#undef KF_ACCOUNT

bool kf_repo_staff_row(kf_staff_row_t *out, const kf_db_res_t *res)
{
    if (!kf_db_rows(res)) {
        return false;
    }
    out->tenant = kf_db_uuid(res, 0, 0);
    out->staff = kf_db_uuid(res, 0, 1);
    out->email = kf_db_text(res, 0, 2);
    out->name = kf_db_text(res, 0, 3);
    out->role = kf_db_text(res, 0, 4);
    out->state = kf_db_text(res, 0, 5);
    out->language = kf_db_text(res, 0, 6);
    out->password_hash = kf_db_text(res, 0, 7);
    out->totp_sealed = kf_db_text(res, 0, 8);
    out->totp_on = kf_db_bool(res, 0, 9);
    out->totp_last_step = kf_db_int(res, 0, 10);
    out->suspended = kf_db_bool(res, 0, 11);
    out->business = kf_db_text(res, 0, 12);
    return true;
}
