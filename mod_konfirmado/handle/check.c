/* Checks that a table of fields cannot express; documented in handle/kit.h. */
#include <apr_strings.h>
#include <string.h>

#include "handle/kit.h"
#include "net/guard.h"
#include "text/color.h"
#include "text/validate.h"

#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

kf_err_t *kfm_check_guarded(kfm_call_t *call, const kf_json_value_t *v, const char *field)
{
    kf_err_t *err = v->present ? kf_guard_check_url(call->cfg->guard, v->s, call->pool) : NULL;

    if (err) {
        err->field = field;
    }
    return err;
}

kf_err_t *kfm_check_picture(kfm_call_t *call, const kf_json_value_t *v, const char *field)
{
    if (!v->present || !strncmp(v->s, "https://", 8) || (v->s[0] == '/' && v->s[1] && v->s[1] != '/')) {
        return NULL;
    }
    return kf_err_wrong(call->pool, field, KF_WRONG_NOT_AN_ADDRESS,
                        "This must be an https address or a path of this server.");
}

kf_err_t *kfm_check_https(kfm_call_t *call, const kf_json_value_t *v, const char *field)
{
    if (!v->present || (!strncmp(v->s, "https://", 8) && v->len >= 12 && !strpbrk(v->s, " \t\r\n\f\v\"<>"))) {
        return NULL;
    }
    return kf_err_wrong(call->pool, field, KF_WRONG_NOT_AN_ADDRESS, "This must be an https address.");
}

kf_err_t *kfm_check_web(kfm_call_t *call, const kf_json_value_t *v, const char *field)
{
    if (!v->present || !strncmp(v->s, "https://", 8) || !strncmp(v->s, "http://", 7)) {
        return NULL;
    }
    return kf_err_wrong(call->pool, field, KF_WRONG_NOT_AN_ADDRESS, "This must be an http or https address.");
}

kf_err_t *kfm_check_email(kfm_call_t *call, const kf_json_value_t *v, const char *field)
{
    const char *clean = NULL;

    if (v->present) {
        KF_TRY(kf_validate_email(&clean, field, v->s, call->pool));
        json_string_set(v->json, clean);
    }
    return NULL;
}

kf_err_t *kfm_check_color(kfm_call_t *call, const kf_json_value_t *v, const char *field)
{
    kf_color_t color;

    if (!v->present || kf_color_parse(&color, v->s)) {
        return NULL;
    }
    return kf_err_field(call->pool, KF_E_INVALID, field, "This must be a colour: #RRGGBB.");
}

kf_err_t *kfm_check_currency(kfm_call_t *call, const kf_json_value_t *v, const char *field)
{
    if (!v->present || (v->len == 3 && strspn(v->s, UPPER) == 3)) {
        return NULL;
    }
    return kf_err_field(call->pool, KF_E_INVALID, field, "This must be a currency's code: COP.");
}

kf_err_t *kfm_check_ids(kfm_call_t *call, const kf_json_value_t *v, const char *field)
{
    kf_err_t *bad = NULL;
    json_t *item;
    size_t i;
    kf_uuid_t id;

    if (!v->present) {
        return NULL;
    }
    json_array_foreach (v->json, i, item) {
        if (!json_is_string(item) || !kf_uuid_read(&id, json_string_value(item), json_string_length(item))) {
            kf_err_add(&bad, kf_err_wrong(call->pool, apr_psprintf(call->pool, "%s.%d", field, (int)i), KF_WRONG_NOT_AN_ID,
                                          "This must be a UUID of 36 characters."));
        }
    }
    return bad;
}

/* "https://www.example.com[:port]": only scheme, host and port, in lower case. */
static bool is_origin(const char *text)
{
    size_t scheme = !strncmp(text, "https://", 8) ? 8 : !strncmp(text, "http://", 7) ? 7 : 0, host;

    text += scheme;
    host = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789.-");
    if (!scheme || !host || host > 252 || strchr(".-", text[0]) || strchr(".-", text[host - 1])) {
        return false;
    }
    text += host;
    return !*text || (*text == ':' && strspn(text + 1, "0123456789") == strlen(text + 1) && text[1]
                      && strlen(text + 1) <= 5);
}

kf_err_t *kfm_check_origins(kfm_call_t *call, const kf_json_value_t *v, const char *field)
{
    kf_err_t *bad = NULL;
    json_t *item;
    size_t i;

    if (!v->present) {
        return NULL;
    }
    json_array_foreach (v->json, i, item) {
        if (!json_is_string(item) || !is_origin(json_string_value(item))) {
            kf_err_add(&bad, kf_err_wrong(call->pool, apr_psprintf(call->pool, "%s.%d", field, (int)i), KF_WRONG_NOT_AN_ADDRESS,
                                          "This must be an origin: https://www.example.com."));
        }
    }
    return bad;
}

kf_err_t *kfm_check_zone(kfm_call_t *call, const kf_json_value_t *v, const char *field)
{
    const char *clean;

    return v->present ? kf_validate_zone(&clean, field, v->s, call->pool) : NULL;
}
