/* Authentication of a request by its cookie or key. */
#include <apr_strings.h>

#include "auth/auth.h"
#include "crypto/hash.h"
#include "flow/hold/offer.h"
#include "flow_ctx.h"
#include "http/cookie.h"
#include "http/reply.h"
#include "text/local.h"

#define HOME "/dashboard"

/* Browsers reject a cookie with the prefix __Host- that was set by another host or over http. */
static const char *cookie_name(const kfm_call_t *call)
{
    return call->https ? "__Host-kf_session" : "kf_session";
}

static const char *device_name(const kfm_call_t *call)
{
    return call->https ? "__Host-kf_device" : "kf_device";
}

kf_err_t *kfm_auth_keep_device(kfm_call_t *call, const kf_visit_t *visit)
{
    return visit->new_device ? kfm_cookie_set(call, device_name(call), visit->new_device, "/", KF_DEVICE_S) : NULL;
}

void kfm_auth_cookie_clear(kfm_call_t *call)
{
    kfm_cookie_clear(call, cookie_name(call), "/");
}

static kfm_signed_t *with_session(kfm_call_t *call, const kf_session_t *session)
{
    kfm_signed_t *found = apr_pcalloc(call->pool, sizeof(*found));

    found->session = session;
    found->who = (kfm_who_t){.tenant = session->person.tenant,
                             .id = session->person.staff,
                             .owner = session->person.owner,
                             .name = session->person.name,
                             .email = session->person.email,
                             .language = session->person.language,
                             .session = session->session,
                             .csrf = session->csrf,
                             .suspended = session->person.suspended};
    return found;
}

static kf_err_t *by_session(kfm_signed_t **out, kfm_call_t *call, const char *token)
{
    kf_session_t *session = apr_pcalloc(call->pool, sizeof(*session));

    KF_TRY(kf_flow_session_use(session, kfm_flow(call), token, call->pool));
    *out = with_session(call, session);
    return NULL;
}

static kf_err_t *by_key(kfm_signed_t **out, kfm_call_t *call, const char *text)
{
    kfm_signed_t *found;
    kf_api_key_t key;

    KF_TRY(kf_flow_api_key_use(&key, kfm_flow(call), text, call->pool));
    found = apr_pcalloc(call->pool, sizeof(*found));
    found->who = (kfm_who_t){.tenant = key.tenant,
                             .id = key.key,
                             .key = true,
                             .name = key.name,
                             .suspended = key.suspended,
                             .scopes = key.scopes};
    *out = found;
    return NULL;
}

kf_err_t *kfm_auth_find(const kfm_signed_t **out, kfm_call_t *call)
{
    const char *bearer = kfm_call_bearer(call), *cookie;
    kfm_signed_t *found = NULL;
    kf_err_t *err = NULL;

    *out = NULL;
    if (bearer) {
        /* a key takes precedence: a cookie beside it is ignored */
        err = by_key(&found, call, bearer);
    } else if ((cookie = kfm_cookie_get(call, cookie_name(call)))) {
        err = by_session(&found, call, cookie);
    }
    if (err) {
        return err->code == KF_E_UNAUTHORIZED ? NULL : err;
    }
    if (found && call->tenant && !kf_uuid_equal(&call->tenant->id, &found->who.tenant)) {
        return NULL;
    }
    *out = found;
    return NULL;
}

/* A page bypasses the cache: it must show what another process may just have saved. */
static kf_err_t *own_tenant(const kf_tenant_t **out, kfm_call_t *call, const kf_uuid_t *id)
{
    const char *text = kf_uuid_text(id, call->pool);

    return call->kind == KFM_PAGE ? kf_flow_tenant_now(out, kfm_flow(call), "id", text, call->pool)
                                  : kf_flow_tenant(out, kfm_flow(call), "id", text, call->pool);
}

kf_err_t *kfm_auth_adopt(kfm_call_t *call, const kfm_signed_t *found)
{
    const kf_tenant_t *tenant = call->tenant;

    if (!tenant || call->kind == KFM_PAGE) {
        KF_TRY(own_tenant(&tenant, call, &found->who.tenant));
        if (!tenant) {
            return kf_err(call->pool, KF_E_UNAUTHORIZED, "Sign in first.");
        }
        kfm_call_set_tenant(call, tenant, tenant->allowed_origins, tenant->frame_origins, NULL);
    }
    /* pages of a signed-in person must not be framed */
    call->frame_origins = NULL;
    call->who = &found->who;
    kfm_call_set_lang(call, found->who.language);
    return NULL;
}

kf_err_t *kfm_auth_enter(kfm_call_t *call, kf_login_t *login)
{
    kf_session_t *session = apr_pmemdup(call->pool, &login->session, sizeof(*session));
    kfm_signed_t *found = with_session(call, session);
    kf_err_t *err;

    if (call->tenant && !kf_uuid_equal(&call->tenant->id, &found->who.tenant)) {
        kf_wipe(login->token, sizeof(login->token));
        call->who = &found->who;
        err = kf_flow_logout(kfm_flow(call), kfm_auth_member(call), call->pool);
        call->who = NULL;
        return err ? err : kf_err(call->pool, KF_E_CREDENTIALS, "The email or the password is not right.");
    }
    err = kfm_cookie_set(call, cookie_name(call), login->token, "/", 0);
    kf_wipe(login->token, sizeof(login->token));
    return err ? err : kfm_auth_adopt(call, found);
}

const kf_session_t *kfm_auth_session(const kfm_call_t *call)
{
    return call->who ? ((const kfm_signed_t *)(const void *)call->who)->session : NULL;
}

kf_visit_t *kfm_auth_visit(kfm_call_t *call)
{
    kf_visit_t *visit = apr_pcalloc(call->pool, sizeof(*visit));

    visit->ip = call->client_ip;
    visit->user_agent = kfm_call_header(call, "User-Agent");
    visit->request_id = call->request_id;
    visit->device = kfm_cookie_get(call, device_name(call));
    return visit;
}

kf_member_t *kfm_auth_member(kfm_call_t *call)
{
    kf_member_t *member = apr_pcalloc(call->pool, sizeof(*member));

    member->tenant = call->who->tenant;
    member->staff = call->who->id;
    member->session = call->who->session;
    member->name = call->who->email;
    member->called = call->who->name;
    member->visit = kfm_auth_visit(call);
    return member;
}

const char *kfm_auth_next(const char *next)
{
    return kf_local_path(next, HOME) ? next : HOME;
}
