/* Families of rows for metrics: few enough to be labels; the rows of one cost about the same. */
#include "http/route.h"

#include <string.h>

enum {
    AVAILABILITY, OPTIONS, HOLD, BOOKING, WEBHOOK, WIZARD, VISIT, API, DASHBOARD, ACCOUNT, UPLOAD, FEED, CONNECT,
    HEALTH, OTHER, NONE
};

const char *const kfm_route_families[] = {
    [AVAILABILITY] = "availability", [OPTIONS] = "options",     [HOLD] = "hold",       [BOOKING] = "booking",
    [WEBHOOK] = "webhook",           [WIZARD] = "wizard",       [VISIT] = "visit",     [API] = "api",
    [DASHBOARD] = "dashboard",       [ACCOUNT] = "account",     [UPLOAD] = "upload",   [FEED] = "feed",
    [CONNECT] = "connect",           [HEALTH] = "health",       [OTHER] = "other",     [NONE] = "none",
    [NONE + 1] = NULL,
};

/* The first match counts. */
static const struct {
    const char *prefix;
    int family;
} prefixes[] = {
    {"/api/availability", AVAILABILITY}, {"/api/booking/", OPTIONS}, {"/api/holds", HOLD}, {"/api/bookings", BOOKING},
    {"/api/webhooks/", WEBHOOK},         {"/api/", API},             {"/book/", WIZARD},   {"/booking/", VISIT},
    {"/waiting/", VISIT},                {"/report/", VISIT},       {"/confirm-email/", VISIT}, {"/dashboard", DASHBOARD},
    {"/uploads/", UPLOAD},               {"/feed/", FEED},          {"/connect/", CONNECT},  {"/health", HEALTH},
};

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

int kfm_route_family(const kfm_route_t *route)
{
    if (!route) {
        return NONE;
    }
    if (begins(route->pattern, "/api/auth/")) {
        return ACCOUNT;
    }
    if (route->role != KFM_OPEN && begins(route->pattern, "/api/")) {
        return API;
    }
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        if (begins(route->pattern, prefixes[i].prefix)) {
            return prefixes[i].family;
        }
    }
    return OTHER;
}
