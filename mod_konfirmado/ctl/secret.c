#include <apr_strings.h>

#include "crypto/hash.h"
#include "crypto/webhook.h"
#include "ctl/ctl_secret.h"
#include "flow/payment/account.h"
#include "repo/payment/account.h"

static kf_err_t *check_given(kfm_ctl_t *ctl, const char *given)
{
    kf_webhook_key_t key;
    kf_err_t *err = kf_webhook_key_parse(&key, given, ctl->p);

    kf_wipe(&key, sizeof(key));
    return err ? kfm_ctl_bad(ctl, "callback-secret", "%s", err->detail) : NULL;
}

static kf_err_t *make(const char **out, kfm_ctl_t *ctl)
{
    char *text = apr_palloc(ctl->p, KF_WEBHOOK_SECRET_CHARS + 1);

    kf_wipe_with_pool(text, KF_WEBHOOK_SECRET_CHARS + 1, ctl->p);
    *out = text;
    return kf_webhook_secret_make(text, ctl->p);
}

kf_err_t *kfm_ctl_secret_make(kfm_ctl_secret_t *out, kfm_ctl_t *ctl, const kf_uuid_t *tenant, const char *given)
{

    if (given) {
        KF_TRY(check_given(ctl, given));
        out->text = given;
    }
    else {
        KF_TRY(make(&out->text, ctl));
    }
    KF_TRY(kfm_ctl_read_keys(ctl));
    KF_TRY(kf_flow_callback_seal(&out->sealed, ctl->keys, tenant, out->text, ctl->p));
    return kfm_ctl_new_id(&out->id, ctl);
}

kf_err_t *kfm_ctl_secret_add(const char **out, kfm_ctl_t *ctl, const kfm_ctl_secret_wish_t *wish)
{
    kfm_ctl_secret_t made;
    kf_secret_put_t put = {.endpoint = wish->endpoint, .overlap_s = wish->overlap_s};

    KF_TRY(kfm_ctl_secret_make(&made, ctl, wish->tenant, wish->given));
    *out = made.text;
    put.id = &made.id;
    put.sealed = made.sealed;
    return kf_repo_callback_secret_add(ctl->db, wish->tenant, &put, ctl->p);
}
