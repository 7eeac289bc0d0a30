/* /dashboard/professionals */
#include <apr_strings.h>

#include "calendar/pages_view.h"
#include "handle/acts.h"
#include "handle/pages.h"
#include "professional/hours.h"

static kf_err_t *options(json_t *out, kfm_call_t *call)
{
    return kfm_pages_choices(out, call, "services", &kf_doc_service_page);
}

static kf_err_t *read_more(json_t *doc, kfm_form_t *form)
{
    if (json_is_null(json_object_get(doc, "time_zone"))) {
        json_object_del(doc, "time_zone"); /* default: the business's, or unchanged */
    }
    if (json_is_null(json_object_get(doc, "description"))) {
        json_object_set_new(doc, "description", json_string(""));
    }
    kfm_hours_read(doc, form);
    return NULL;
}

static kf_err_t *show(kfm_view_t *view, const kfm_form_t *form)
{
    const char *id = form->doc ? kfm_dash_text(form->doc, "id") : NULL;
    const char *path = id ? apr_pstrcat(view->call->pool, "/dashboard/professionals/", id, NULL) : NULL;

    kfm_hours_show(view, form);
    kfm_pages_picture_form(view, form, "/dashboard/professionals/", "/photo");
    kfm_put(view->root, "calendar_url", path ? apr_pstrcat(view->call->pool, path, "/calendar", NULL) : NULL);
    kfm_put(view->root, "feed_url", path ? apr_pstrcat(view->call->pool, path, "/feed", NULL) : NULL);
    return NULL;
}

static void item_words(json_t *item, kfm_call_t *call)
{
    size_t services = json_array_size(json_object_get(item, "services"));

    kfm_pages_picture(item, call, "photo_url");
    kfm_put(item, "services_text",
            services ? kf_catalog_plural(KFM_SAY(call), "professional.services_n", (long)services, call->pool) : NULL);
    kfm_put_flag(item, "no_hours", json_array_size(json_object_get(item, "hours")) == 0
                                       && json_array_size(json_object_get(item, "overrides")) == 0);
    kfm_put_flag(item, "hidden", !kfm_dash_is(item, "active"));
    kfm_put_flag(item, "archived", json_is_string(json_object_get(item, "archived_at")));
    kfm_calendar_badge(item, call);
}

const kfm_pages_t kfm_professional_pages = {.nav = "professionals",
                                            .path = "/dashboard/professionals",
                                            .group = "professional",
                                            .list_template = "professional/list",
                                            .template = "professional/one",
                                            .page = &kf_doc_professional_page,
                                            .get = &kf_doc_professional_get,
                                            .add = &kf_doc_professional_add,
                                            .change = &kf_doc_professional_change,
                                            .archive = &kf_doc_professional_archive,
                                            .restore = &kf_doc_professional_restore,
                                            .checks = &kfm_fields_professional,
                                            .options = options,
                                            .read = read_more,
                                            .show = show,
                                            .item = item_words};

kf_err_t *kfm_dash_professional_photo(kfm_call_t *call)
{
    return kfm_pages_upload(call, &kfm_professional_pages, KF_UPLOAD_PHOTO);
}
