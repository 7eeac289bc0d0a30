#include "http/call.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <string.h>

#include "db_pool.h"
#include "http/headers.h"
#include "http/make.h"
#include "repo/hold/offer.h"

const char *kfm_call_param(kfm_call_t *call, const char *name)
{
    size_t len = strlen(name);

    for (int i = 0; i < call->match.nparams; i++) {
        const kfm_param_t *param = &call->match.params[i];

        if (param->name_len == len && memcmp(param->name, name, len) == 0) {
            return apr_pstrmemdup(call->pool, param->value, param->value_len);
        }
    }
    return NULL;
}

kf_err_t *kfm_call_query(const kf_form_t **out, kfm_call_t *call)
{
    if (!call->query) {
        const char *args = call->r->args ? call->r->args : "";

        KF_TRY(kf_form_parse(&call->query, args, strlen(args), call->pool));
    }
    *out = call->query;
    return NULL;
}

const char *kfm_call_header(kfm_call_t *call, const char *name)
{
    return apr_table_get(call->r->headers_in, name);
}

const char *kfm_call_bearer(kfm_call_t *call)
{
    const char *value = apr_table_get(call->r->headers_in, "Authorization");

    if (!value || ap_cstr_casecmpn(value, "Bearer ", 7) != 0) {
        return NULL;
    }
    value += 7;
    while (*value == ' ') {
        value++;
    }
    return *value ? value : NULL;
}

/* Only the host name comes from the request, and it is a tenant's; scheme and port are configured. */
const char *kfm_call_origin(kfm_call_t *call)
{
    const char *port = strrchr(call->cfg->base_authority, ':');

    if (call->where == KFM_ON_PLATFORM) {
        return call->cfg->base_url;
    }
    return apr_pstrcat(call->pool, call->cfg->base_scheme, "://", call->host,
                       port && !strchr(port, ']') ? port : "", NULL);
}

void kfm_call_set_lang(kfm_call_t *call, const char *lang)
{
    if (!lang || kfm_make_asked_lang(call->r)) {
        return;
    }
    if (strcmp(lang, "es") == 0) {
        call->lang = "es";
    } else if (strcmp(lang, "en") == 0) {
        call->lang = "en";
    }
}

void kfm_call_set_tenant(kfm_call_t *call, const kf_tenant_t *tenant, const char *const *cors,
                         const char *const *frame, const char *lang)
{
    call->tenant = tenant;
    kfm_db_for(&tenant->id);
    call->cors_origins = cors;
    call->frame_origins = frame;
    kfm_call_set_lang(call, lang);
    kfm_headers_cors(call);
}

static const char *destination(kfm_call_t *call)
{
    const char *dest = kfm_call_header(call, "Sec-Fetch-Dest");

    return dest ? dest : "";
}

bool kfm_call_framed(kfm_call_t *call)
{
    static const char *const frames[] = {"iframe", "frame", "fencedframe", "embed", "object"};
    const char *dest = destination(call);

    for (size_t i = 0; i < sizeof(frames) / sizeof(*frames); i++) {
        if (!strcmp(dest, frames[i])) {
            return true;
        }
    }
    return false;
}

bool kfm_call_on_top(kfm_call_t *call)
{
    return !strcmp(destination(call), "document");
}
