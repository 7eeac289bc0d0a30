#include "flow/once.h"

#include <apr_strings.h>
#include <string.h>

#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/sealed.h"
#include "flow/calendar/calendar.h"
#include "repo/once.h"

/* Reads the key: quoted, as a string of RFC 8941, or bare, as many clients send it. */
static kf_err_t *read_key(const char **out, const char *key, apr_pool_t *p)
{
    size_t len = strlen(key);

    if (len >= 2 && key[0] == '"' && key[len - 1] == '"') {
        key = apr_pstrmemdup(p, key + 1, len - 2);
        len -= 2;
    }
    if (!len || len > KF_MAX_IDEMPOTENCY_KEY || strspn(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                                           "0123456789-_.:/+=~") != len) {
        return kf_err_at(kf_err_said(p, KF_E_MALFORMED,
                                     "The Idempotency-Key must have 1 to {1} characters: letters, digits and "
                                     "-_.:/+=~.",
                                     apr_itoa(p, KF_MAX_IDEMPOTENCY_KEY), NULL), "Idempotency-Key");
    }
    *out = key;
    return NULL;
}

/* Server errors, and a refusal that the customer can resolve, are not stored: the same request may come again. */
static bool is_kept(const kf_err_t *err)
{
    return kf_code_http(err->code) < 500 && err->code != KF_E_EMAIL_UNCONFIRMED;
}

/* Runs the act inside a savepoint, so that the key's row survives a refusal. */
static kf_err_t *act_or_refuse(kf_answer_t *out, kf_db_t *db, const kf_once_fns_t *fns, apr_pool_t *p)
{
    kf_err_t *err;

    KF_TRY(kf_db_savepoint(db, p));
    err = fns->act(out, db, fns->baton, p);
    if (!err || !is_kept(err)) {
        return err;
    }
    KF_TRY(kf_db_rollback_to(db, p));
    return fns->refuse(out, err, fns->baton, p);
}

/* What a repeat must have in common with the first request; an asker contains no NUL byte. */
static kf_err_t *hash_request(uint8_t hash[KF_SHA256_BYTES], const kf_once_ask_t *ask, apr_pool_t *p)
{
    const char *asker = ask->asker ? ask->asker : "";

    return kf_sha256(hash, (kf_bytes_t[]){{asker, strlen(asker) + 1}, {ask->body, ask->body_len}}, 2, p);
}

/* An answer may hold a token, so it is sealed like any secret, bound to its own row. */
static const char *place(const kf_uuid_t *tenant, const char *route, const char *key, apr_pool_t *p)
{
    return apr_pstrcat(p, kf_uuid_text(tenant, p), "/idempotency/body/", route, "/", key, NULL);
}

/*
 * The key as stored. The key and the request give access to the answer, so the database has only a digest, which
 * differs between businesses and routes.
 */
static kf_err_t *kept_key(const char **out, const kf_once_ask_t *ask, apr_pool_t *p)
{
    uint8_t hash[KF_SHA256_BYTES];
    char *hex = apr_palloc(p, 2 * KF_SHA256_BYTES + 1);

    KF_TRY(kf_sha256(hash, (kf_bytes_t[]){{ask->tenant, sizeof(*ask->tenant)},
                                          {ask->route, strlen(ask->route) + 1},
                                          {ask->key, strlen(ask->key)}}, 3, p));
    kf_hex_write(hex, hash, sizeof(hash));
    *out = apr_pstrcat(p, "sha256:", hex, NULL);
    return NULL;
}

static kf_err_t *restore(kf_answer_t *out, const kf_flow_t *flow, const kf_once_stored_t *stored, const char *where,
                         apr_pool_t *p)
{
    out->status = stored->status;
    return kf_unseal(&out->body, &out->len, flow->keys, where, stored->body, p);
}

