/* /dashboard/services */
#include "handle/acts.h"
#include "handle/pages.h"
#include "service/tiers.h"

static kf_err_t *options(json_t *out, kfm_call_t *call)
{
    return kfm_pages_choices(out, call, "professionals", &kf_doc_professional_page);
}

static void item_words(json_t *item, kfm_call_t *call)
{
    json_int_t price = json_integer_value(json_object_get(item, "price_cents"));

    kfm_pages_picture(item, call, "image_url");
    kfm_put(item, "duration_text",
            kfm_words_duration(call, (int)json_integer_value(json_object_get(item, "duration_min"))));
    kfm_put_flag(item, "free", price == 0);
    kfm_put_flag(item, "partial", price > json_integer_value(json_object_get(item, "charge_cents")));
    kfm_put_flag(item, "hidden", !kfm_dash_is(item, "active"));
    kfm_put_flag(item, "unassigned", json_array_size(json_object_get(item, "professionals")) == 0);
    kfm_put_flag(item, "archived", json_is_string(json_object_get(item, "archived_at")));
}

static kf_err_t *read_more(json_t *doc, kfm_form_t *form)
{
    kfm_tiers_read(doc, form);
    return NULL;
}

static kf_err_t *show(kfm_view_t *view, const kfm_form_t *form)
{
    static const char *const where[] = {"place", "map_url", "instructions", NULL};
    static const char *const rules[] = {"deposit_rule", "no_show_rule", "move_until_hours", "move_most", NULL};

    kfm_form_part(view, "where", where);
    kfm_form_part(view, "rules", rules);
    kfm_tiers_show(view, form);
    kfm_put_flag(view->root, "previewed", form->posted && kf_form_get(form->posted, "preview"));
    kfm_pages_picture_form(view, form, "/dashboard/services/", "/image");
    return NULL;
}

const kfm_pages_t kfm_service_pages = {
    .nav = "services", .path = "/dashboard/services", .group = "service", .list_template = "service/list",
    .template = "service/one",
    .page = &kf_doc_service_page, .get = &kf_doc_service_get, .add = &kf_doc_service_add,
    .change = &kf_doc_service_change, .archive = &kf_doc_service_archive, .restore = &kf_doc_service_restore,
    .checks = &kfm_fields_service, .options = options, .read = read_more,
    .show = show, .item = item_words};

kf_err_t *kfm_dash_service_image(kfm_call_t *call)
{
    return kfm_pages_upload(call, &kfm_service_pages, KF_UPLOAD_IMAGE);
}
