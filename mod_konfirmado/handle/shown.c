#include "handle/shown.h"

#include <apr_strings.h>
#include <string.h>

#include "handle/filter.h"

#define MOST_NAMES (KFM_FIELDS_MAX + 2)

/* What the links between pages of the list keep: the set's fields and `back`. */
static void names_of(const char *names[MOST_NAMES], const kfm_fields_t *set)
{
    size_t n = 0;

    for (size_t i = 0; set && i < set->n; i++) {
        names[n++] = set->fields[i].name;
    }
    names[n++] = "back";
    names[n] = NULL;
}

/* The filters of the query, as JSON. A page has its own `limit`, the only number among them. */
static const char *wish_of(const kfm_shown_t *page, const kfm_fields_t *set)
{
    kfm_pair_t pairs[KFM_FIELDS_MAX + 1] = {{NULL, NULL}};
    size_t n = 0;

    for (size_t i = 0; set && i < set->n; i++) {
        if (set->fields[i].type != KF_F_INT) {
            pairs[n++] = (kfm_pair_t){set->fields[i].name, set->fields[i].name};
        }
    }
    return kfm_filter_wish(page->view.call, page->query, pairs);
}

static const char *word(kfm_call_t *call, const kfm_list_page_t *list, const char *name)
{
    return kfm_words(call, apr_pstrcat(call->pool, list->words, ".", name, NULL), NULL);
}

static kf_err_t *show(kfm_call_t *call, const kfm_route_t *row, const kf_err_t *problem)
{
    const kfm_list_page_t *list = row->does;
    kfm_shown_t page = {.view = {.call = call}, .problem = problem};
    const char *names[MOST_NAMES];
    kf_err_t *err;

    KF_TRY(kfm_call_query(&page.query, call));
    err = kfm_admin_doc(&page.doc, call, false, list->stmt,
                        KFM_ARGS(KFM_TENANT(call), KF_TEXT(wish_of(&page, row->reads))));
    if (err && err->code != KF_E_INVALID) {
        return err;
    }
    problem = page.problem = problem ? problem : err;
    KF_TRY(kfm_say_begin(&page.view, call, list->nav, word(call, list, "title")));
    kfm_put(page.view.root, "intro", word(call, list, "intro"));
    KF_TRY(list->show(&page));
    names_of(names, row->reads);
    kfm_filter_put_pages(&page.view, row->pattern, page.query, names, page.doc);
    if (page.problem) {
        kfm_dash_problem(&page.view, page.problem);
    }
    return kfm_dash_send(&page.view, problem ? kf_code_http(problem->code) : 200, list->template);
}

kf_err_t *kfm_do_view(kfm_call_t *call)
{
    return show(call, call->route, NULL);
}

kf_err_t *kfm_view_refused(kfm_call_t *call, const char *page, kf_err_t *err)
{
    kfm_match_t found;

    if (!kfm_filter_shown(err)) {
        return err;
    }
    kfm_route_match(&found, kfm_routes, page, KFM_GET);
    return found.route && found.route->handler == kfm_do_view ? show(call, found.route, err) : err;
}

kf_err_t *kfm_do_press(kfm_call_t *call)
{
    const kfm_press_t *press = call->route->does;
    kf_uuid_t id;
    json_t *doc;
    kf_err_t *err;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    err = kfm_admin_doc(&doc, call, true, press->stmt, KFM_ARGS(KFM_TENANT(call), KF_UUID(&id)));
    return err ? kfm_view_refused(call, press->page, err) : kfm_dash_go(call, press->page, press->done);
}
