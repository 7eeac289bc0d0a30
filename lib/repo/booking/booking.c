#include "repo/booking/booking.h"

#include "db/row.h"

static const kf_stmt_t hold_take = {
    "hold_take",
    "SELECT " KF_HOLD_COLS " FROM kf.hold_take($1::uuid, $2::uuid, $3::text, $4::uuid, $5::uuid,"
    " $6::timestamptz, $7::bytea, $8::int, $9::text, $10::bytea, $11::timestamptz, $12::bigint, $13::bigint,"
    " ARRAY[$14::int, $15::int, $16::int, $17::int, $18::int], $19::int)",
    19, 0};

static const kf_stmt_t hold_take_at = {
    "hold_take_at",
    "SELECT " KF_HOLD_COLS " FROM kf.hold_take_at($1::uuid, $2::uuid, $3::text, $4::uuid, $5::uuid,"
    " $6::timestamptz, $7::bytea, $8::int, $9::text, $10::bytea, $11::timestamptz, $12::bigint, $13::bigint,"
    " ARRAY[$14::int, $15::int, $16::int, $17::int, $18::int], $19::int, $20::text, $21::bytea)",
    21, 0};

static const kf_stmt_t hold_release = {"hold_release", "SELECT kf.hold_release($1::uuid, $2::uuid, $3::bytea)", 3,
                                       0};

static const kf_stmt_t hold_read = {
    "hold_read",
    "SELECT claim_id, link_public_id, service_id::text, professional_id::text, service_name, professional_name,"
    " professional_zone, slot_start, slot_end, state <> 'ended' AND (expires_at IS NULL OR expires_at > now) AS live,"
    " expires_at, now, price_cents, charge_cents, currency, customer_zone, booking_id, policy"
    " FROM kf.hold_read($1::uuid, $2::bytea)",
    2, KF_STMT_REPEATABLE};

#define STARTED \
    "booking_id, status, price_cents, charge_cents, currency, slot_start, slot_end, expires_at, reference," \
    " service_name, customer_name, customer_email, customer_phone, return_url, provider, mode, public_key," \
    " private_key_sealed, integrity_secret_sealed, events_secret_sealed"

/* Repeating either is harmless: a hold becomes at most one booking, and the caller chooses an attempt's id. */
static const kf_stmt_t booking_start = {
    "booking_start",
    "SELECT " STARTED " FROM kf.booking_start($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::bytea, $6::text,"
    " $7::text, $8::text, $9::text, $10::text, $11::text, $12::timestamptz, $13::jsonb, $14::boolean)",
    14, KF_STMT_REPEATABLE};

static const kf_stmt_t booking_start_at = {
    "booking_start_at",
    "SELECT " STARTED " FROM kf.booking_start_at($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::bytea, $6::text,"
    " $7::text, $8::text, $9::text, $10::text, $11::text, $12::timestamptz, $13::jsonb, $15::text, $14::boolean)",
    15, KF_STMT_REPEATABLE};

static const kf_stmt_t booking_retry = {
    "booking_retry",
    "SELECT " STARTED " FROM kf.booking_retry($1::uuid, $2::uuid, $3::bytea, $4::uuid,"
    " $5::timestamptz)",
    5, 0};

static const kf_stmt_t visit_pay = {
    "visit_pay", "SELECT " STARTED " FROM kf.visit_pay($1::uuid, $2::bytea, $3::uuid, $4::timestamptz)", 4, 0};

static const kf_stmt_t booking_read = {
    "booking_read",
    "SELECT booking_id, token_ok, status, payment_status, hold_alive, hold_expires_at, now, slot_start, slot_end,"
    " service_name, professional_name, professional_zone, customer_zone, customer_name, customer_email,"
    " price_cents, charge_cents, currency, language, link_public_id, return_url, callback_secret_sealed,"
    " version, service_id, professional_id, mailed FROM kf.booking_read($1::uuid, $2::uuid, $3::bytea)",
    3, KF_STMT_REPEATABLE};

static const kf_stmt_t payment_returned = {
    "payment_returned", "SELECT kf.payment_returned($1::uuid, $2::uuid, $3::text)", 3, KF_STMT_REPEATABLE};

