/* The error page. Pages that are the same for everybody are cached. */
#include <apr_strings.h>
#include <string.h>

#include "flow_ctx.h"
#include "http/reply.h"
#include "page/dash.h"
#include "page/view.h"

/* What a customer can do about an error. */
typedef enum { DO_NOTHING, DO_RETRY, DO_START_AGAIN } remedy_t;

static remedy_t remedy_of(kf_code_t code)
{
    switch (code) {
    case KF_E_LINK_EXPIRED:
    case KF_E_LINK_INVALID:
    case KF_E_TENANT_SUSPENDED:
    case KF_E_NOT_FOUND:
    case KF_E_METHOD:
    case KF_E_MISDIRECTED:
    case KF_E_NOT_ACCEPTABLE:
    case KF_E_UNAUTHORIZED:
        return DO_NOTHING;
    case KF_E_RATE_LIMITED:
    case KF_E_REQUEST_TIMEOUT:
    case KF_E_CALENDAR_UNREADABLE:
    case KF_E_KEY_RUNNING:
    case KF_E_PROVIDER:
    case KF_E_UNAVAILABLE:
    case KF_E_BUSY:
    case KF_E_TIMEOUT:
    case KF_E_CONFIG:
    case KF_E_INTERNAL:
        return DO_RETRY;
    default:
        return DO_START_AGAIN;
    }
}

static bool is_calm(kf_code_t code)
{
    return code == KF_E_LINK_EXPIRED || code == KF_E_LINK_INVALID
           || code == KF_E_TENANT_SUSPENDED || code == KF_E_NOT_FOUND;
}

static void add_action(json_t *list, const char *url, const char *text)
{
    json_array_append_new(list, json_pack("{s:s?, s:s?, s:b}", "url", url, "text", text,
                                          "main", json_array_size(list) == 0));
}

/* A GET can be repeated as it is. A form cannot, so its wizard starts again. */
static void put_actions(kfm_view_t *view, kf_code_t code)
{
    kfm_call_t *call = view->call;
    const char *link = kfm_call_param(call, "link"), *booking = kfm_call_param(call, "booking");
    bool again = remedy_of(code) == DO_RETRY && call->method == KFM_GET;
    json_t *list = json_array();

    json_object_set_new(view->root, "actions", list);
    if (remedy_of(code) == DO_NOTHING) {
        if (code == KF_E_NOT_FOUND && call->cfg->set.site) {
            add_action(list, "/", kf_catalog_text(KFM_SAY(call), "problem.home"));
        }
        return;
    }
    if (again) {
        add_action(list, "", kf_catalog_text(KFM_SAY(call), "problem.retry"));
    } else if (booking) {
        add_action(list, kfm_url(call->pool, booking, "/confirm", NULL),
                   kf_catalog_text(KFM_SAY(call), "problem.back"));
    } else if (link) {
        add_action(list, kfm_url(call->pool, link, "", NULL),
                   kf_catalog_text(KFM_SAY(call), "problem.start_again"));
    }
}

/* The business's contact text. None for an internal error. */
static void put_contact(kfm_view_t *view, kf_code_t code)
{
    const kf_tenant_t *tenant = view->tenant;
    kfm_call_t *call = view->call;

    if (!tenant || !tenant->contact || !*tenant->contact || kf_code_http(code) == 500) {
        kfm_put_null(view->root, "contact_title");
        kfm_put_null(view->root, "contact");
        return;
    }
    kfm_put(view->root, "contact_title",
            kf_catalog_format(KFM_SAY(call), "contact.title", call->pool, "tenant", tenant->name,
                              NULL));
    kfm_put(view->root, "contact", tenant->contact);
}

static void fill(kfm_view_t *view, int status, const kf_err_t *err)
{
    kfm_call_t *call = view->call;
    const char *heading = kfm_words_problem(call, err->code, "title");

    kfm_view_title(view, heading);
    kfm_put(view->root, "heading", heading);
    kfm_put(view->root, "text", kfm_words_error(call, err));
    kfm_put_flag(view->root, "calm", is_calm(err->code));
    put_actions(view, err->code);
    put_contact(view, err->code);
    kfm_put(view->root, "request_id",
            status >= 500 && !is_calm(err->code) ? call->request_id : NULL);
}

/* NULL: the page must not be cached, because it depends on this request or has links. */
static const char *cache_key(kfm_call_t *call, int status, const kf_err_t *err)
{
    if (call->tenant || status >= 500 || err->code == KF_E_INVALID || !kfm_flow(call)
        || remedy_of(err->code) == DO_START_AGAIN || call->method != KFM_GET) {
        return NULL;
    }
    return apr_pstrcat(call->pool, "e:", kf_code_text(err->code), ":", call->lang, NULL);
}

static bool is_dashboard(const kfm_call_t *call)
{
    return !strncmp(call->r->uri, "/dashboard", strlen("/dashboard"));
}

static kf_err_t *page_error(const char **html, apr_size_t *len, kfm_call_t *call, int status,
                            const kf_err_t *err)
{
    const char *key = cache_key(call, status, err);
    kfm_view_t view;

    if (is_dashboard(call) && !kfm_dash_error(html, len, call, status, err)) {
        return NULL;
    }
    if (key && kfm_kept_get(html, len, call, key, 0)) {
        return NULL;
    }
    kfm_view_begin(&view, call, call->tenant, NULL);
    fill(&view, status, err);
    KF_TRY(kfm_view_render(html, len, &view, "error", call->pool));
    if (key) {
        kfm_kept_put(call, key, 0, *html, *len);
    }
    return NULL;
}

void kfm_page_register(void)
{
    kfm_reply_set_page_error(page_error);
}