static kf_err_t *in_transaction(kf_answer_t *out, kf_db_t *db, const kf_flow_t *flow, const kf_once_ask_t *ask,
                                const kf_once_fns_t *fns, apr_pool_t *p)
{
    uint8_t hash[KF_SHA256_BYTES];
    kf_once_row_t row = {ask->route, NULL, ask->key, hash};
    kf_once_stored_t answer;
    bool stored;

    KF_TRY(kept_key(&row.key, ask, p));
    KF_TRY(hash_request(hash, ask, p));
    KF_TRY(kf_repo_once_begin(&stored, &answer, db, ask->tenant, &row, p));
    if (stored) {
        return restore(out, flow, &answer, place(ask->tenant, row.route, answer.key, p), p);
    }
    KF_TRY(act_or_refuse(out, db, fns, p));
    answer.status = out->status;
    KF_TRY(kf_seal(&answer.body, flow->keys, place(ask->tenant, row.route, row.key, p), out->body, out->len, p));
    return kf_repo_once_finish(db, ask->tenant, &row, &answer, p);
}

static kf_err_t *keyed(kf_answer_t *out, kf_db_t *db, const kf_flow_t *flow, const kf_once_ask_t *ask,
                       const kf_once_fns_t *fns, apr_pool_t *p)
{
    kf_err_t *err;

    KF_TRY(kf_db_begin(db, p));
    err = in_transaction(out, db, flow, ask, fns, p);
    if (err) {
        kf_db_rollback(db, p); /* the first error says more than a failed rollback */
        return err;
    }
    return kf_db_commit(db, p);
}

typedef struct {
    kf_answer_t *out;
    const kf_flow_t *flow;
    const kf_once_ask_t *ask;
    const kf_once_fns_t *fns;
} once_t;

static kf_err_t *run(kf_instant_t after, void *baton, apr_pool_t *p)
{
    const once_t *it = baton;
    const kf_flow_t *flow = it->flow;
    kf_db_t *db;

    if (it->ask->after) {
        *it->ask->after = after;
    }
    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db, it->ask->key ? keyed(it->out, db, flow, it->ask, it->fns, p)
                        : it->fns->act(it->out, db, it->fns->baton, p));
}

kf_err_t *kf_flow_once(kf_answer_t *out, const kf_flow_t *flow, const kf_once_ask_t *ask, const kf_once_fns_t *fns,
                       apr_pool_t *p)
{
    kf_once_ask_t asked = *ask;
    once_t it = {out, flow, &asked, fns};

    if (ask->key) {
        KF_TRY(read_key(&asked.key, ask->key, p));
    }
    return kf_flow_with_calendar(flow, ask->tenant, run, &it, p);
}

/* -- forgetting -- */

static bool holds(const char *text, const char *const *words)
{
    for (; *words; words++) {
        if (strcasestr(text, *words)) {
            return true;
        }
    }
    return false;
}

static kf_err_t *forget_one(kf_db_t *db, const kf_keyring_t *keys, const kf_uuid_t *tenant,
                            const kf_once_answer_t *answer, const char *const *words, apr_pool_t *p)
{
    const char *where = place(tenant, answer->route, answer->key, p), *body;
    size_t len;

    /* an answer that no key opens cannot be returned again: delete it too */
    if (!kf_unseal(&body, &len, keys, where, answer->body, p) && !holds(body, words)) {
        return NULL;
    }
    return kf_repo_once_erase(db, tenant, answer, p);
}

kf_err_t *kf_flow_once_forget(kf_db_t *db, const kf_keyring_t *keys, const kf_uuid_t *tenant,
                              const char *const *words, apr_pool_t *p)
{
    kf_once_answer_t last = {"", "", NULL}, *answers;
    kf_err_t *err = NULL;
    int n;

    do {
        apr_pool_t *page;

        apr_pool_create(&page, p);
        err = kf_repo_once_page(&answers, &n, db, tenant, &last, page);
        for (int i = 0; !err && i < n; i++) {
            err = forget_one(db, keys, tenant, &answers[i], words, page);
        }
        if (!err && n) {
            last = (kf_once_answer_t){apr_pstrdup(p, answers[n - 1].route), apr_pstrdup(p, answers[n - 1].key), NULL};
        }
        err = err ? kf_err(p, err->code, "%s", err->detail) : NULL; /* its pool is destroyed */
        apr_pool_destroy(page);
    } while (!err && n == KF_ONCE_PAGE);
    return err;
}
