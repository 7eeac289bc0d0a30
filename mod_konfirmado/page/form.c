/* Builds the view of a form. form_read.c reads the posted form. */
#include "page/form.h"

#include <apr_strings.h>
#include <string.h>

#include "base/num.h"
#include "page/field.h"
#include "page/when.h"
#include "text/format.h"

static const char *const kinds[] = {
    [KF_F_TEXT] = "is_text",     [KF_F_AREA] = "is_area",     [KF_F_URL] = "is_url",     [KF_F_WEB] = "is_url",
    [KF_F_GUARDED] = "is_url",   [KF_F_PICTURE] = "is_url",
    [KF_F_EMAIL] = "is_email",   [KF_F_COLOR] = "is_color",   [KF_F_ZONE] = "is_zone",   [KF_F_CURRENCY] = "is_text",
    [KF_F_SECRET] = "is_secret", [KF_F_WORD] = "is_choice",   [KF_F_CHOICE] = "is_choice", [KF_F_UUID] = "is_choice",
    [KF_F_DATE] = "is_date",     [KF_F_INSTANT] = "is_text",  [KF_F_UNTIL] = "is_date",  [KF_F_INT] = "is_int",
    [KF_F_MONEY] = "is_money",   [KF_F_BOOL] = "is_bool",     [KF_F_LINES] = "is_area",  [KF_F_CHOICES] = "is_ids",
    [KF_F_IDS] = "is_ids"};

static const kf_field_t *known(const kfm_form_t *form, const char *name)
{
    for (size_t i = 0; name && i < form->n; i++) {
        if (!form->fields[i].hidden && !strcmp(form->fields[i].name, name)) {
            return &form->fields[i];
        }
    }
    return NULL;
}

static const char *key_of(const kfm_form_t *form, const char *name, const char *end)
{
    const kf_field_t *field = known(form, name);
    apr_pool_t *p = form->call->pool;

    return field && field->said ? apr_pstrcat(p, field->said, end, NULL) : apr_pstrcat(p, form->group, ".", name, end, NULL);
}

const char *kfm_form_word(const kfm_form_t *form, const char *name, const char *end)
{
    const char *key = key_of(form, name, end);

    return form->provider ? kfm_words_of(form->call, key, form->provider) : kfm_words(form->call, key, NULL);
}

/* An amount without its currency sign, with decimals only if it has some. */
static const char *money_text(kfm_call_t *call, int64_t minor, const char *currency)
{
    const char *text = kf_format_money("es", minor, currency, call->pool);

    return text + strcspn(text, "0123456789-");
}

static const char *lines_text(const json_t *list, apr_pool_t *p)
{
    const char *text = "";
    size_t i;
    json_t *item;

    json_array_foreach((json_t *)list, i, item) {
        text = apr_pstrcat(p, text, i ? "\n" : "", json_string_value(item), NULL);
    }
    return text;
}

/* The saved value, formatted as a person would type it. */
static const char *saved_text(const kfm_form_t *form, const kf_field_t *field)
{
    const json_t *value = json_object_get(form->doc, field->name);
    apr_pool_t *p = form->call->pool;

    if (json_is_array(value)) {
        return lines_text(value, p);
    }
    if (json_is_integer(value)) {
        return field->type == KF_F_MONEY ? money_text(form->call, json_integer_value(value), kfm_form_currency(form))
                                          : apr_psprintf(p, "%" APR_INT64_T_FMT, (apr_int64_t)json_integer_value(value));
    }
    if (!json_is_string(value)) {
        return json_is_true(value) ? "on" : "";
    }
    return field->type == KF_F_UNTIL ? apr_pstrndup(p, json_string_value(value), strlen("2026-12-31"))
                                      : json_string_value(value);
}

static const char *shown_text(const kfm_form_t *form, const kf_field_t *field)
{
    const char *typed;

    if (field->type == KF_F_SECRET) {
        return "";
    }
    if (form->posted) {
        typed = kf_form_get(form->posted, field->name);
        return typed ? typed : "";
    }
    return form->doc ? saved_text(form, field) : field->initial ? field->initial : "";
}

static bool in_list(const json_t *list, const char *text)
{
    size_t i;
    json_t *item;

    json_array_foreach((json_t *)list, i, item) {
        if (json_is_string(item) && !strcmp(json_string_value(item), text)) {
            return true;
        }
    }
    return false;
}

