/* Google calendars: combines and checks the directives. */
#include "cfg/google.h"

#include <apr_strings.h>
#include <string.h>

#include "cfg/directives.h"
#include "cfg/file.h"

static kf_err_t *check_urls(const kfm_raw_t *raw, apr_pool_t *p)
{
    const struct {
        const char *directive, *url;
    } urls[] = {{KFM_D_GOOGLE_AUTHORIZE, raw->google_authorize},
                {KFM_D_GOOGLE_TOKEN, raw->google_token},
                {KFM_D_GOOGLE_REVOKE, raw->google_revoke},
                {KFM_D_GOOGLE_API, raw->google_api}};

    for (size_t i = 0; i < sizeof(urls) / sizeof(*urls); i++) {
        if (urls[i].url && !raw->google_client) {
            return kf_err(p, KF_E_CONFIG, "%s means nothing without %s", urls[i].directive,
                          KFM_D_GOOGLE_CLIENT);
        }
        KF_TRY(kfm_cfg_check_provider(urls[i].directive, urls[i].url, raw, p));
    }
    return NULL;
}

static kf_err_t *check_times(const kfm_raw_t *raw, apr_pool_t *p)
{
    if (raw->calendar_poll_ms < raw->calendar_ttl_ms) {
        return kf_err(p, KF_E_CONFIG, "%s (%ds) must not be shorter than %s (%ds)",
                      KFM_D_CALENDAR_POLL, raw->calendar_poll_ms / 1000, KFM_D_CALENDAR_TTL,
                      raw->calendar_ttl_ms / 1000);
    }
    return NULL;
}

kf_err_t *kfm_cfg_google(const kf_calendar_app_t **out, const kfm_raw_t *raw, const kfm_cfg_t *cfg,
                         apr_pool_t *p)
{
    kf_calendar_app_t *app = apr_pcalloc(p, sizeof(*app));
    bool push = raw->calendar_push == KFM_AUTO ? !strcmp(cfg->base_scheme, "https")
                                               : raw->calendar_push;

    *out = NULL;
    KF_TRY(check_urls(raw, p));
    KF_TRY(check_times(raw, p));
    if (!raw->google_client && !raw->google_secret_file) {
        return NULL;
    }
    if (!raw->google_client || !raw->google_secret_file) {
        return kf_err(p, KF_E_CONFIG, "%s and %s go together: write both or neither",
                      KFM_D_GOOGLE_CLIENT, KFM_D_GOOGLE_SECRET);
    }
    KF_TRY(kfm_cfg_read_secret(&app->client_secret, KFM_D_GOOGLE_SECRET, raw->google_secret_file, p));
    app->client_id = raw->google_client;
    app->redirect_url = apr_pstrcat(p, cfg->base_url, "/api/auth/google/callback", NULL);
    app->notify_url = push ? apr_pstrcat(p, cfg->base_url, "/api/webhooks/google", NULL) : NULL;
    app->authorize_url = raw->google_authorize;
    app->token_url = raw->google_token;
    app->revoke_url = raw->google_revoke;
    app->api_base = raw->google_api;
    app->ca_file = raw->provider_ca;
    *out = app;
    return NULL;
}
