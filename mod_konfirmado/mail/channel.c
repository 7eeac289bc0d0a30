/* /dashboard/mails/server: the business's own mail server, and a test of it. */
#include <apr_strings.h>
#include <string.h>

#include "fields.h"
#include "handle/acts.h"
#include "handle/filter.h"
#include "handle/pages.h"
#include "http/body.h"
#include "mail/channel.h"
#include "mail/view.h"

#define PATH "/dashboard/mails/server"

typedef struct {
    kfm_form_t form;
    json_t *channel; /* NULL: there is none */
} channel_t;

static kf_err_t *begin(channel_t *it, kfm_call_t *call)
{
    kf_err_t *err;

    memset(it, 0, sizeof(*it));
    err = kfm_admin_doc(&it->channel, call, false, &kf_doc_mail_channel_get, KFM_ARGS(KFM_TENANT(call)));
    if (err && err->code != KF_E_NOT_FOUND) {
        return err;
    }
    it->form = (kfm_form_t){.call = call, .group = "channel", .fields = kfm_channel_fields,
                            .n = KFM_N(channel), .doc = err ? NULL : it->channel};
    return NULL;
}

kf_err_t *kfm_dash_channel(kfm_call_t *call)
{
    channel_t it;

    KF_TRY(begin(&it, call));
    return kfm_page_channel(call, 200, &it.form, NULL);
}

/* Removes the null members: the database would take a null for a value, also for fields that Resend does not use. */
static kf_err_t *read_doc(json_t **doc, channel_t *it)
{
    const char *name;
    json_t *value;
    void *next;

    KF_TRY(kfm_body_form(&it->form.posted, it->form.call));
    KF_TRY(kfm_form_read(doc, &it->form));
    json_object_foreach_safe(*doc, next, name, value) {
        if (json_is_null(value)) {
            json_object_del(*doc, name);
        }
    }
    if (!it->form.errors) {
        it->form.errors = kfm_fields_read(NULL, it->form.call, *doc, &kfm_fields_channel, false);
    }
    return NULL;
}

kf_err_t *kfm_dash_channel_save(kfm_call_t *call)
{
    const char *json;
    channel_t it;
    json_t *doc;
    kf_err_t *err;

    KF_TRY(begin(&it, call));
    KF_TRY(read_doc(&doc, &it));
    if (it.form.errors) {
        return kfm_page_channel(call, 422, &it.form, NULL);
    }
    err = kfm_channel_put(&json, call, it.channel ? kfm_pages_version(it.form.posted) : KF_NULL, doc);
    if (err && err->code == KF_E_PRECONDITION) {
        it.form.stale = true;
        return kfm_page_channel(call, 412, &it.form, NULL);
    }
    if (err && err->code == KF_E_INVALID) {
        it.form.errors = err;
        return kfm_page_channel(call, 422, &it.form, NULL);
    }
    return err ? err : kfm_dash_go(call, PATH, "after.channel_saved");
}

/* The result is known when the mail is sent. The page shows it when it is loaded again. */
kf_err_t *kfm_dash_channel_test(kfm_call_t *call)
{
    const char *json;
    kf_err_t *err = kfm_channel_try(&json, call);

    return err && err->code != KF_E_NOT_FOUND ? err : kfm_dash_go(call, PATH, err ? NULL : "after.channel_tested");
}

kf_err_t *kfm_dash_channel_ask(kfm_call_t *call)
{
    channel_t it;

    KF_TRY(begin(&it, call));
    return it.channel ? kfm_page_channel_ask(call, it.channel) : kfm_dash_go(call, PATH, NULL);
}

kf_err_t *kfm_dash_channel_remove(kfm_call_t *call)
{
    json_t *doc;
    kf_err_t *err = kfm_admin_doc(&doc, call, true, &kf_doc_mail_channel_off, KFM_ARGS(KFM_TENANT(call)));

    return err && err->code != KF_E_NOT_FOUND ? err : kfm_dash_go(call, PATH, "after.channel_removed");
}
