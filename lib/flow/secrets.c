#include "flow/secrets.h"

#include "crypto/hash.h"
#include "crypto/webhook.h"
#include "flow/account.h"
#include "repo/admin_account.h"

typedef struct {
    const kf_secret_wish_t *wish;
    const kf_uuid_t *id;
    const char *sealed;
} add_t;

static kf_err_t *add(kf_db_t *db, void *baton, apr_pool_t *p)
{
    add_t *it = baton;

    return kf_repo_callback_secret_add(db, it->wish->tenant, it->id, it->sealed, it->wish->overlap_s, p);
}

kf_err_t *kf_flow_secret_rotate(kf_secret_made_t *out, const kf_flow_t *flow, kf_db_t *db,
                                const kf_secret_wish_t *wish, apr_pool_t *p)
{
    char *text = apr_palloc(p, KF_WEBHOOK_SECRET_CHARS + 1);
    add_t it = {wish, &out->id, NULL};
    kf_admin_acts_t acts = {wish->tenant, wish->actor, add, &it};

    kf_wipe_with_pool(text, KF_WEBHOOK_SECRET_CHARS + 1, p);
    KF_TRY(kf_webhook_secret_make(text, p));
    out->secret = text;
    KF_TRY(kf_flow_callback_seal(&it.sealed, flow->keys, wish->tenant, text, p));
    KF_TRY(kf_uuid_timed(&out->id, kf_instant_now() / 1000, p));
    return wish->in_tx ? kf_flow_admin_in(db, &acts, p) : kf_flow_admin_on(db, &acts, p);
}
