/* The fields of a document for the reader: the label and the value as text. */
#include <apr_strings.h>
#include <string.h>

#include "page/field.h"
#include "text/format.h"

static const char *number_text(const kfm_form_t *form, const kf_field_t *field, int64_t n)
{
    kfm_call_t *call = form->call;

    if (field->type == KF_F_MONEY) {
        return kf_format_money(call->lang, n, kfm_form_currency(form), call->pool);
    }
    return apr_psprintf(call->pool, "%" APR_INT64_T_FMT "%s%s", (apr_int64_t)n, field->unit ? " " : "",
                        field->unit ? kf_catalog_text(KFM_SAY(call), field->unit) : "");
}

/* NULL: nothing to show. */
static const char *text_of(const kfm_form_t *form, const kf_field_t *field)
{
    const json_t *value = json_object_get(form->doc, field->name);
    const char *text = json_string_value(value), *word;

    if (json_is_integer(value)) {
        return number_text(form, field, json_integer_value(value));
    }
    if (json_is_true(value)) {
        return kf_catalog_text(KFM_SAY(form->call), "dash.yes");
    }
    if (!text || !*text || field->type != KF_F_WORD) {
        return text && *text ? text : NULL;
    }
    word = kfm_form_word(form, field->name, apr_pstrcat(form->call->pool, "_", text, NULL));
    return word ? word : text;
}

static bool is_among(const char *name, const char *const *names)
{
    while (*names && strcmp(*names, name)) {
        names++;
    }
    return *names != NULL;
}

json_t *kfm_form_facts(const kfm_form_t *form, const char *const *placed)
{
    json_t *list = json_array();

    for (size_t i = 0; i < form->n; i++) {
        const kf_field_t *field = &form->fields[i];
        const char *text = field->shown && !is_among(field->name, placed) ? text_of(form, field) : NULL;

        if (text) {
            json_array_append_new(list, json_pack("{s:s?,s:s}", "label", kfm_form_word(form, field->name, ""), "text", text));
        }
    }
    return list;
}
