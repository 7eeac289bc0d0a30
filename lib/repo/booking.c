#include "repo/booking.h"

#include <string.h>

static const kf_stmt_t hold_take = {
    "hold_take",
    "SELECT claim_id, professional_id, professional_name, slot_start, slot_end, expires_at, price_cents,"
    " charge_cents, currency FROM kf.hold_take($1::uuid, $2::uuid, $3::text, $4::uuid, $5::uuid,"
    " $6::timestamptz, $7::bytea, $8::int, $9::text, $10::bytea, $11::timestamptz, $12::bigint, $13::bigint,"
    " ARRAY[$14::int, $15::int, $16::int, $17::int, $18::int], $19::int)",
    19, 0};

static const kf_stmt_t hold_take_at = {
    "hold_take_at",
    "SELECT claim_id, professional_id, professional_name, slot_start, slot_end, expires_at, price_cents,"
    " charge_cents, currency FROM kf.hold_take_at($1::uuid, $2::uuid, $3::text, $4::uuid, $5::uuid,"
    " $6::timestamptz, $7::bytea, $8::int, $9::text, $10::bytea, $11::timestamptz, $12::bigint, $13::bigint,"
    " ARRAY[$14::int, $15::int, $16::int, $17::int, $18::int], $19::int, $20::text, $21::bytea)",
    21, 0};

static const kf_stmt_t hold_release = {"hold_release", "SELECT kf.hold_release($1::uuid, $2::uuid, $3::bytea)", 3,
                                       0};

static const kf_stmt_t hold_read = {
    "hold_read",
    "SELECT claim_id, link_public_id, service_id::text, professional_id::text, service_name, professional_name,"
    " professional_zone, slot_start, slot_end, state, expires_at, now, price_cents, charge_cents, currency,"
    " customer_zone, booking_id, policy FROM kf.hold_read($1::uuid, $2::bytea)",
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

static kf_arg_t hash_arg(const uint8_t *hash)
{
    return KF_BYTES(hash, hash ? KF_TOKEN_HASH_BYTES : 0);
}

static kf_arg_t after_arg(kf_instant_t after)
{
    return after ? KF_TIME(after) : KF_NULL;
}

static kf_money_t money(const kf_db_res_t *res, int amount_col, int currency_col)
{
    kf_money_t amount = {kf_db_int(res, 0, amount_col), ""};
    const char *currency = kf_db_text(res, 0, currency_col);

    if (currency && strlen(currency) == 3) {
        memcpy(amount.currency, currency, 4);
    }
    return amount;
}

void kf_repo_hold_row(kf_hold_t *out, const kf_db_res_t *res)
{
    out->claim = kf_db_uuid(res, 0, 0);
    out->professional = kf_db_uuid(res, 0, 1);
    out->professional_name = kf_db_text(res, 0, 2);
    out->start = kf_db_time(res, 0, 3);
    out->end = kf_db_time(res, 0, 4);
    out->expires_at = kf_db_time(res, 0, 5);
    out->price = money(res, 6, 8);
    out->charge = money(res, 7, 8);
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
    kf_repo_hold_row(out, res);
    return NULL;
}

kf_err_t *kf_repo_hold_release(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *claim,
                               const uint8_t *token_hash, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &hold_release, p, KF_UUID(tenant), KF_UUID(claim), hash_arg(token_hash));
}

kf_err_t *kf_repo_hold_read(kf_hold_view_t *out, bool *found, kf_db_t *db, const kf_uuid_t *tenant,
                            const uint8_t *token_hash, apr_pool_t *p)
{
    kf_db_res_t *res;
    const char *state;

    KF_TRY(KF_DB_EXEC(&res, db, &hold_read, p, KF_UUID(tenant), hash_arg(token_hash)));
    *found = kf_db_rows(res) > 0;
    if (!*found) {
        return NULL;
    }
    out->claim = kf_db_uuid(res, 0, 0);
    out->link = kf_db_text(res, 0, 1);
    out->service_id = kf_db_text(res, 0, 2);
    out->professional_id = kf_db_text(res, 0, 3);
    out->service_name = kf_db_text(res, 0, 4);
    out->professional_name = kf_db_text(res, 0, 5);
    out->professional_zone = kf_db_text(res, 0, 6);
    out->start = kf_db_time(res, 0, 7);
    out->end = kf_db_time(res, 0, 8);
    state = kf_db_text(res, 0, 9);
    out->now = kf_db_time(res, 0, 11);
    out->expires_at = kf_db_isnull(res, 0, 10) ? 0 : kf_db_time(res, 0, 10);
    out->live = state && strcmp(state, "ended") && (!out->expires_at || out->expires_at > out->now);
    out->price = money(res, 12, 14);
    out->charge = money(res, 13, 14);
    out->customer_zone = kf_db_text(res, 0, 15);
    out->policy = kf_db_json(res, 0, 17);
    out->booked = !kf_db_isnull(res, 0, 16);
    if (out->booked) {
        out->booking = kf_db_uuid(res, 0, 16);
    }
    return NULL;
}

