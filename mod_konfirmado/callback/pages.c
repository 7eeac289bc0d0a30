/* /dashboard/callbacks: the log, one message, tests, and the secret that signs the messages. */
#include <apr_strings.h>
#include <string.h>

#include "callback/view.h"
#include "flow/callback/secrets.h"
#include "flow/once.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "handle/filter.h"
#include "http/body.h"
#include "page/say.h"

#define PATH "/dashboard/callbacks"
#define OVERLAP_S (24 * 3600) /* the page mentions it */

static kf_err_t *list(kfm_call_t *call, const char *secret, const kf_err_t *problem)
{
    static const kfm_pair_t pairs[] = {{"state", "state"}, {"after", "after"}, {NULL, NULL}};
    kfm_callbacks_t page = {.secret = secret, .problem = problem};
    kf_err_t *err;

    KF_TRY(kfm_filter_read(&page.filter, call, false));
    err = kfm_admin_doc(&page.doc, call, false, &kf_doc_message_page,
                        KFM_ARGS(KFM_TENANT(call), KF_TEXT(kfm_filter_wish(call, page.filter.query, pairs))));
    if (err && err->code != KF_E_INVALID) {
        return err;
    }
    page.problem = problem ? problem : err;
    KF_TRY(kfm_admin_doc(&page.secrets, call, false, &kf_doc_secret_list,
                         KFM_ARGS(KFM_TENANT(call), KF_NULL)));
    KF_TRY(kfm_admin_doc(&page.branding, call, false, &kf_doc_branding_get, KFM_ARGS(KFM_TENANT(call))));
    return kfm_page_callbacks(call, &page);
}

kf_err_t *kfm_dash_callbacks(kfm_call_t *call)
{
    return list(call, NULL, NULL);
}

static kf_err_t *message(json_t **out, kfm_call_t *call, bool writes, const kf_stmt_t *stmt)
{
    return kfm_admin_doc(out, call, writes, stmt,
                         KFM_ARGS(KFM_TENANT(call), KF_TEXT(kfm_call_param(call, "id"))));
}

kf_err_t *kfm_dash_callback(kfm_call_t *call)
{
    json_t *doc;

    KF_TRY(message(&doc, call, false, &kf_doc_message_doc));
    return kfm_page_callback(call, doc, NULL);
}

/* The path of the page with the button: the message's own page, or the page of its booking. */
static const char *place_of(kfm_call_t *call, const kf_form_t *form)
{
    const char *booking = kf_form_get(form, "booking");
    kf_uuid_t id;

    return booking && kf_uuid_read(&id, booking, strlen(booking))
               ? apr_pstrcat(call->pool, "/dashboard/bookings/", booking, NULL)
               : apr_pstrcat(call->pool, PATH "/", kfm_call_param(call, "id"), NULL);
}

kf_err_t *kfm_dash_callback_resend(kfm_call_t *call)
{
    const kf_form_t *form;
    kf_err_t *err;
    json_t *doc;

    KF_TRY(kfm_body_form(&form, call));
    err = message(&doc, call, true, &kf_doc_message_again);
    if (!err) {
        return kfm_dash_go(call, place_of(call, form), "ops.resent");
    }
    if (!kfm_filter_shown(err)) {
        return err;
    }
    KF_TRY(message(&doc, call, false, &kf_doc_message_doc));
    return kfm_page_callback(call, doc, err);
}

kf_err_t *kfm_dash_callback_test(kfm_call_t *call)
{
    kf_err_t *err;
    json_t *doc;

    err = kfm_admin_doc(&doc, call, true, &kf_doc_message_test, KFM_ARGS(KFM_TENANT(call)));
    if (!err) {
        return kfm_dash_go(call, PATH, "ops.tested");
    }
    return kfm_filter_shown(err) ? list(call, NULL, err) : err;
}

/* -- the secret -- */

typedef struct {
    const kf_flow_t *flow;
    kf_secret_wish_t wish;
    kf_secret_made_t made;
} rotate_t;

static kf_err_t *rotate(kf_answer_t *out, kf_db_t *db, void *baton, apr_pool_t *p)
{
    rotate_t *it = baton;

    (void)out;
    return kf_flow_secret_rotate(&it->made, it->flow, db, &it->wish, p);
}

kf_err_t *kfm_dash_callback_secret(kfm_call_t *call)
{
    return kfm_page_callback_rotate(call);
}

/* The answer itself shows the secret, without a redirect. It cannot be shown again. */
kf_err_t *kfm_dash_callback_secret_post(kfm_call_t *call)
{
    rotate_t it = {.flow = kfm_flow(call),
                   .wish = {.tenant = &call->who->tenant, .actor = kfm_actor(call), .overlap_s = OVERLAP_S}};
    kf_once_ask_t plainly = {.tenant = &call->who->tenant};
    kf_once_fns_t fns = {rotate, NULL, &it};
    kf_answer_t unused;

    KF_TRY(kf_flow_once(&unused, it.flow, &plainly, &fns, call->pool));
    return list(call, it.made.secret, NULL);
}
