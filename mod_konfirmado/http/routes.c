/* The table itself: every path of ours, once. Sorted by family, then by path. */
#include "handle/admin_routes.h"
#include "handle/handle.h"
#include "http/route.h"

#define FORM (64 * 1024)  /* a page's form */
#define JSON (64 * 1024)  /* a document of the API */
#define EVENT (256 * 1024) /* a provider's event */
#define SMALL (4 * 1024)  /* a token, or nothing */
#define OPEN KFM_OPEN, NULL

const kfm_route_t kfm_routes[] = {
#include "http/routes_admin.def"
    {KFM_GET, "/api/availability", KFM_API, KFM_HOST_BOOKING, 0, KFM_LIMIT_READ, kfm_handle_availability,
     "availability", OPEN},
    {KFM_GET, "/api/booking/{link}/options", KFM_API, KFM_HOST_BOOKING, 0, KFM_LIMIT_READ, kfm_handle_options,
     "options", OPEN},
    {KFM_POST, "/api/bookings", KFM_API, KFM_HOST_BOOKING, JSON, KFM_LIMIT_BOOK, kfm_handle_booking_create,
     "booking.create", OPEN},
    {KFM_POST, "/api/bookings/{id}/payments", KFM_API, KFM_HOST_BOOKING, SMALL, KFM_LIMIT_BOOK,
     kfm_handle_payment_create, "payment.create", OPEN},
    {KFM_GET, "/api/bookings/{id}/status", KFM_API, KFM_HOST_BOOKING, 0, KFM_LIMIT_READ, kfm_handle_booking_status,
     "booking.status", OPEN},
    {KFM_POST, "/api/holds", KFM_API, KFM_HOST_BOOKING, JSON, KFM_LIMIT_HOLD, kfm_handle_hold_create, "hold.create", OPEN},
    {KFM_DELETE, "/api/holds/{id}", KFM_API, KFM_HOST_BOOKING, SMALL, KFM_LIMIT_HOLD, kfm_handle_hold_release,
     "hold.release", OPEN},
    {KFM_POST, "/api/webhooks/{provider}/{hook}", KFM_WEBHOOK, KFM_HOST_ANY, EVENT, KFM_LIMIT_WEBHOOK,
     kfm_handle_webhook, "webhook", OPEN},
    {KFM_GET, "/book/{link}", KFM_PAGE, KFM_HOST_BOOKING, 0, KFM_LIMIT_READ, kfm_handle_select, "select", OPEN},
    {KFM_GET, "/book/{link}/availability", KFM_PAGE, KFM_HOST_BOOKING, 0, KFM_LIMIT_READ, kfm_handle_time, "time", OPEN},
    {KFM_POST, "/book/{link}/hold", KFM_PAGE, KFM_HOST_BOOKING, FORM, KFM_LIMIT_HOLD, kfm_handle_choose, "choose", OPEN},
    {KFM_GET, "/book/{link}/details", KFM_PAGE, KFM_HOST_BOOKING, 0, KFM_LIMIT_READ, kfm_handle_details, "details", OPEN},
    {KFM_POST, "/book/{link}/details", KFM_PAGE, KFM_HOST_BOOKING, FORM, KFM_LIMIT_BOOK, kfm_handle_details_post,
     "details.post", OPEN},
    {KFM_GET, "/book/{booking}/confirm", KFM_PAGE, KFM_HOST_BOOKING, 0, KFM_LIMIT_READ, kfm_handle_confirm,
     "confirm", OPEN},
    {KFM_POST, "/book/{booking}/retry", KFM_PAGE, KFM_HOST_BOOKING, FORM, KFM_LIMIT_BOOK, kfm_handle_retry, "retry", OPEN},
    {KFM_GET, "/health", KFM_API, KFM_HOST_ANY, 0, KFM_LIMIT_NONE, kfm_handle_health, "health", OPEN},
    {0, NULL, KFM_PAGE, KFM_HOST_ANY, 0, KFM_LIMIT_NONE, NULL, NULL, OPEN},
};
