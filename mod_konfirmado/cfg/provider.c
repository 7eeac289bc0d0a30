/* The settings of all providers: their table, their rules, their values. */
#include "cfg/provider.h"

#include <apr_strings.h>
#include <string.h>

#include "cfg/directives.h"
#include "cfg/file.h"
#include "pay/provider.h"

static int payers(void)
{
    int n = 0;

    while (kf_pay_provider_at(n)) {
        n++;
    }
    return n;
}

/* The tables of all providers: of payments, then of calendars. NULL after the last. */
static const kf_settings_t *table_at(int i)
{
    int n = payers();
    const kf_calendar_provider_t *calendar = kf_calendar_provider_at(i - n);

    return i < n ? &kf_pay_provider_at(i)->settings : calendar ? &calendar->settings : NULL;
}

const kf_setting_t *kfm_setting_at(int i)
{
    const kf_settings_t *table;

    for (int t = 0; (table = table_at(t)); t++) {
        if (i < (int)table->n) {
            return &table->list[i];
        }
        i -= (int)table->n;
    }
    return NULL;
}

void kfm_settings_fill(kfm_raw_t *raw)
{
    const kf_setting_t *setting;

    for (int i = 0; (setting = kfm_setting_at(i)); i++) {
        raw->settings[i] = raw->settings[i] ? raw->settings[i] : setting->initial;
    }
}

/* -- one provider -- */

static const kf_setting_t *first_needed(const kf_settings_t *table, const char *const *said, bool *there)
{
    for (size_t i = 0; i < table->n; i++) {
        if (table->list[i].needed) {
            *there = said[i] != NULL;
            return &table->list[i];
        }
    }
    *there = true;
    return NULL;
}

/* A provider has all of its needed settings, or no setting at all. *on: the provider is set up. */
static kf_err_t *check(bool *on, const kf_settings_t *table, const char *const *said, const kfm_raw_t *raw, apr_pool_t *p)
{
    const kf_setting_t *first = first_needed(table, said, on);

    for (size_t i = 0; i < table->n; i++) {
        const kf_setting_t *one = &table->list[i];

        if (first && one->needed && *on != (said[i] != NULL)) {
            return kf_err(p, KF_E_CONFIG, "%s and %s go together: write both or neither", first->directive, one->directive);
        }
        if (first && !one->needed && !*on && said[i]) {
            return kf_err(p, KF_E_CONFIG, "%s has no effect without %s", one->directive, first->directive);
        }
        if (one->kind == KF_SETTING_URL || one->kind == KF_SETTING_API) {
            KF_TRY(kfm_cfg_check_provider(one->directive, said[i], raw, p));
        }
    }
    return NULL;
}

/* *out: the provider's own struct; NULL if it is not set up. */
static kf_err_t *read_table(void **out, const kf_settings_t *table, const char *const *said, const kfm_raw_t *raw,
                            apr_pool_t *p)
{
    bool on;

    *out = NULL;
    KF_TRY(check(&on, table, said, raw, p));
    if (!on || !table->size) {
        return NULL;
    }
    *out = apr_pcalloc(p, table->size);
    for (size_t i = 0; i < table->n; i++) {
        const kf_setting_t *one = &table->list[i];
        const char **value = (const char **)((char *)*out + one->at);

        *value = said[i];
        if (one->kind == KF_SETTING_SECRET && said[i]) {
            KF_TRY(kfm_cfg_read_secret(value, one->directive, said[i], p));
        }
    }
    return NULL;
}

/* Our addresses to which the provider sends people and notices. */
static void add_addresses(kf_calendar_app_t *app, const kf_calendar_provider_t *provider, const kfm_raw_t *raw,
                          const kfm_cfg_t *cfg, apr_pool_t *p)
{
    bool push = raw->calendar_push == KFM_AUTO ? !strcmp(cfg->base_scheme, "https") : raw->calendar_push;

    app->redirect_url = apr_pstrcat(p, cfg->base_url, "/api/auth/", provider->name, "/callback", NULL);
    app->notify_url = push ? apr_pstrcat(p, cfg->base_url, "/api/webhooks/", provider->name, NULL) : NULL;
    app->ca_file = raw->provider_ca;
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

kf_err_t *kfm_cfg_providers(kfm_cfg_t *cfg, const kfm_raw_t *raw, apr_pool_t *p)
{
    const char *const *said = raw->settings;
    const kf_settings_t *table;
    int n = payers(), t = 0;

    while (table_at(t)) {
        t++;
    }
    cfg->payers = apr_pcalloc(p, sizeof(*cfg->payers) * (size_t)(n + 1));
    cfg->calendars = apr_pcalloc(p, sizeof(*cfg->calendars) * (size_t)(t - n + 1));
    for (t = 0; (table = table_at(t)); said += table->n, t++) {
        void *values;

        KF_TRY(read_table(&values, table, said, raw, p));
        if (t < n) {
            cfg->payers[t] = values;
        } else if (values) {
            add_addresses(values, kf_calendar_provider_at(t - n), raw, cfg, p);
            cfg->calendars[t - n] = values;
        }
    }
    return check_times(raw, p);
}
