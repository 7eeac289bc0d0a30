#include "flow/person/second_factor.h"

#include <string.h>

#include "crypto/sealed.h"
#include "flow/person/accounts_int.h"
#include "json/encode.h"

#define ISSUER "Konfirmado"
#define CODES_BYTES 1024

kf_err_t *kf_flow_totp_begin(kf_totp_begun_t *out, const kf_flow_t *flow, const kf_member_t *member,
                             const char *password, apr_pool_t *p)
{
    const kf_again_t again = {"password", password};
    uint8_t secret[KF_TOTP_SECRET_BYTES];
    const char *sealed;
    kf_staff_row_t row;
    kf_db_res_t *res;
    kf_err_t *err;

    KF_TRY(kf_account_confirm(&row, flow, member, &again, p));
    KF_TRY(kf_totp_make(secret, p));
    kf_totp_text(out->secret, secret);
    err = kf_totp_url(&out->url, secret, ISSUER, row.email, p);
    if (!err) {
        err = kf_seal(&sealed, flow->keys, kf_account_totp_place(&member->tenant, &member->staff, p), secret,
                      sizeof(secret), p);
    }
    kf_wipe(secret, sizeof(secret));
    return err ? err
               : KF_DB_ONCE(&res, flow->db, &kf_account_totp_begin, p, KF_UUID(&member->tenant),
                            KF_UUID(&member->staff), KF_TEXT(sealed));
}

/* Ten codes, and their hashes as a JSON list for the database. */
static kf_err_t *make_codes(kf_recovery_t *out, const char **hashes, apr_pool_t *p)
{
    uint8_t hash[KF_RECOVERY_HASH_BYTES];
    char hex[2 * KF_RECOVERY_HASH_BYTES + 1];
    kf_buf_t buf;
    bool ok;

    kf_buf_init(&buf, p, CODES_BYTES, CODES_BYTES);
    kf_json_open(&buf, '[');
    for (int i = 0; i < KF_RECOVERY_CODES; i++) {
        KF_TRY(kf_recovery_make(out->codes[i], p));
        KF_TRY(kf_recovery_hash(hash, &ok, out->codes[i], p));
        kf_hex_write(hex, hash, sizeof(hash));
        kf_json_str(&buf, NULL, hex);
    }
    kf_json_close(&buf, ']');
    *hashes = kf_buf_text(&buf);
    return kf_buf_check(&buf, "codes", p);
}

kf_err_t *kf_flow_totp_confirm(kf_recovery_t *out, const kf_flow_t *flow, const kf_member_t *member, const char *code,
                               apr_pool_t *p)
{
    uint8_t secret[KF_TOTP_SECRET_BYTES];
    const char *hashes, *visit;
    kf_staff_row_t row;
    kf_tries_t tries;
    kf_db_res_t *res;
    kf_err_t *err;
    int64_t step;

    KF_TRY(kf_tries_count(&tries, flow, member->visit, KF_TRIES_PASSWORD, kf_uuid_text(&member->staff, p), p));
    KF_TRY(kf_account_own(&row, flow, member, p));
    if (!row.totp_sealed || row.totp_on) {
        return kf_err(p, KF_E_CONFLICT, row.totp_on ? "The second factor is on." : "Request a new secret first.");
    }
    KF_TRY(kf_account_totp(secret, sizeof(secret), flow, &row, p));
    err = kf_totp_check(&step, secret, code ? code : "", kf_instant_now() / KF_SECOND, 0, p);
    kf_wipe(secret, sizeof(secret));
    KF_TRY(err);
    if (!step) {
        return kf_err_field(p, KF_E_SECOND_FACTOR, "code", "This code is wrong.");
    }
    KF_TRY(make_codes(out, &hashes, p));
    KF_TRY(kf_visit_json(&visit, member->visit, p));
    KF_TRY(KF_DB_ONCE(&res, flow->db, &kf_account_totp_enable, p, KF_UUID(&member->tenant),
                      KF_UUID(&member->staff), KF_TEXT(row.totp_sealed), KF_INT8(step), KF_TEXT(hashes),
                      KF_TEXT(visit)));
    return kf_tries_give_back(flow, &tries, true, p);
}

kf_err_t *kf_flow_totp_disable(const kf_flow_t *flow, const kf_member_t *member, const char *password, apr_pool_t *p)
{
    const kf_again_t again = {"password", password};
    const char *visit;
    kf_staff_row_t row;
    kf_db_res_t *res;

    KF_TRY(kf_account_confirm(&row, flow, member, &again, p));
    KF_TRY(kf_visit_json(&visit, member->visit, p));
    return KF_DB_ONCE(&res, flow->db, &kf_account_totp_disable, p, KF_UUID(&member->tenant),
                      KF_UUID(&member->staff), KF_TEXT(visit));
}

kf_err_t *kf_flow_recovery_codes(kf_recovery_t *out, const kf_flow_t *flow, const kf_member_t *member,
                                 const char *password, apr_pool_t *p)
{
    const kf_again_t again = {"password", password};
    const char *hashes, *visit;
    kf_staff_row_t row;
    kf_db_res_t *res;

    KF_TRY(kf_account_confirm(&row, flow, member, &again, p));
    KF_TRY(make_codes(out, &hashes, p));
    KF_TRY(kf_visit_json(&visit, member->visit, p));
    return KF_DB_ONCE(&res, flow->db, &kf_account_recovery_replace, p, KF_UUID(&member->tenant),
                      KF_UUID(&member->staff), KF_TEXT(hashes), KF_TEXT(visit));
}

kf_err_t *kf_flow_second_factor_view(const char **json, const kf_flow_t *flow, const kf_member_t *member,
                                     apr_pool_t *p)
{
    return kf_member_doc(json, flow, member, &kf_account_second_factor_get,
                         (const kf_arg_t[]){KF_UUID(&member->tenant), KF_UUID(&member->staff)}, p);
}
