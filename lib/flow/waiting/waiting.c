#include "flow/waiting/waiting.h"

#include <string.h>

#include "flow/hold/holder.h"
#include "json/encode.h"
#include "repo/waiting/waiting.h"
#include "text/validate.h"

#define MAX_WISH 8192 /* bytes of its document; a form's fields are far below */

/* -- joining -- */

static kf_err_t *check(kf_waiting_wish_t *wish, apr_pool_t *p)
{
    kf_err_t *bad = NULL;

    kf_err_add(&bad, kf_validate_name(&wish->name, "name", wish->name, p));
    kf_err_add(&bad, kf_validate_email(&wish->email, "email", wish->email, p));
    return bad;
}

static void put(kf_buf_t *buf, const char *name, const char *text)
{
    if (text && *text) {
        kf_json_str(buf, name, text);
    }
}

static kf_err_t *write_down(const char **out, const kf_waiting_wish_t *wish, apr_pool_t *p)
{
    bool any = wish->professional && !strcmp(wish->professional, "any");
    kf_buf_t buf;

    kf_buf_init(&buf, p, 512, MAX_WISH);
    kf_json_open(&buf, '{');
    put(&buf, "link", wish->link);
    put(&buf, "service", wish->service);
    put(&buf, "professional", any ? NULL : wish->professional);
    put(&buf, "day", wish->day);
    put(&buf, "name", wish->name);
    put(&buf, "email", wish->email);
    put(&buf, "language", wish->language);
    put(&buf, "timezone", wish->zone);
    kf_json_close(&buf, '}');
    *out = kf_buf_text(&buf);
    return kf_buf_check(&buf, "the wish", p);
}

kf_err_t *kf_flow_waiting_join(const kf_flow_t *flow, const kf_uuid_t *tenant, const kf_waiting_wish_t *wish,
                               apr_pool_t *p)
{
    kf_waiting_join_t ask = {.max_address = flow->hold_address, .max_network = flow->hold_network};
    kf_waiting_wish_t checked = *wish;
    kf_holder_t who;
    kf_db_t *db;

    KF_TRY(check(&checked, p));
    KF_TRY(write_down(&ask.wish, &checked, p));
    KF_TRY(kf_holder_of(&who, flow->keys, flow->hold_address || flow->hold_network ? wish->ip : NULL, p));
    ask.address = who.address;
    ask.network = who.network;
    KF_TRY(kf_uuid_timed(&ask.id, kf_instant_now() / 1000, p));
    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db, kf_repo_waiting_join(db, tenant, &ask, p));
}

/* -- the links -- */

static kf_err_t *read_waiting(kf_waiting_t *out, kf_db_t *db, const kf_uuid_t *host, const char *kind, apr_pool_t *p)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    kf_waiting_found_t found;
    kf_err_t *err;

    KF_TRY(kf_token_hash(hash, KF_TOKEN_WAITING, out->token, p));
    KF_TRY(kf_repo_waiting_find(&found, db, hash, p));
    if (!found.found || (host && !kf_uuid_equal(host, &found.tenant)) || strcmp(found.kind, kind)) {
        return NULL;
    }
    out->tenant = found.tenant;
    out->state = !strcmp(found.state, "open")   ? KF_WAITING_OPEN
                 : !strcmp(found.state, "used") ? KF_WAITING_USED
                                                : KF_WAITING_OVER;
    err = kf_repo_waiting_doc(&out->doc, db, &out->tenant, hash, p);
    if (err && err->code == KF_E_TOKEN_WRONG) { /* nothing is shown of a place that is over */
        out->state = out->state == KF_WAITING_OPEN ? KF_WAITING_USED : out->state;
        return NULL;
    }
    return err;
}

kf_err_t *kf_flow_waiting_open(kf_waiting_t *out, const kf_flow_t *flow, const kf_uuid_t *host, const char *token,
                               const char *kind, apr_pool_t *p)
{
    kf_db_t *db;

    *out = (kf_waiting_t){.state = KF_WAITING_UNKNOWN, .token = token};
    if (!token || !kf_token_shaped(token)) {
        return NULL;
    }
    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db, read_waiting(out, db, host, kind, p));
}

kf_err_t *kf_flow_waiting_confirm(const kf_flow_t *flow, const kf_waiting_t *waiting, apr_pool_t *p)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    kf_db_t *db;

    KF_TRY(kf_token_hash(hash, KF_TOKEN_WAITING, waiting->token, p));
    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db, kf_repo_waiting_confirm(db, &waiting->tenant, hash, p));
}

kf_err_t *kf_flow_waiting_leave(const kf_flow_t *flow, const kf_waiting_t *waiting, apr_pool_t *p)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    kf_db_t *db;

    KF_TRY(kf_token_hash(hash, KF_TOKEN_WAITING, waiting->token, p));
    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db, kf_repo_waiting_leave(db, &waiting->tenant, hash, p));
}

kf_err_t *kf_flow_waiting_take(kf_held_t *out, const kf_flow_t *flow, const kf_waiting_t *waiting, apr_pool_t *p)
{
    uint8_t offer[KF_TOKEN_HASH_BYTES], hold[KF_TOKEN_HASH_BYTES];
    kf_waiting_take_t ask = {offer, hold, flow->hold_ttl_s};
    kf_db_t *db;

    KF_TRY(kf_token_hash(offer, KF_TOKEN_WAITING, waiting->token, p));
    KF_TRY(kf_token_make(out->token, p));
    KF_TRY(kf_token_hash(hold, KF_TOKEN_BOOKING, out->token, p));
    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db, kf_repo_waiting_take(&out->hold, db, &waiting->tenant, &ask, p));
}
