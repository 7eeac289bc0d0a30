/* Reading an object by a table of fields: the contract is json/decode.h. */
#include "json/decode.h"

#include <apr_strings.h>
#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"

#define UNKNOWN_TOLD 20    /* unknown members named in one answer */
#define NAME_TOLD 64       /* bytes of such a name */

/* A reader fills the value, or returns the error of the field, which has no path yet. */
typedef kf_err_t *read_fn(kf_json_value_t *out, json_t *json, const kf_field_t *field,
                            apr_pool_t *p);

static bool take_text(kf_json_value_t *out, json_t *json)
{
    if (!json_is_string(json)) {
        return false;
    }
    out->s = json_string_value(json);
    out->len = json_string_length(json);
    return true;
}

static kf_err_t *read_string(kf_json_value_t *out, json_t *json, const kf_field_t *field, apr_pool_t *p)
{
    int64_t max = field->max ? field->max : KF_MAX_JSON_TEXT, n;

    if (!take_text(out, json)) {
        return kf_err_wrong(p, field->name, KF_WRONG_WRONG_TYPE, "This must be a string.");
    }
    n = (int64_t)kf_utf8_count(out->s, out->len);
    if (n < field->min || n > max) {
        return kf_err_limits(kf_err_field(p, KF_E_INVALID, field->name,
                                          "This must have %" PRId64 " to %" PRId64 " characters.", field->min, max),
                             n > max ? KF_WRONG_TOO_LONG : KF_WRONG_TOO_SHORT, field->min, max);
    }
    if (kf_utf8_has_control(out->s, out->len, field->type == KF_F_AREA ? "\n\r\t" : NULL)) {
        return kf_err_wrong(p, field->name, KF_WRONG_BAD_CHARACTERS, "This must not have control characters.");
    }
    return NULL;
}

static kf_err_t *read_int(kf_json_value_t *out, json_t *json, const kf_field_t *field, apr_pool_t *p)
{
    if (!json_is_integer(json)) {
        return kf_err_wrong(p, field->name, KF_WRONG_WRONG_TYPE, "This must be a whole number.");
    }
    out->i = json_integer_value(json);
    if ((field->min || field->max) && (out->i < field->min || out->i > field->max)) {
        return kf_err_limits(kf_err_field(p, KF_E_INVALID, field->name,
                                          "This must be a whole number from %" PRId64 " to %" PRId64 ".",
                                          field->min, field->max),
                             KF_WRONG_OUT_OF_RANGE, field->min, field->max);
    }
    return NULL;
}

static kf_err_t *read_bool(kf_json_value_t *out, json_t *json, const kf_field_t *field, apr_pool_t *p)
{
    out->b = json_is_true(json);
    return json_is_boolean(json) ? NULL : kf_err_wrong(p, field->name, KF_WRONG_WRONG_TYPE, "This must be true or false.");
}

static kf_err_t *read_object(kf_json_value_t *out, json_t *json, const kf_field_t *field, apr_pool_t *p)
{
    (void)out;
    return json_is_object(json) ? NULL : kf_err_wrong(p, field->name, KF_WRONG_WRONG_TYPE, "This must be an object.");
}

static kf_err_t *read_array(kf_json_value_t *out, json_t *json, const kf_field_t *field, apr_pool_t *p)
{
    int64_t max = field->max ? field->max : KF_MAX_JSON_ITEMS;
    int64_t n = (int64_t)json_array_size(json);

    (void)out;
    if (!json_is_array(json)) {
        return kf_err_wrong(p, field->name, KF_WRONG_WRONG_TYPE, "This must be an array.");
    }
    if (n < field->min || n > max) {
        return kf_err_limits(kf_err_field(p, KF_E_INVALID, field->name,
                                          "This must have %" PRId64 " to %" PRId64 " elements.", field->min, max),
                             KF_WRONG_WRONG_COUNT, field->min, max);
    }
    return NULL;
}

static kf_err_t *read_uuid(kf_json_value_t *out, json_t *json, const kf_field_t *field, apr_pool_t *p)
{
    return take_text(out, json) && kf_uuid_read(&out->uuid, out->s, out->len)
               ? NULL
               : kf_err_wrong(p, field->name, KF_WRONG_NOT_AN_ID, "This must be a UUID of 36 characters.");
}

static kf_err_t *read_instant(kf_json_value_t *out, json_t *json, const kf_field_t *field, apr_pool_t *p)
{
    return take_text(out, json) && kf_instant_read(&out->at, &out->offset, out->s, out->len)
               ? NULL
               : kf_err_wrong(p, field->name, KF_WRONG_NOT_A_TIME,
                              "This must be an RFC 3339 time with an offset: 2026-12-01T09:00:00-05:00.");
}

static kf_err_t *read_date(kf_json_value_t *out, json_t *json, const kf_field_t *field, apr_pool_t *p)
{
    return take_text(out, json) && kf_date_read(&out->date, out->s, out->len)
               ? NULL
               : kf_err_wrong(p, field->name, KF_WRONG_NOT_A_DATE, "This must be a date: YYYY-MM-DD.");
}