static void read_started(kf_started_t *out, const kf_db_res_t *res)
{
    out->booking = kf_db_uuid(res, 0, 0);
    out->status = kf_db_text(res, 0, 1);
    out->price = money(res, 2, 4);
    out->charge = money(res, 3, 4);
    out->start = kf_db_time(res, 0, 5);
    out->end = kf_db_time(res, 0, 6);
    out->expires_at = kf_db_isnull(res, 0, 7) ? 0 : kf_db_time(res, 0, 7);
    out->reference = kf_db_text(res, 0, 8);
    out->service_name = kf_db_text(res, 0, 9);
    out->customer_name = kf_db_text(res, 0, 10);
    out->customer_email = kf_db_text(res, 0, 11);
    out->customer_phone = kf_db_text(res, 0, 12);
    out->return_url = kf_db_text(res, 0, 13);
    out->provider = kf_db_text(res, 0, 14);
    out->mode = kf_db_text(res, 0, 15);
    out->public_key = kf_db_text(res, 0, 16);
    out->private_key_sealed = kf_db_text(res, 0, 17);
    out->integrity_secret_sealed = kf_db_text(res, 0, 18);
    out->events_secret_sealed = kf_db_text(res, 0, 19);
}

kf_err_t *kf_repo_booking_start(kf_started_t *out, kf_db_t *db, const kf_uuid_t *tenant, const kf_booking_ask_t *ask,
                                apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, ask->return_url ? &booking_start_at : &booking_start, p, KF_UUID(tenant),
                      KF_UUID(&ask->booking), KF_UUID(&ask->attempt), KF_UUID(&ask->claim), hash_arg(ask->token_hash),
                      KF_TEXT(ask->name), KF_TEXT(ask->email), KF_TEXT(ask->phone), KF_TEXT(ask->notes),
                      KF_TEXT(ask->language), KF_TEXT(ask->zone), after_arg(ask->after), KF_TEXT(ask->more),
                      KF_BOOL(ask->mail), KF_TEXT(ask->return_url)));
    read_started(out, res);
    return NULL;
}

kf_err_t *kf_repo_booking_retry(kf_started_t *out, kf_db_t *db, const kf_uuid_t *tenant, const kf_retry_ask_t *ask,
                                apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &booking_retry, p, KF_UUID(tenant), KF_UUID(&ask->booking),
                      hash_arg(ask->token_hash), KF_UUID(&ask->attempt), after_arg(ask->after)));
    read_started(out, res);
    return NULL;
}

kf_err_t *kf_repo_visit_pay(kf_started_t *out, kf_db_t *db, const kf_uuid_t *tenant, const kf_retry_ask_t *ask,
                            apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &visit_pay, p, KF_UUID(tenant), hash_arg(ask->token_hash), KF_UUID(&ask->attempt),
                      after_arg(ask->after)));
    read_started(out, res);
    return NULL;
}

static void read_view(kf_booking_view_t *out, const kf_db_res_t *res)
{
    out->booking = kf_db_uuid(res, 0, 0);
    out->token_ok = kf_db_bool(res, 0, 1);
    out->status = kf_db_text(res, 0, 2);
    out->payment = kf_db_text(res, 0, 3);
    out->hold_alive = kf_db_bool(res, 0, 4);
    out->hold_expires_at = kf_db_isnull(res, 0, 5) ? 0 : kf_db_time(res, 0, 5);
    out->now = kf_db_time(res, 0, 6);
    out->start = kf_db_time(res, 0, 7);
    out->end = kf_db_time(res, 0, 8);
    out->service_name = kf_db_text(res, 0, 9);
    out->professional_name = kf_db_text(res, 0, 10);
    out->professional_zone = kf_db_text(res, 0, 11);
    out->customer_zone = kf_db_text(res, 0, 12);
    out->customer_name = kf_db_text(res, 0, 13);
    out->customer_email = kf_db_text(res, 0, 14);
    out->price = money(res, 15, 17);
    out->charge = money(res, 16, 17);
    out->language = kf_db_text(res, 0, 18);
    out->link = kf_db_text(res, 0, 19);
    out->return_url = kf_db_text(res, 0, 20);
    out->callback_secret_sealed = kf_db_text(res, 0, 21);
    out->version = kf_db_int(res, 0, 22);
    out->service_id = kf_db_text(res, 0, 23);
    out->professional_id = kf_db_text(res, 0, 24);
    out->mailed = kf_db_bool(res, 0, 25);
}

kf_err_t *kf_repo_booking_read(kf_booking_view_t *out, kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *booking,
                               const uint8_t *token_hash, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &booking_read, p, KF_UUID(tenant), KF_UUID(booking), hash_arg(token_hash)));
    out->found = kf_db_rows(res) > 0;
    if (out->found) {
        read_view(out, res);
    }
    return NULL;
}

kf_err_t *kf_repo_payment_returned(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *booking, const char *tx,
                                   apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &payment_returned, p, KF_UUID(tenant), KF_UUID(booking), KF_TEXT(tx));
}
