#include "page/show.h"

#include <apr_strings.h>
#include <string.h>

typedef struct {
    kfm_call_t *call;
    const char *currency; /* of the enclosing document */
} around_t;

static void show(json_t *doc, const around_t *around, const kfm_show_t *rows);

static json_t *find(json_t *doc, const char *path, apr_pool_t *p)
{
    const char *point = strchr(path, '.');

    return point ? find(json_object_get(doc, apr_pstrmemdup(p, path, (apr_size_t)(point - path))), point + 1, p)
                 : json_object_get(doc, path);
}

static const char *word_text(kfm_call_t *call, const char *group, const char *word)
{
    return word && strchr(group, '.') ? kfm_words(call, apr_pstrcat(call->pool, group, ".", word, NULL), word)
                                      : kfm_say_word(call, group, word);
}

static const char *said(kfm_call_t *call, const kfm_show_t *row, const json_t *value)
{
    const char *text = json_is_integer(value)
                           ? apr_psprintf(call->pool, "%" APR_INT64_T_FMT, (apr_int64_t)json_integer_value(value))
                           : json_string_value(value);

    return text && *text ? kf_catalog_format(KFM_SAY(call), row->with, call->pool, row->slot ? row->slot : row->of, text, NULL)
                         : NULL;
}

static const char *text_of(const around_t *around, const kfm_show_t *row, const json_t *value)
{
    kfm_call_t *call = around->call;
    const char *text = json_string_value(value);

    switch (row->how) {
    case KFM_SHOW_MONEY:
    case KFM_SHOW_SUM:
        return json_is_integer(value) && (row->how == KFM_SHOW_MONEY || json_integer_value(value))
                   ? kfm_say_money_of(call, json_integer_value(value), around->currency)
                   : NULL;
    case KFM_SHOW_DAY:
        return kfm_say_date(call, text);
    case KFM_SHOW_WORD:
        return word_text(call, row->with, text);
    case KFM_SHOW_LINK:
        return text && *text ? apr_pstrcat(call->pool, row->with, text, NULL) : NULL;
    case KFM_SHOW_SAID:
        return said(call, row, value);
    case KFM_SHOW_SAFE:
        return text && *text != '/' ? kfm_url_safe(text) : NULL;
    default:
        return text && *text ? text : NULL;
    }
}

static void show_each(json_t *doc, const around_t *around, const kfm_show_t *row, json_t *value)
{
    const char *name = row->as ? row->as : row->of;

    if (row->rows) {
        show(value, around, row->rows);
    }
    json_object_set(doc, name, value ? value : json_null());
    if (json_is_array(value)) {
        kfm_put_flag(doc, apr_pstrcat(around->call->pool, "has_", name, NULL), json_array_size(value) > 0);
    }
}

static void show_row(json_t *doc, const around_t *around, const kfm_show_t *row)
{
    apr_pool_t *p = around->call->pool;
    json_t *value = find(doc, row->of, p);
    const char *point = row->as ? NULL : strrchr(row->of, '.');
    json_t *into = point ? find(doc, apr_pstrmemdup(p, row->of, (apr_size_t)(point - row->of)), p) : doc;
    const char *name = row->as ? row->as : point ? point + 1 : row->of;

    if (row->how == KFM_SHOW_EACH) {
        show_each(doc, around, row, value);
    } else if (row->how == KFM_SHOW_WHEN) {
        kfm_say_put_when(into, name, around->call, json_string_value(value));
    } else if (row->how == KFM_SHOW_BADGE) {
        kfm_say_put_badge(into, name, around->call, row->with, json_string_value(value));
    } else {
        kfm_put(into, name, text_of(around, row, value));
    }
}

static void show(json_t *doc, const around_t *around, const kfm_show_t *rows)
{
    const char *own = kfm_say_text(doc, "currency");
    around_t here = {around->call, own ? own : around->currency};
    json_t *item;
    size_t i;

    json_array_foreach(doc, i, item) {
        show(item, &here, rows);
    }
    for (; json_is_object(doc) && rows->of; rows++) {
        show_row(doc, &here, rows);
    }
}

void kfm_show(json_t *doc, kfm_call_t *call, const kfm_show_t *rows)
{
    around_t around = {call, NULL};

    show(doc, &around, rows);
}

void kfm_view_rows(kfm_view_t *view, const json_t *page)
{
    json_t *items = json_object_get(page, "items");

    kfm_put_flag(view->root, "has_rows", json_array_size(items) > 0);
    json_object_set(view->root, "rows", items ? items : json_null());
}

void kfm_show_rows(kfm_view_t *view, const json_t *page, const kfm_show_t *rows)
{
    kfm_show(json_object_get(page, "items"), view->call, rows);
    kfm_view_rows(view, page);
}
