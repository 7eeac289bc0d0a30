/* Converts a posted form to the document that the database accepts. */
#include <apr_strings.h>
#include <string.h>

#include "base/num.h"
#include "base/utf8.h"
#include "base/uuid.h"
#include "flow/hold/availability.h"
#include "flow_ctx.h"
#include "page/field.h"
#include "text/color.h"
#include "text/format.h"
#include "text/validate.h"

#define LAST_MINUTE (23 * 3600 + 59 * 60)

const char *kfm_form_currency(const kfm_form_t *form)
{
    return form->currency ? form->currency : form->call->tenant ? form->call->tenant->currency : "COP";
}

/* -- input text -- */

static const char *trimmed(const char *text, apr_pool_t *p)
{
    size_t len;

    text = text ? text : "";
    text += strspn(text, " \t\r\n");
    len = strlen(text);
    while (len && strchr(" \t\r\n", text[len - 1])) {
        len--;
    }
    return apr_pstrmemdup(p, text, len);
}

/* Forms have CR LF line ends; the result has LF. */
static const char *plain_lines(const char *text, apr_pool_t *p)
{
    char *out = apr_pstrdup(p, text), *to = out;

    for (const char *from = out; *from; from++) {
        if (*from != '\r') {
            *to++ = *from;
        }
    }
    *to = '\0';
    return out;
}

/* -- one field -- */

typedef struct {
    kfm_form_t *form;
    const kf_field_t *field;
    const char *text; /* trimmed */
    json_t *doc;
} input_t;

static kf_err_t *wrong(input_t *in, const char *words)
{
    kf_err_t *err = kf_err_field(in->form->call->pool, KF_E_INVALID, in->field->name, "%s", words);

    kf_err_add(&in->form->errors, kf_err_because(in->form->call->pool, err, "%s", KFM_FORM_OWN));
    return NULL;
}

static const char *say(input_t *in, const char *key)
{
    return kfm_words(in->form->call, apr_pstrcat(in->form->call->pool, "dash.field.", key, NULL), key);
}

static const char *range_words(input_t *in, const char *min, const char *max)
{
    return kf_catalog_format(KFM_SAY(in->form->call), "dash.field.range", in->form->call->pool, "min", min, "max", max,
                             NULL);
}

static void set(input_t *in, json_t *value)
{
    json_object_set_new(in->doc, in->field->name, value);
}

static kf_err_t *read_text(input_t *in)
{
    apr_pool_t *p = in->form->call->pool;
    size_t count = kf_utf8_count(in->text, strlen(in->text));
    int64_t max = in->field->max ? in->field->max : KFM_FORM_TEXT;

    if (in->field->min && count < (size_t)in->field->min) {
        return wrong(in, kf_catalog_format(KFM_SAY(in->form->call), "dash.field.too_short", p, "min",
                                           apr_itoa(p, (int)in->field->min), NULL));
    }
    if (count > (size_t)max) {
        return wrong(in, kf_catalog_format(KFM_SAY(in->form->call), "dash.field.too_long", p, "max",
                                           apr_itoa(p, (int)max), NULL));
    }
    set(in, json_string(in->text));
    return NULL;
}

static kf_err_t *read_url(input_t *in)
{
    if (strncmp(in->text, "https://", 8) && strncmp(in->text, "http://", 7)) {
        return wrong(in, say(in, "url"));
    }
    return read_text(in);
}

static kf_err_t *read_email(input_t *in)
{
    const char *email;

    if (kf_validate_email(&email, in->field->name, in->text, in->form->call->pool)) {
        return wrong(in, say(in, "email"));
    }
    set(in, json_string(email));
    return NULL;
}

static kf_err_t *read_color(input_t *in)
{
    kf_color_t color;

    if (!kf_color_parse(&color, in->text)) {
        return wrong(in, say(in, "color"));
    }
    return read_text(in);
}

static kf_err_t *read_int(input_t *in)
{
    apr_pool_t *p = in->form->call->pool;
    int64_t n;

    if (kf_validate_int(&n, in->field->name, in->text, in->field->min, in->field->max, p)) {
        return wrong(in, range_words(in, apr_psprintf(p, "%" APR_INT64_T_FMT, (apr_int64_t)in->field->min),
                                     apr_psprintf(p, "%" APR_INT64_T_FMT, (apr_int64_t)in->field->max)));
    }
    set(in, json_integer(n));
    return NULL;
}

static kf_err_t *read_money(input_t *in)
{
    kfm_call_t *call = in->form->call;
    const char *currency = kfm_form_currency(in->form);
    int64_t minor;

    if (!kfm_form_money(&minor, in->text, currency, call->pool)) {
        return wrong(in, say(in, "money"));
    }
    if (minor < in->field->min || minor > in->field->max) {
        return wrong(in, range_words(in, kf_format_money(call->lang, in->field->min, currency, call->pool),
                                     kf_format_money(call->lang, in->field->max, currency, call->pool)));
    }
    set(in, json_integer(minor));
    return NULL;
}

static kf_err_t *read_choice(input_t *in)
{
    const json_t *given = json_object_get(in->form->options, in->field->name);
    json_t *item;
    size_t i;

    for (const char *const *word = in->field->words; word && *word; word++) {
        if (!strcmp(*word, in->text)) {
            set(in, json_string(*word));
            return NULL;
        }
    }
    json_array_foreach((json_t *)given, i, item) {
        if (!strcmp(kfm_dash_text(item, "value"), in->text)) {
            set(in, json_string(in->text));
            return NULL;
        }
    }
    return wrong(in, say(in, "choice"));
}

