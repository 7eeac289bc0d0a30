/* The table itself: every path of ours, once. Sorted by family, then by path. */
#include "http/route.h"

const kfm_route_t kfm_routes[] = {
    {0, NULL, KFM_PAGE, KFM_HOST_ANY, 0, KFM_LIMIT_NONE, NULL, NULL},
};
