/* The table itself: the rows of http/routes.def. */
#include "base/limits.h"
#include "handle/acts.h"

enum { NONE, SMALL = 4 * 1024, FORM = 64 * 1024, EVENT = 256 * 1024, PICTURE = KF_MAX_UPLOAD_BODY };

#define CALL(function) function, NULL, NULL
#define CALL_WITH(function, set) function, NULL, &kfm_fields_##set
#define CALL_ONCE(function, set) CALL_WITH(function, set)
#define LIST(stmt, set) kfm_do_list, &stmt, &kfm_fields_##set
#define ONE(stmt) kfm_do_one, &stmt, NULL
#define ALONE(stmt) kfm_do_alone, &stmt, NULL
#define EDIT(shape_, stmt_, set, ...) \
    kfm_do_edit, &(const kfm_edit_t){.shape = KFM_##shape_, .stmt = &stmt_, __VA_ARGS__}, &kfm_fields_##set
#define EDIT_AS(complete_, shape, stmt, set, ...) EDIT(shape, stmt, set, .complete = complete_, __VA_ARGS__)
#define PAGES(what, pages) kfm_pages_##what, &pages, NULL
#define ROW(method, pattern, kind, host, body, limit, role, scope, name, ...) \
    {KFM_##method, pattern, KFM_##kind, KFM_HOST_##host, body, KFM_LIMIT_##limit, KFM_##role, scope, name, __VA_ARGS__},

const kfm_route_t kfm_routes[] = {
#include "http/routes.def"
    {0, NULL, KFM_PAGE, KFM_HOST_ANY, 0, KFM_LIMIT_NONE, KFM_OPEN, NULL, NULL, NULL, NULL, NULL},
};
