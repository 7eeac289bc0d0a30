#include <apr_strings.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ctl/ctl.h"

#define MAX_COLS 16

static apr_status_t release(void *json)
{
    json_decref(json);
    return APR_SUCCESS;
}

static json_t *owned(kfm_ctl_t *ctl, json_t *json)
{
    apr_pool_cleanup_register(ctl->p, json, release, apr_pool_cleanup_null);
    return json;
}

json_t *kfm_ctl_object(kfm_ctl_t *ctl)
{
    return owned(ctl, json_object());
}

json_t *kfm_ctl_array(kfm_ctl_t *ctl)
{
    return owned(ctl, json_array());
}

kf_err_t *kfm_ctl_load(json_t **out, kfm_ctl_t *ctl, const char *text)
{
    json_error_t why;
    json_t *json = json_loads(text, JSON_DECODE_ANY, &why);

    if (!json) {
        return kf_err(ctl->p, KF_E_INTERNAL, "A document of the database cannot be read: %s.",
                      why.text);
    }
    *out = owned(ctl, json);
    return NULL;
}

void kfm_ctl_put(json_t *object, const char *member, const char *text)
{
    json_object_set_new(object, member, text ? json_string(text) : json_null());
}

static void print_json(const kfm_ctl_t *ctl, const json_t *doc)
{
    json_dumpf(doc, stdout, (ctl->lines ? JSON_COMPACT : JSON_INDENT(2)) | JSON_ENCODE_ANY);
    putchar('\n');
}

void kfm_ctl_say(kfm_ctl_t *ctl, json_t *doc, const char *fmt, ...)
{
    va_list args;

    if (ctl->json) {
        print_json(ctl, doc);
        return;
    }
    va_start(args, fmt);
    puts(apr_pvsprintf(ctl->p, fmt, args));
    va_end(args);
}

void kfm_ctl_progress(const kfm_ctl_t *ctl, const char *fmt, ...)
{
    va_list args;

    if (!ctl->json) {
        va_start(args, fmt);
        puts(apr_pvsprintf(ctl->p, fmt, args));
        va_end(args);
        fflush(stdout);
    }
}

static const json_t *member_of(const json_t *object, const char *path, apr_pool_t *p)
{
    const char *point;

    while ((point = strchr(path, '.')) && object) {
        object = json_object_get(object, apr_pstrmemdup(p, path, (apr_size_t)(point - path)));
        path = point + 1;
    }
    return object ? json_object_get(object, path) : NULL;
}

static const char *list_text(const json_t *list, apr_pool_t *p)
{
    const char *out = "";
    size_t i;
    json_t *item;

    json_array_foreach (list, i, item) {
        out = apr_pstrcat(p, out, *out ? ", " : "",
                          json_is_string(item) ? json_string_value(item) : "...", NULL);
    }
    return out;
}

/* A value for people: without quotes, empty for null, control characters replaced by blanks. */
static const char *value_text(const json_t *value, apr_pool_t *p)
{
    char *text;

    switch (value ? json_typeof(value) : JSON_NULL) {
    case JSON_STRING:
        text = apr_pstrdup(p, json_string_value(value));
        for (char *at = text; *at; at++) {
            *at = (unsigned char)*at < ' ' || *at == 127 ? ' ' : *at;
        }
        return text;
    case JSON_INTEGER:
        return apr_psprintf(p, "%" APR_INT64_T_FMT, (apr_int64_t)json_integer_value(value));
    case JSON_TRUE:
        return "yes";
    case JSON_FALSE:
        return "no";
    case JSON_ARRAY:
        return list_text(value, p);
    default:
        return "";
    }
}

