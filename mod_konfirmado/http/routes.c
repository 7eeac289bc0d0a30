/* The table itself: the rows of http/routes.def. */
#include "base/limits.h"
#include "handle/acts.h"

enum { NONE, SMALL = 4 * 1024, FORM = 64 * 1024, EVENT = 256 * 1024, PICTURE = KF_MAX_UPLOAD_BODY };

#define CALL(function) function, NULL
#define LIST(list) kfm_do_list, &list
#define ONE(stmt) kfm_do_one, &stmt
#define ALONE(stmt) kfm_do_alone, &stmt
#define EDIT(edit) kfm_do_edit, &edit
#define PAGES(what, pages) kfm_pages_##what, &pages
#define ROW(method, pattern, kind, host, body, limit, role, scope, name, ...) \
    {KFM_##method, pattern, KFM_##kind, KFM_HOST_##host, body, KFM_LIMIT_##limit, KFM_##role, scope, name, __VA_ARGS__},

const kfm_route_t kfm_routes[] = {
#include "http/routes.def"
    {0, NULL, KFM_PAGE, KFM_HOST_ANY, 0, KFM_LIMIT_NONE, KFM_OPEN, NULL, NULL, NULL, NULL},
};