static kf_err_t *read_date(input_t *in)
{
    kf_date_t date;

    if (!kf_date_read(&date, in->text, strlen(in->text))) {
        return wrong(in, say(in, "date"));
    }
    set(in, json_string(in->text));
    return NULL;
}

/* The end of a day (23:59) in the business's time zone. */
static kf_err_t *read_until(input_t *in)
{
    kfm_call_t *call = in->form->call;
    const char *zone = in->form->zone ? in->form->zone : call->tenant->time_zone;
    kf_date_t date;
    int32_t offset;

    if (!kf_date_read(&date, in->text, strlen(in->text))) {
        return wrong(in, say(in, "date"));
    }
    KF_TRY(kf_flow_offset(&offset, kfm_flow(call), zone, kf_date_start(date, 0) + LAST_MINUTE * KF_SECOND, call->pool));
    set(in, json_string(apr_psprintf(call->pool, "%sT23:59:00%c%02d:%02d", in->text, offset < 0 ? '-' : '+',
                                     (offset < 0 ? -offset : offset) / 3600, (offset < 0 ? -offset : offset) / 60 % 60)));
    return NULL;
}

static kf_err_t *read_lines(input_t *in)
{
    apr_pool_t *p = in->form->call->pool;
    char *rest = apr_pstrdup(p, in->text), *last, *line;
    json_t *list = json_array();

    for (line = apr_strtok(rest, "\n", &last); line; line = apr_strtok(NULL, "\n", &last)) {
        const char *text = trimmed(line, p);

        if (*text) {
            json_array_append_new(list, json_string(text));
        }
    }
    set(in, list);
    return json_array_size(list) > (size_t)in->field->max ? wrong(in, say(in, "invalid")) : NULL;
}

static bool is_offered(input_t *in, const char *value)
{
    json_t *item;
    size_t i;

    json_array_foreach(json_object_get(in->form->options, in->field->name), i, item) {
        if (!strcmp(kfm_dash_text(item, "value"), value)) {
            return true;
        }
    }
    return false;
}

/* Keeps saved values that the page did not offer as choices. */
static void keep_hidden(json_t *list, input_t *in)
{
    json_t *item;
    size_t i;

    json_array_foreach(json_object_get(in->form->doc, in->field->name), i, item) {
        if (json_is_string(item) && !is_offered(in, json_string_value(item))) {
            json_array_append(list, item);
        }
    }
}

static void read_ids(input_t *in)
{
    apr_pool_t *p = in->form->call->pool;
    json_t *list = json_array(), *item;
    size_t i;

    json_array_foreach(json_object_get(in->form->options, in->field->name), i, item) {
        const char *value = kfm_dash_text(item, "value");

        if (kf_form_get(in->form->posted, apr_pstrcat(p, in->field->name, ".", value, NULL))) {
            json_array_append_new(list, json_string(value));
        }
    }
    keep_hidden(list, in);
    set(in, list);
}

/* Whether the field applies: its `only` ("charge_type=partial_fixed") is what was chosen. */
static bool is_of_use(const kfm_form_t *form, const kf_field_t *field)
{
    const char *sign = field->only ? strchr(field->only, '=') : NULL, *value;

    if (!sign) {
        return true;
    }
    value = kf_form_get(form->posted, apr_pstrmemdup(form->call->pool, field->only, sign - field->only));
    return value && !strcmp(value, sign + 1);
}

static kf_err_t *read_value(input_t *in)
{
    switch (in->field->type) {
    case KF_F_URL:
    case KF_F_WEB:
    case KF_F_GUARDED:
        return read_url(in);
    case KF_F_EMAIL:
        return read_email(in);
    case KF_F_COLOR:
        return read_color(in);
    case KF_F_INT:
        return read_int(in);
    case KF_F_MONEY:
        return read_money(in);
    case KF_F_WORD:
    case KF_F_CHOICE:
    case KF_F_UUID:
        return read_choice(in);
    case KF_F_DATE:
        return read_date(in);
    case KF_F_UNTIL:
        return read_until(in);
    case KF_F_LINES:
        return read_lines(in);
    default:
        return read_text(in);
    }
}

static kf_err_t *read_field(input_t *in)
{
    const kf_field_t *field = in->field;

    if (field->type == KF_F_IDS || field->type == KF_F_CHOICES) {
        read_ids(in);
        return NULL;
    }
    if (field->type == KF_F_BOOL) {
        set(in, json_boolean(kf_form_get(in->form->posted, field->name) != NULL));
        return NULL;
    }
    if (*in->text && is_of_use(in->form, field)) {
        return read_value(in);
    }
    if ((field->required || field->typed) && is_of_use(in->form, field)) {
        return wrong(in, say(in, "required"));
    }
    if (field->type != KF_F_SECRET) {
        set(in, field->type == KF_F_LINES ? json_array() : json_null());
    }
    return NULL;
}

static apr_status_t forget(void *doc)
{
    json_decref(doc);
    return APR_SUCCESS;
}

kf_err_t *kfm_form_read(json_t **out, kfm_form_t *form)
{
    apr_pool_t *p = form->call->pool;
    input_t in = {.form = form, .doc = json_object()};

    apr_pool_cleanup_register(p, in.doc, forget, apr_pool_cleanup_null);
    for (size_t i = 0; i < form->n; i++) {
        in.field = &form->fields[i];
        if (in.field->hidden) {
            continue;
        }
        in.text = plain_lines(trimmed(kf_form_get(form->posted, in.field->name), p), p);
        KF_TRY(read_field(&in));
    }
    *out = in.doc;
    return NULL;
}
