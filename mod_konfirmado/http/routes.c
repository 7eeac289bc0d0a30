/* The table itself: the rows of http/routes.def. */
#include "base/limits.h"
#include "handle/acts.h"

enum { NONE, SMALL = 4 * 1024, FORM = 64 * 1024, EVENT = 256 * 1024, PICTURE = KF_MAX_UPLOAD_BODY };

#define CALL(function) function, NULL, NULL
#define CALL_WITH(function, set) function, NULL, &kfm_fields_##set
#define CALL_ONCE(function, set) CALL_WITH(function, set)
#define LIST(name, set) kfm_do_list, &kf_doc_##name, &kfm_fields_##set
#define ONE(name) kfm_do_one, &kf_doc_##name, NULL
#define ALONE(name) kfm_do_alone, &kf_doc_##name, NULL
#define EDIT(shape_, name, set, ...) \
    kfm_do_edit, &(const kfm_edit_t){.shape = KFM_##shape_, .stmt = &kf_doc_##name, __VA_ARGS__}, &kfm_fields_##set
#define EDIT_AS(complete_, shape, name, set, ...) EDIT(shape, name, set, .complete = complete_, __VA_ARGS__)
#define EDIT_AGAIN(...) EDIT(__VA_ARGS__)
#define VIEW(name, set, nav_, words_, template_, show_) \
    kfm_do_view, &(const kfm_list_page_t){&kf_doc_##name, nav_, words_, template_, show_}, &kfm_fields_##set
#define PRESS(name, page, done) kfm_do_press, &(const kfm_press_t){&kf_doc_##name, page, done}, NULL
#define PAGES(what, pages) kfm_pages_##what, &pages, NULL
#define ROW(method, pattern, kind, host, body, limit, role, scope, name, ...) \
    {KFM_##method, pattern, KFM_##kind, KFM_HOST_##host, body, KFM_LIMIT_##limit, KFM_##role, scope, name, __VA_ARGS__},

const kfm_route_t kfm_routes[] = {
#include "http/routes.def"
    {0, NULL, KFM_PAGE, KFM_HOST_ANY, 0, KFM_LIMIT_NONE, KFM_OPEN, NULL, NULL, NULL, NULL, NULL},
};
