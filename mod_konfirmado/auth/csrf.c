/* The CSRF token of every change with a session. */
#include <apr_strings.h>
#include <string.h>

#include "auth/csrf.h"
#include "http/body.h"
#include "http/origin.h"
#include "text/multipart.h"

#define FORM "application/x-www-form-urlencoded"
#define PARTS "multipart/form-data"
#define DOCUMENT "application/json"

static bool has_type(kfm_call_t *call, const char *type)
{
    const char *given = kfm_call_header(call, "Content-Type");
    size_t len = strlen(type);

    return given && ap_cstr_casecmpn(given, type, len) == 0
           && (given[len] == '\0' || strchr("; \t", given[len]));
}

static bool has_body(kfm_call_t *call)
{
    const char *length = kfm_call_header(call, "Content-Length");

    return kfm_call_header(call, "Transfer-Encoding") || (length && strcmp(length, "0") != 0);
}

kf_err_t *kfm_csrf_check(kfm_call_t *call, const char *value)
{
    const kf_session_t *session = kfm_auth_session(call);

    if (!session || kf_session_csrf_ok(session, value)) {
        return NULL;
    }
    return kf_err(call->pool, KF_E_CSRF, "The token of the form is missing or belongs to another session: reload the "
                                         "page.");
}

/* The field `csrf` of an urlencoded or multipart form; NULL without one. */
static kf_err_t *from_form(const char **out, kfm_call_t *call)
{
    const kf_form_t *form;
    const kf_multipart_t *parts;

    *out = NULL;
    if (has_type(call, FORM)) {
        KF_TRY(kfm_body_form(&form, call));
        *out = kf_form_get(form, "csrf");
    } else if (has_type(call, PARTS)) {
        KF_TRY(kfm_body_multipart(&parts, call));
        *out = kf_multipart_field(parts, "csrf");
    }
    return NULL;
}

kf_err_t *kfm_csrf_gate(kfm_call_t *call)
{
    const char *value = kfm_call_header(call, "X-CSRF-Token");

    KF_TRY(kfm_origin_own(call));
    if (!value && (call->kind == KFM_PAGE || has_type(call, PARTS))) {
        KF_TRY(from_form(&value, call));
    }
    KF_TRY(kfm_csrf_check(call, value));
    /* a cross-site form can be sent as text/plain, but not as application/json */
    if (call->kind != KFM_PAGE && has_body(call) && !has_type(call, DOCUMENT) && !has_type(call, PARTS)) {
        return kf_err_said(call->pool, KF_E_MEDIA_TYPE, "Send the body as {1}.", DOCUMENT, NULL);
    }
    return NULL;
}