/* What a booking costs and what is charged for it, of one currency. */
#define MONEY \
    KF_COL(price.minor, "price_cents"), KF_COL(charge.minor, "charge_cents"), KF_COL(price.currency, "currency"), \
        KF_COL(charge.currency, "currency")

static kf_arg_t hash_arg(const uint8_t *hash)
{
    return KF_BYTES(hash, hash ? KF_TOKEN_HASH_BYTES : 0);
}

static kf_arg_t after_arg(kf_instant_t after)
{
    return after ? KF_TIME(after) : KF_NULL;
}

#define KF_ROW_T kf_hold_t
static const kf_col_t hold_cols[] = {
    KF_COL(claim, "claim_id"), KF_COL(professional, "professional_id"), KF_COL(professional_name, "professional_name"),
    KF_COL(start, "slot_start"), KF_COL(end, "slot_end"), KF_COL(expires_at, "expires_at"), MONEY};
static const kf_shape_t hold_row = KF_SHAPE(hold_cols);
#undef KF_ROW_T

void kf_repo_hold_row(kf_hold_t *out, const kf_db_res_t *res, apr_pool_t *p)
{
    kf_db_row_read(out, res, 0, &hold_row, p);
}

kf_err_t *kf_repo_hold_create(kf_hold_t *out, kf_db_t *db, const kf_uuid_t *tenant, const kf_hold_ask_t *ask,
                              apr_pool_t *p)
{
    /* most holds are a customer's first one and have no return address of their own */
    bool plain = !ask->replaces && !ask->frame && !ask->return_url;
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, plain ? &hold_take : &hold_take_at, p, KF_UUID(tenant), KF_UUID(&ask->claim),
                      KF_TEXT(ask->link), KF_UUID(&ask->service), KF_UUID(ask->professional), KF_TIME(ask->start),
                      hash_arg(ask->token_hash), KF_INT4(ask->ttl_s), KF_TEXT(ask->zone), hash_arg(ask->replaces),
                      after_arg(ask->after), KF_KEYED(ask->address), KF_KEYED(ask->network), KF_INT4(ask->bounds[0]),
                      KF_INT4(ask->bounds[1]), KF_INT4(ask->bounds[2]), KF_INT4(ask->bounds[3]), KF_INT4(ask->bounds[4]),
                      ask->details ? KF_NULL : KF_INT4(ask->work), KF_TEXT(ask->return_url), hash_arg(ask->frame)));
    kf_repo_hold_row(out, res, p);
    return NULL;
}

kf_err_t *kf_repo_hold_release(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *claim,
                               const uint8_t *token_hash, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &hold_release, p, KF_UUID(tenant), KF_UUID(claim), hash_arg(token_hash));
}

#define KF_ROW_T kf_hold_view_t
static const kf_col_t view_cols[] = {
    KF_COL(claim, "claim_id"), KF_COL(link, "link_public_id"), KF_COL(service_id, "service_id"),
    KF_COL(professional_id, "professional_id"), KF_COL(service_name, "service_name"),
    KF_COL(professional_name, "professional_name"), KF_COL(professional_zone, "professional_zone"),
    KF_COL(start, "slot_start"), KF_COL(end, "slot_end"), KF_COL(live, "live"), KF_COL(expires_at, "expires_at"),
    KF_COL(now, "now"), MONEY, KF_COL(customer_zone, "customer_zone"), KF_COL(booked, "booking_id"),
    KF_COL(booking, "booking_id"), KF_COL(policy, "policy")};
static const kf_shape_t hold_view = KF_SHAPE(view_cols);
#undef KF_ROW_T

kf_err_t *kf_repo_hold_read(kf_hold_view_t *out, bool *found, kf_db_t *db, const kf_uuid_t *tenant,
                            const uint8_t *token_hash, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &hold_read, p, KF_UUID(tenant), hash_arg(token_hash)));
    *found = kf_db_rows(res) > 0;
    if (*found) {
        kf_db_row_read(out, res, 0, &hold_view, p);
    }
    return NULL;
}