static bool is_chosen(const kfm_form_t *form, const kf_field_t *field, const char *value, const char *shown)
{
    apr_pool_t *p = form->call->pool;

    if (strcmp(kinds[field->type], "is_ids") != 0) {
        return !strcmp(value, shown);
    }
    if (form->posted) {
        return kf_form_get(form->posted, apr_pstrcat(p, field->name, ".", value, NULL)) != NULL;
    }
    return form->doc ? in_list(json_object_get(form->doc, field->name), value)
                     : field->initial && !strcmp(field->initial, "all");
}

static void put_option(json_t *list, const char *id, const char *value, const char *text)
{
    json_array_append_new(list, json_pack("{s:s?, s:s?, s:s?}", "id", id, "value", value, "text", text));
}

static json_t *options_of(const kfm_form_t *form, const kf_field_t *field, const char *shown)
{
    apr_pool_t *p = form->call->pool;
    json_t *list = json_array(), *given = json_object_get(form->options, field->name), *item;
    size_t i;

    if (field->nullable && !field->typed && !strcmp(kinds[field->type], "is_choice")) {
        put_option(list, "", "", kfm_form_word(form, field->name, "_none"));
    }
    for (const char *const *word = field->words; word && *word; word++) {
        put_option(list, *word, *word, kfm_form_word(form, field->name, apr_pstrcat(p, "_", *word, NULL)));
    }
    json_array_foreach(given, i, item) {
        const char *value = kfm_dash_text(item, "value");

        put_option(list, apr_pstrcat(p, field->name, ".", value, NULL), value, kfm_dash_text(item, "text"));
    }
    for (const kf_place_t *zone = kf_places; field->type == KF_F_ZONE && zone->name; zone++) {
        put_option(list, zone->name, zone->name, strcmp(form->call->lang, "en") ? zone->es : zone->en);
    }
    json_array_foreach(list, i, item) {
        kfm_put_flag(item, "selected", is_chosen(form, field, kfm_dash_text(item, "value"), shown));
    }
    return list;
}

/* The value saved by the concurrent edit, if it differs from the one shown; else NULL. */
static const char *other_text(const kfm_form_t *form, const kf_field_t *field, const char *shown)
{
    const char *saved;

    if (!form->stale || field->type == KF_F_SECRET || !strcmp(kinds[field->type], "is_ids")) {
        return NULL;
    }
    saved = saved_text(form, field);
    if (!strcmp(saved, shown)) {
        return NULL;
    }
    if (field->type == KF_F_BOOL) {
        return kf_catalog_text(KFM_SAY(form->call), *saved ? "dash.yes" : "dash.no");
    }
    if (field->type == KF_F_WORD) {
        saved = kfm_form_word(form, field->name, apr_pstrcat(form->call->pool, "_", *saved ? saved : "none", NULL));
    }
    return saved && *saved ? saved : kf_catalog_text(KFM_SAY(form->call), "dash.empty_value");
}

/* The catalogue's message for a refused field; {max} is the bound named by the error. NULL: no such message. */
static const char *refused_words(const kfm_form_t *form, const char *name, const kf_err_t *err)
{
    apr_pool_t *p = form->call->pool;
    const char *bound = err->detail + strcspn(err->detail, "0123456789");

    if (!kfm_form_word(form, name, "_refused")) {
        return NULL;
    }
    return kf_catalog_format(KFM_SAY(form->call), key_of(form, name, "_refused"), p, "max",
                             apr_pstrmemdup(p, bound, strspn(bound, "0123456789")), NULL);
}

static const char *error_of(const kfm_form_t *form, const char *name)
{
    for (const kf_err_t *err = form->errors; err; err = err->next) {
        if (err->field && !strcmp(err->field, name)) {
            bool own = err->cause && !strcmp(err->cause, KFM_FORM_OWN);
            const char *refused = own ? err->detail : refused_words(form, name, err);

            return refused ? refused : kf_catalog_text(KFM_SAY(form->call), "dash.field.invalid");
        }
    }
    return NULL;
}

static void put_kind(json_t *item, const kf_field_t *field)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        if (kinds[i] != kinds[field->type]) {
            kfm_put_null(item, kinds[i]);
        }
    }
    json_object_set_new(item, kinds[field->type], json_true());
}

