#include "repo/person/person.h"

#include "db/row.h"

#define KF_ACCOUNT(name, sql, nparams, flags) const kf_stmt_t kf_account_##name = {#name, sql, nparams, flags};
#include "repo/person/person.def"
#undef KF_ACCOUNT

#define KF_ROW_T kf_staff_row_t
static const kf_col_t staff_cols[] = {
    KF_COL(tenant, "tenant_id"), KF_COL(staff, "staff_id"), KF_COL(email, "email"), KF_COL(name, "name"),
    KF_COL(role, "role"), KF_COL(state, "state"), KF_COL(language, "language"),
    KF_COL(password_hash, "password_hash"), KF_COL(totp_sealed, "totp_sealed"), KF_COL(totp_on, "totp_on"),
    KF_COL(totp_last_step, "totp_last_step"), KF_COL(suspended, "suspended"), KF_COL(business, "business")};
static const kf_shape_t staff = KF_SHAPE(staff_cols);
#undef KF_ROW_T

bool kf_repo_staff_row(kf_staff_row_t *out, const kf_db_res_t *res, apr_pool_t *p)
{
    if (!kf_db_rows(res)) {
        return false;
    }
    kf_db_row_read(out, res, 0, &staff, p);
    return true;
}