static kf_err_t *read_word(kf_json_value_t *out, json_t *json, const kf_field_t *field, apr_pool_t *p)
{
    const char *list = "";

    for (int i = 0; field->words[i]; i++) {
        list = apr_pstrcat(p, list, i ? ", " : "", field->words[i], NULL);
        if (json_is_string(json) && !strcmp(json_string_value(json), field->words[i])) {
            out->i = i;
            take_text(out, json);
            return NULL;
        }
    }
    return kf_err_reason(kf_err_field(p, KF_E_INVALID, field->name, "This must be one of: %s.", list),
                         KF_WRONG_NOT_ONE_OF);
}

static read_fn *const readers[] = {
    [KF_F_TEXT] = read_string,     [KF_F_AREA] = read_string,   [KF_F_URL] = read_string,    [KF_F_WEB] = read_string,
    [KF_F_GUARDED] = read_string,  [KF_F_PICTURE] = read_string,
    [KF_F_EMAIL] = read_string,    [KF_F_COLOR] = read_string,  [KF_F_ZONE] = read_string,   [KF_F_CURRENCY] = read_string,
    [KF_F_SECRET] = read_string,   [KF_F_WORD] = read_word,     [KF_F_CHOICE] = read_string, [KF_F_UUID] = read_uuid,
    [KF_F_DATE] = read_date,       [KF_F_INSTANT] = read_instant, [KF_F_UNTIL] = read_instant, [KF_F_INT] = read_int,
    [KF_F_MONEY] = read_int,       [KF_F_BOOL] = read_bool,     [KF_F_LINES] = read_array,   [KF_F_IDS] = read_array,
    [KF_F_CHOICES] = read_array,
    [KF_F_ARRAY] = read_array,     [KF_F_OBJECT] = read_object,
};

/* NULL, or what is wrong with the member (which may be missing). */
static kf_err_t *read_member(kf_json_value_t *out, json_t *json, const kf_field_t *field, apr_pool_t *p)
{
    kf_err_t *err;

    *out = (kf_json_value_t){0};
    if (!json) {
        return field->required ? kf_err_wrong(p, field->name, KF_WRONG_REQUIRED, "This is required.") : NULL;
    }
    if (json_is_null(json)) {
        out->null = true;
        return field->nullable ? NULL : kf_err_wrong(p, field->name, KF_WRONG_REQUIRED, "This must not be null.");
    }
    out->json = json;
    err = readers[field->type](out, json, field, p);
    out->present = !err;
    return err;
}

static const char *path(const char *prefix, const char *name, apr_pool_t *p)
{
    return prefix[0] ? apr_pstrcat(p, prefix, ".", name, NULL) : name;
}

static bool in_table(const char *name, const kf_field_t *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!strcmp(fields[i].name, name)) {
            return true;
        }
    }
    return false;
}

/* The name of an unknown member as it may be shown: cut between characters. */
static const char *shown_name(const char *name, apr_pool_t *p)
{
    size_t len = strnlen(name, NAME_TOLD + 1);

    if (len > NAME_TOLD) {
        for (len = NAME_TOLD; len && ((unsigned char)name[len] & 0xc0) == 0x80; len--) {
        }
    }
    return apr_pstrmemdup(p, name, len);
}

/* Most unknown members are misspelt: listing the known names shows which was meant. */
static kf_err_t *no_such_field(const kf_field_t *fields, size_t n, apr_pool_t *p)
{
    const char *known = "";

    if (!n) {
        return kf_err_said(p, KF_E_INVALID, "There is no such field: none is expected here.", NULL);
    }
    for (size_t i = 0; i < n; i++) {
        known = apr_pstrcat(p, known, i ? ", " : "", fields[i].name, NULL);
    }
    return kf_err_said(p, KF_E_INVALID, "There is no such field. Known here: {1}.", known, NULL);
}

static kf_err_t *unknown_members(json_t *object, const kf_field_t *fields, size_t n,
                                 const char *prefix, apr_pool_t *p)
{
    kf_err_t *errors = NULL;
    const char *name;
    json_t *value;
    int told = 0;

    json_object_foreach(object, name, value) {
        if (!in_table(name, fields, n) && told++ < UNKNOWN_TOLD) {
            kf_err_t *err = kf_err_reason(no_such_field(fields, n, p), KF_WRONG_UNKNOWN_FIELD);

            kf_err_add(&errors, kf_err_at(err, path(prefix, shown_name(name, p), p)));
        }
    }
    return errors;
}

kf_err_t *kf_json_map(kf_json_value_t *out, json_t *object, const kf_field_t *fields, size_t n,
                      const char *prefix, apr_pool_t *p)
{
    kf_err_t *errors = NULL;

    if (!json_is_object(object)) {
        return kf_err_wrong(p, prefix[0] ? prefix : NULL, KF_WRONG_WRONG_TYPE, "This must be an object.");
    }
    for (size_t i = 0; i < n; i++) {
        kf_err_t *err = read_member(&out[i], json_object_get(object, fields[i].name), &fields[i], p);

        if (err) {
            err->field = path(prefix, fields[i].name, p);
            kf_err_add(&errors, err);
        }
    }
    kf_err_add(&errors, unknown_members(object, fields, n, prefix, p));
    return errors;
}
