/* /dashboard/services */
#include "handle/acts.h"
#include "handle/pages.h"
#include "service/tiers.h"

#define MOST_CENTS 1000000000000

static const char *const charges[] = {"total", "partial_percent", "partial_fixed", NULL};
static const char *const deposits[] = {"tiers", "kept", NULL};
static const char *const no_shows[] = {"keep", "refund", NULL};

static const kfm_field_t fields[] = {
    {.name = "name", .kind = KFM_F_TEXT, .required = true, .min = 3, .max = 100},
    {.name = "description", .kind = KFM_F_AREA, .required = true, .min = 10, .max = 2000},
    {.name = "duration_min", .kind = KFM_F_INT, .required = true, .min = 15, .max = 480, .initial = "30",
     .unit = "dash.unit.minutes"},
    {.name = "price_cents", .kind = KFM_F_MONEY, .required = true, .min = 0, .max = MOST_CENTS},
    {.name = "charge_type", .kind = KFM_F_CHOICE, .required = true, .words = charges, .initial = "total"},
    {.name = "deposit_percent", .kind = KFM_F_INT, .required = true, .min = 1, .max = 100, .initial = "25",
     .unit = "dash.unit.percent", .only = "charge_type=partial_percent"},
    {.name = "deposit_cents", .kind = KFM_F_MONEY, .required = true, .min = 0, .max = MOST_CENTS,
     .only = "charge_type=partial_fixed"},
    {.name = "professionals", .kind = KFM_F_IDS, .initial = "all"},
    {.name = "place", .kind = KFM_F_TEXT, .max = 300},
    {.name = "map_url", .kind = KFM_F_URL, .max = 500},
    {.name = "instructions", .kind = KFM_F_AREA, .max = 2000},
    {.name = "deposit_rule", .kind = KFM_F_CHOICE, .words = deposits, .initial = "tiers"},
    {.name = "no_show_rule", .kind = KFM_F_CHOICE, .words = no_shows, .initial = "keep"},
    {.name = "move_until_hours", .kind = KFM_F_INT, .required = true, .min = 0, .max = 720, .initial = "12",
     .unit = "dash.unit.hours_before"},
    {.name = "move_most", .kind = KFM_F_INT, .required = true, .min = 0, .max = 20, .initial = "2",
     .unit = "dash.unit.times"},
    {.name = "buffer_before_min", .kind = KFM_F_INT, .min = 0, .max = 240, .initial = "0", .unit = "dash.unit.minutes",
     .fold = true},
    {.name = "buffer_after_min", .kind = KFM_F_INT, .min = 0, .max = 240, .initial = "0", .unit = "dash.unit.minutes"},
    {.name = "notice_min", .kind = KFM_F_INT, .min = 0, .max = 525600, .initial = "60", .unit = "dash.unit.minutes"},
    {.name = "horizon_days", .kind = KFM_F_INT, .min = 1, .max = 730, .initial = "60", .unit = "dash.unit.days"},
    {.name = "step_min", .kind = KFM_F_INT, .min = 5, .max = 480, .initial = "30", .unit = "dash.unit.minutes"},
    {.name = "max_per_day", .kind = KFM_F_INT, .min = 1, .max = 10000},
    {.name = "active", .kind = KFM_F_BOOL, .initial = "on"},
};

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
    .nav = "services", .path = "/dashboard/services", .group = "dash.service", .list_template = "dash/services",
    .template = "dash/service", .fields = fields, .n = sizeof(fields) / sizeof(*fields),
    .page = &kf_doc_service_page, .get = &kf_doc_service_get, .add = &kf_doc_service_add,
    .change = &kf_doc_service_change, .archive = &kf_doc_service_archive, .restore = &kf_doc_service_restore,
    .checks = &kfm_fields_service, .options = options, .read = read_more,
    .show = show, .item = item_words};

kf_err_t *kfm_dash_service_image(kfm_call_t *call)
{
    return kfm_pages_upload(call, &kfm_service_pages, KF_UPLOAD_IMAGE);
}