/* Counts characters, not bytes: names have accents. */
static int width_of(const char *text)
{
    int width = 0;

    for (; *text; text++) {
        width += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return width;
}

static void print_cell(const char *text, int width, bool last)
{
    if (last) {
        puts(text);
    }
    else {
        printf("%s%*s", text, width - width_of(text) + 2, "");
    }
}

static void print_table(const json_t *list, const kfm_ctl_col_t *cols, apr_pool_t *p)
{
    int width[MAX_COLS] = {0}, n = 0;
    size_t i;
    json_t *row;

    for (; n < MAX_COLS && cols[n].title; n++) {
        width[n] = width_of(cols[n].title);
        json_array_foreach (list, i, row) {
            int wide = width_of(value_text(member_of(row, cols[n].member, p), p));

            width[n] = wide > width[n] ? wide : width[n];
        }
    }
    for (int c = 0; c < n; c++) {
        print_cell(cols[c].title, width[c], c == n - 1);
    }
    json_array_foreach (list, i, row) {
        for (int c = 0; c < n; c++) {
            print_cell(value_text(member_of(row, cols[c].member, p), p), width[c], c == n - 1);
        }
    }
}

void kfm_ctl_table(kfm_ctl_t *ctl, json_t *list, const kfm_ctl_col_t *cols)
{
    if (ctl->json) {
        print_json(ctl, list);
    }
    else if (!json_array_size(list)) {
        puts("none");
    }
    else {
        print_table(list, cols, ctl->p);
    }
}

void kfm_ctl_sheet(kfm_ctl_t *ctl, json_t *object, const kfm_ctl_col_t *cols)
{
    int width = 0;

    if (ctl->json) {
        print_json(ctl, object);
        return;
    }
    for (const kfm_ctl_col_t *col = cols; col->title; col++) {
        width = width_of(col->title) > width ? width_of(col->title) : width;
    }
    for (const kfm_ctl_col_t *col = cols; col->title; col++) {
        const char *text = value_text(member_of(object, col->member, ctl->p), ctl->p);

        printf("%s:%*s%s\n", col->title, width - width_of(col->title) + 1, "", *text ? text : "-");
    }
}

const char *kfm_ctl_one_line(const kfm_ctl_t *ctl, const char *text)
{
    char *out = apr_palloc(ctl->p, strlen(text) + 1), *to = out;

    for (; *text; text++) {
        bool blank = (unsigned char)*text <= ' ' || *text == 127;

        if (!blank || (to > out && to[-1] != ' ')) {
            *to++ = blank ? ' ' : *text;
        }
    }
    *to = '\0';
    if (to > out && to[-1] == ' ') {
        to[-1] = '\0';
    }
    return out;
}

static bool means(const kfm_ctl_opt_t *opt, const char *field)
{
    size_t len = strcspn(field, ".");

    return !strcmp(opt->name, field) ||
           (opt->member && strlen(opt->member) == len && !memcmp(opt->member, field, len));
}

/* The option for a member in an error of the database: "price_cents" is --price. */
static const char *typed_name(const kfm_ctl_t *ctl, const char *field)
{
    const kfm_ctl_opt_t *const tables[] = {ctl->opts, kfm_ctl_globals};

    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        for (const kfm_ctl_opt_t *opt = tables[i]; opt && opt->name; opt++) {
            if (means(opt, field)) {
                return apr_pstrcat(ctl->p, "--", opt->name, NULL);
            }
        }
    }
    return field;
}

void kfm_ctl_error(const kfm_ctl_t *ctl, const kf_err_t *err)
{
    json_t *doc = json_object(), *list = json_array();

    for (; err; err = err->next) {
        const char *field = err->field && *err->field ? typed_name(ctl, err->field) : NULL;
        bool why = err->cause && (err->code == KF_E_INTERNAL || err->code == KF_E_UNAVAILABLE);
        const char *cause = why ? kfm_ctl_one_line(ctl, err->cause) : NULL;
        json_t *one = json_object();

        fprintf(stderr, "konfirmadoctl: %s%s%s%s%s\n", field ? field : "", field ? ": " : "",
                err->detail, cause ? " " : "", cause ? cause : "");
        kfm_ctl_put(one, "code", kfm_ctl_is_usage(err) ? "usage" : kf_code_text(err->code));
        kfm_ctl_put(one, "field", field);
        kfm_ctl_put(one, "detail", err->detail);
        json_array_append_new(list, one);
    }
    json_object_set_new(doc, "errors", list);
    if (ctl->json) {
        print_json(ctl, doc);
    }
    json_decref(doc);
}
