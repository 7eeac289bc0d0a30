#include "repo/payment/checkout.h"

#include <string.h>

#include "db/row.h"

static const kf_stmt_t checkout_begin = {
    "checkout_begin", "SELECT * FROM kf.checkout_begin($1::uuid, $2::uuid, $3::text)", 3, KF_STMT_REPEATABLE};

static const kf_stmt_t checkout_stored = {
    "checkout_stored", "SELECT kf.checkout_stored($1::uuid, $2::text, $3::text, $4::text, $5::text)", 5,
    KF_STMT_REPEATABLE};

#define KF_ROW_T kf_checkout_row_t
static const kf_col_t checkout_cols[] = {
    KF_COL(reference, "reference"), KF_COL(amount.minor, "amount_cents"), KF_COL(amount.currency, "currency"),
    KF_COL(expires_at, "expires_at"), KF_COL(return_url, "return_url"), KF_COL(checkout_url, "checkout_url"),
    KF_COL(service_name, "service_name"), KF_COL(language, "language"), KF_COL(customer_name, "customer_name"),
    KF_COL(customer_email, "customer_email"), KF_COL(customer_phone, "customer_phone"), KF_COL(provider, "provider"),
    KF_COL(mode, "mode"), KF_COL(public_key, "public_key"), KF_COL(private_key_sealed, "private_key_sealed"),
    KF_COL(integrity_secret_sealed, "integrity_secret_sealed"), KF_COL(events_secret_sealed, "events_secret_sealed")};
static const kf_shape_t checkout = KF_SHAPE(checkout_cols);
#undef KF_ROW_T

kf_err_t *kf_repo_checkout_begin(kf_checkout_row_t *out, kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *booking,
                                 const char *return_url, apr_pool_t *p)
{
    kf_db_res_t *res;

    memset(out, 0, sizeof(*out));
    KF_TRY(KF_DB_EXEC(&res, db, &checkout_begin, p, KF_UUID(tenant), KF_UUID(booking), KF_TEXT(return_url)));
    if (kf_db_rows(res)) {
        kf_db_row_read(out, res, 0, &checkout, p);
    }
    return NULL;
}

kf_err_t *kf_repo_checkout_stored(const char **url, kf_db_t *db, const kf_uuid_t *tenant, const kf_checkout_made_t *made,
                                  apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &checkout_stored, p, KF_UUID(tenant), KF_TEXT(made->provider), KF_TEXT(made->reference),
                      KF_TEXT(made->id), KF_TEXT(made->url)));
    *url = kf_db_text(res, 0, 0);
    return NULL;
}
