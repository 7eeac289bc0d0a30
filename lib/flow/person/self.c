/* What people change about themselves. */
#include <string.h>

#include "flow/person/accounts_int.h"
#include "json/encode.h"
#include "text/validate.h"

#define DOC_BYTES 2048

kf_err_t *kf_flow_change_password(const kf_flow_t *flow, const kf_member_t *member, const char *current,
                                  const char *password, apr_pool_t *p)
{
    const kf_again_t again = {"current_password", current};
    char hash[KF_PASSWORD_HASH_CHARS + 1];
    const char *own[3] = {NULL}, *json;
    kf_staff_row_t row;
    kf_db_res_t *res;

    KF_TRY(kf_account_confirm(&row, flow, member, &again, p));
    own[0] = row.email;
    own[1] = row.business;
    KF_TRY(kf_password_check(flow->passwords, "password", password, own, p));
    KF_TRY(kf_password_hash(hash, flow->passwords, password, p));
    KF_TRY(kf_visit_json(&json, member->visit, p));
    return KF_DB_ONCE(&res, flow->db, &kf_account_password_change, p, KF_UUID(&member->tenant),
                      KF_UUID(&member->staff), KF_UUID(&member->session), KF_TEXT(row.password_hash),
                      KF_TEXT(hash), KF_TEXT(json));
}

kf_err_t *kf_flow_change_profile(const kf_flow_t *flow, const kf_member_t *member, const char *name,
                                 const char *language, apr_pool_t *p)
{
    const char *json, *checked;
    kf_err_t *bad = NULL;
    kf_buf_t buf;

    kf_buf_init(&buf, p, 256, DOC_BYTES);
    kf_json_open(&buf, '{');
    if (name) {
        kf_err_add(&bad, kf_validate_name(&checked, "name", name, p));
        kf_json_str(&buf, "name", bad ? NULL : checked);
    }
    if (language) {
        kf_err_add(&bad, kf_validate_lang(&checked, "language", language, p));
        kf_json_str(&buf, "language", bad ? NULL : checked);
    }
    kf_json_close(&buf, '}');
    if (bad) {
        return bad;
    }
    KF_TRY(kf_buf_check(&buf, "profile", p));
    return kf_member_doc(&json, flow, member, &kf_account_profile_change,
                         (const kf_arg_t[]){KF_UUID(&member->tenant), KF_UUID(&member->staff),
                                            KF_TEXT(kf_buf_text(&buf))},
                         p);
}
