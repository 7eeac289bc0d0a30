/* List filters and paging; both are kept in the query string. */
#include <apr_strings.h>
#include <string.h>

#include "page/say.h"

#define MAX_BACK 1500 /* bytes of the cursors in `back`: about ten pages */
#define FIRST "-"     /* in `back`: the first page, which has no cursor */

const char *kfm_filter_field(const kf_form_t *query, const char *name)
{
    const char *value = query ? kf_form_get(query, name) : NULL;

    return value && *value ? value : NULL;
}

const char *kfm_filter_date(const kf_form_t *query, const char *name)
{
    const char *value = kfm_filter_field(query, name);
    kf_date_t date;

    return value && kf_date_read(&date, value, strlen(value)) ? value : NULL;
}

const char *kfm_filter_url(kfm_call_t *call, const char *path, const kf_form_t *query,
                           const char *const *names, const char *name, const char *value)
{
    const char *url = path;

    for (; *names; names++) {
        const char *kept = kfm_filter_field(query, *names);

        if (kept && (!name || strcmp(*names, name))) {
            url = kfm_url_add(call->pool, url, *names, kept);
        }
    }
    return value && *value ? kfm_url_add(call->pool, url, name, value) : url;
}

static json_t *choice(const char *value, const char *text, const char *selected)
{
    return json_pack("{s:s?, s:s?, s:b}", "value", value, "text", text,
                     "selected", selected && value && !strcmp(value, selected));
}

json_t *kfm_filter_choices(const json_t *items, const char *selected)
{
    json_t *list = json_array();
    const json_t *item;
    size_t i;

    json_array_foreach(items, i, item) {
        json_array_append_new(list, choice(kfm_say_text(item, "id"), kfm_say_text(item, "name"),
                                           selected));
    }
    return list;
}

json_t *kfm_filter_choices_words(kfm_call_t *call, const char *group, const char *const *words,
                                 const char *selected)
{
    json_t *list = json_array();

    for (; *words; words++) {
        json_array_append_new(list, choice(*words, kfm_say_word(call, group, *words), selected));
    }
    return list;
}

/* The value of `back`: the cursors of the previous pages, the nearest first, separated by blanks. */
static const char *way_back(kfm_call_t *call, const kf_form_t *query)
{
    const char *here = kfm_filter_field(query, "after"), *back = kfm_filter_field(query, "back");
    const char *way = apr_pstrcat(call->pool, here ? here : FIRST, back ? " " : "",
                                  back ? back : "", NULL);
    size_t len = strlen(way);

    while (len > MAX_BACK) { /* drops the oldest cursors */
        while (len && way[len - 1] != ' ') {
            len--;
        }
        len -= len > 0;
    }
    return apr_pstrndup(call->pool, way, len);
}

static const char *previous_url(kfm_call_t *call, const char *base, const kf_form_t *query)
{
    const char *back = kfm_filter_field(query, "back"), *rest, *cursor;

    if (!back) {
        return kfm_filter_field(query, "after") ? base : NULL;
    }
    rest = strchr(back, ' ');
    cursor = rest ? apr_pstrndup(call->pool, back, (apr_size_t)(rest - back)) : back;
    if (!strcmp(cursor, FIRST)) {
        return base;
    }
    base = kfm_url_add(call->pool, base, "after", cursor);
    return rest ? kfm_url_add(call->pool, base, "back", rest + 1) : base;
}

void kfm_filter_put_pages(kfm_view_t *view, const char *path, const kf_form_t *query,
                          const char *const *names, const json_t *doc)
{
    kfm_call_t *call = view->call;
    const char *base = kfm_filter_url(call, path, query, names, NULL, NULL);
    const char *next = kfm_say_text(doc, "next"), *previous = previous_url(call, base, query);

    if (next) {
        next = kfm_url_add(call->pool, base, "after", next);
        next = kfm_url_add(call->pool, next, "back", way_back(call, query));
    }
    json_object_set_new(view->root, "pages", json_pack("{s:s?, s:s?, s:b}", "next", next, "previous", previous,
                                                       "any", next || previous));
}