#define KF_ROW_T kf_started_t
static const kf_col_t started_cols[] = {
    KF_COL(booking, "booking_id"), KF_COL(status, "status"), MONEY, KF_COL(start, "slot_start"),
    KF_COL(end, "slot_end"), KF_COL(expires_at, "expires_at"), KF_COL(reference, "reference"),
    KF_COL(service_name, "service_name"), KF_COL(customer_name, "customer_name"),
    KF_COL(customer_email, "customer_email"), KF_COL(customer_phone, "customer_phone"),
    KF_COL(return_url, "return_url"), KF_COL(provider, "provider"), KF_COL(mode, "mode"),
    KF_COL(public_key, "public_key"), KF_COL(private_key_sealed, "private_key_sealed"),
    KF_COL(integrity_secret_sealed, "integrity_secret_sealed"), KF_COL(events_secret_sealed, "events_secret_sealed")};
static const kf_shape_t started = KF_SHAPE(started_cols);
#undef KF_ROW_T

kf_err_t *kf_repo_booking_start(kf_started_t *out, kf_db_t *db, const kf_uuid_t *tenant, const kf_booking_ask_t *ask,
                                apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, ask->return_url ? &booking_start_at : &booking_start, p, KF_UUID(tenant),
                      KF_UUID(&ask->booking), KF_UUID(&ask->attempt), KF_UUID(&ask->claim), hash_arg(ask->token_hash),
                      KF_TEXT(ask->name), KF_TEXT(ask->email), KF_TEXT(ask->phone), KF_TEXT(ask->notes),
                      KF_TEXT(ask->language), KF_TEXT(ask->zone), after_arg(ask->after), KF_TEXT(ask->more),
                      KF_BOOL(ask->mail), KF_TEXT(ask->return_url)));
    kf_db_row_read(out, res, 0, &started, p);
    return NULL;
}

kf_err_t *kf_repo_booking_retry(kf_started_t *out, kf_db_t *db, const kf_uuid_t *tenant, const kf_retry_ask_t *ask,
                                apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &booking_retry, p, KF_UUID(tenant), KF_UUID(&ask->booking),
                      hash_arg(ask->token_hash), KF_UUID(&ask->attempt), after_arg(ask->after)));
    kf_db_row_read(out, res, 0, &started, p);
    return NULL;
}

kf_err_t *kf_repo_visit_pay(kf_started_t *out, kf_db_t *db, const kf_uuid_t *tenant, const kf_retry_ask_t *ask,
                            apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &visit_pay, p, KF_UUID(tenant), hash_arg(ask->token_hash), KF_UUID(&ask->attempt),
                      after_arg(ask->after)));
    kf_db_row_read(out, res, 0, &started, p);
    return NULL;
}

#define KF_ROW_T kf_booking_view_t
static const kf_col_t booking_cols[] = {
    KF_COL(booking, "booking_id"), KF_COL(token_ok, "token_ok"), KF_COL(status, "status"),
    KF_COL(payment, "payment_status"), KF_COL(hold_alive, "hold_alive"), KF_COL(hold_expires_at, "hold_expires_at"),
    KF_COL(now, "now"), KF_COL(start, "slot_start"), KF_COL(end, "slot_end"), KF_COL(service_name, "service_name"),
    KF_COL(professional_name, "professional_name"), KF_COL(professional_zone, "professional_zone"),
    KF_COL(customer_zone, "customer_zone"), KF_COL(customer_name, "customer_name"),
    KF_COL(customer_email, "customer_email"), MONEY, KF_COL(language, "language"), KF_COL(link, "link_public_id"),
    KF_COL(return_url, "return_url"), KF_COL(callback_secret_sealed, "callback_secret_sealed"),
    KF_COL(version, "version"), KF_COL(service_id, "service_id"), KF_COL(professional_id, "professional_id"),
    KF_COL(mailed, "mailed")};
static const kf_shape_t booking_view = KF_SHAPE(booking_cols);
#undef KF_ROW_T

kf_err_t *kf_repo_booking_read(kf_booking_view_t *out, kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *booking,
                               const uint8_t *token_hash, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &booking_read, p, KF_UUID(tenant), KF_UUID(booking), hash_arg(token_hash)));
    out->found = kf_db_rows(res) > 0;
    if (out->found) {
        kf_db_row_read(out, res, 0, &booking_view, p);
    }
    return NULL;
}

kf_err_t *kf_repo_payment_returned(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *booking, const char *tx,
                                   apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &payment_returned, p, KF_UUID(tenant), KF_UUID(booking), KF_TEXT(tx));
}