static json_t *field_item(const kfm_form_t *form, const kf_field_t *field)
{
    kfm_call_t *call = form->call;
    const char *shown = shown_text(form, field);
    const bool required = field->required || field->typed;
    json_t *item = json_object();

    put_kind(item, field);
    kfm_put(item, "name", field->name);
    kfm_put(item, "label", kfm_form_word(form, field->name, ""));
    kfm_put(item, "hint", kfm_form_word(form, field->name, "_hint"));
    kfm_put(item, "error", error_of(form, field->name));
    kfm_put(item, "value", shown);
    kfm_put(item, "other", other_text(form, field, shown));
    kfm_put(item, "only", field->only);
    kfm_put(item, "unit", field->unit ? kfm_words(call, field->unit, NULL)
                                      : field->type == KF_F_MONEY ? kfm_form_currency(form) : NULL);
    kfm_put(item, "section", field->section ? kfm_form_word(form, apr_pstrcat(call->pool, "section_", field->name, NULL), "")
                                            : NULL);
    kfm_put_flag(item, "required", required);
    kfm_put_flag(item, "optional", !required && !field->initial && strcmp(kinds[field->type], "is_bool")
                                       && strcmp(kinds[field->type], "is_choice") && strcmp(kinds[field->type], "is_ids"));
    kfm_put_flag(item, "checked", field->type == KF_F_BOOL && *shown);
    kfm_put_flag(item, "lines", field->type == KF_F_LINES);
    kfm_put(item, "max", apr_psprintf(call->pool, "%" APR_INT64_T_FMT, (apr_int64_t)(field->max ? field->max : KFM_FORM_TEXT)));
    kfm_put(item, "min", apr_psprintf(call->pool, "%" APR_INT64_T_FMT, (apr_int64_t)field->min));
    json_object_set_new(item, "options", options_of(form, field, shown));
    return item;
}

void kfm_form_error(kfm_view_t *view, const char *field, const char *text)
{
    json_array_append_new(json_object_get(view->root, "errors"),
                    json_pack("{s:s?, s:s?}", "field", field, "text", text));
    kfm_put_flag(view->root, "has_errors", true);
}

/* The error list at the top: fields of the table with an error, then errors of other fields. */
static void put_errors(kfm_view_t *view, const kfm_form_t *form)
{
    kfm_call_t *call = form->call;

    for (size_t i = 0; i < form->n; i++) {
        const char *text = form->fields[i].hidden ? NULL : error_of(form, form->fields[i].name);

        if (text) {
            kfm_form_error(view, form->fields[i].name,
                           kf_catalog_format(KFM_SAY(call), "dash.error_of", call->pool, "field",
                                             kfm_form_word(form, form->fields[i].name, ""), "text", text, NULL));
        }
    }
    for (const kf_err_t *err = form->errors; err; err = err->next) {
        if (!known(form, err->field)) {
            bool own = err->cause && !strcmp(err->cause, KFM_FORM_OWN); /* the page has an anchor of that name */

            kfm_form_error(view, own ? err->field : "form",
                           err->field ? error_of(form, err->field) : kf_catalog_text(KFM_SAY(call), "dash.field.invalid"));
        }
    }
}

kf_err_t *kfm_form_put(kfm_view_t *view, const kfm_form_t *form)
{
    kfm_call_t *call = form->call;
    json_t *fields = json_array(), *more = json_array(), *into = fields;
    const json_t *version = json_object_get(form->doc, "version");

    for (size_t i = 0; i < form->n; i++) {
        into = form->fields[i].fold ? more : into;
        if (!form->fields[i].hidden) {
            json_array_append_new(into, field_item(form, &form->fields[i]));
        }
    }
    json_object_set_new(view->root, "fields", fields);
    kfm_put_flag(view->root, "has_more", json_array_size(more) > 0);
    json_object_set_new(view->root, "more", more);
    kfm_put(view->root, "version",
            json_is_integer(version)
                ? apr_psprintf(call->pool, "%" APR_INT64_T_FMT, (apr_int64_t)json_integer_value(version)) : NULL);
    put_errors(view, form);
    if (form->stale) {
        kfm_view_message(view, kf_catalog_text(KFM_SAY(call), "dash.stale_title"),
                         kf_catalog_text(KFM_SAY(call), "dash.stale_text"), NULL);
    }
    return NULL;
}

void kfm_form_part(kfm_view_t *view, const char *part, const char *const *names)
{
    json_t *all = json_object_get(view->root, "fields"), *list = json_array(), *item;

    for (; *names; names++) {
        for (size_t i = 0; (item = json_array_get(all, i)); i++) {
            if (!strcmp(kfm_dash_text(item, "name"), *names)) {
                json_array_append(list, item);
                json_array_remove(all, i);
                break;
            }
        }
    }
    json_object_set_new(view->root, part, list);
}

json_t *kfm_form_choices(const json_t *items)
{
    json_t *list = json_array(), *item;
    size_t i;

    json_array_foreach((json_t *)items, i, item) {
        put_option(list, NULL, kfm_dash_text(item, "id"), kfm_dash_text(item, "name"));
    }
    return list;
}
