/* The table itself: every path of ours, once. Sorted by family, then by path. */
#include "base/limits.h"
#include "handle/admin_routes.h"
#include "handle/after_routes.h"
#include "handle/dash_routes.h"
#include "handle/dash_ops_routes.h"
#include "handle/connect.h"
#include "handle/handle.h"
#include "handle/visit.h"
#include "http/route.h"

#define FORM (64 * 1024)  /* a page's form */
#define JSON (64 * 1024)  /* a document of the API */
#define EVENT (256 * 1024) /* a provider's event */
#define PICTURE KFM_HOST_BOOKING, KF_MAX_UPLOAD_BODY, KFM_LIMIT_BOOK /* a form with one */
#define SMALL (4 * 1024)  /* a token, or nothing */
#define OPEN KFM_OPEN, NULL
#define MEMBER KFM_MEMBER, NULL
#define OWN KFM_OWNER, NULL /* owners with a session: no key may come in */
#define AUTH KFM_HOST_BOOKING, SMALL, KFM_LIMIT_BOOK
#define LOOK KFM_HOST_BOOKING, 0, KFM_LIMIT_READ

const kfm_route_t kfm_routes[] = {
#include "http/routes_admin.def"
    /* the pages where a merchant sets things up */
#include "http/routes_dash.def"
#include "http/routes_ops.def"
#include "http/routes_connect.def"
#include "http/routes_after.def"
#include "http/routes_visit.def"
    /* accounts and sign-ins */
    {KFM_GET, "/api/api-keys", KFM_API, LOOK, kfm_handle_api_keys, "key.list", OWN},
    {KFM_POST, "/api/api-keys", KFM_API, AUTH, kfm_handle_api_key_create, "key.create", OWN},
    {KFM_DELETE, "/api/api-keys/{id}", KFM_API, AUTH, kfm_handle_api_key_revoke, "key.revoke", OWN},
    {KFM_POST, "/api/auth/accept-invitation", KFM_API, AUTH, kfm_handle_api_accept, "auth.accept", OPEN},
    {KFM_POST, "/api/auth/forgot-password", KFM_API, AUTH, kfm_handle_api_forgot, "auth.forgot", OPEN},
    {KFM_POST, "/api/auth/login", KFM_API, AUTH, kfm_handle_api_login, "auth.login", OPEN},
    {KFM_POST, "/api/auth/logout", KFM_API, AUTH, kfm_handle_api_logout, "auth.logout", MEMBER},
    {KFM_POST, "/api/auth/password", KFM_API, AUTH, kfm_handle_api_password, "auth.password", MEMBER},
    {KFM_PATCH, "/api/auth/profile", KFM_API, AUTH, kfm_handle_api_profile, "auth.profile", MEMBER},
    {KFM_POST, "/api/auth/recovery-codes", KFM_API, AUTH, kfm_handle_api_recovery_codes, "auth.recovery", MEMBER},
    {KFM_POST, "/api/auth/refuse-invitation", KFM_API, AUTH, kfm_handle_api_refuse, "auth.refuse", OPEN},
    {KFM_POST, "/api/auth/register", KFM_API, AUTH, kfm_handle_api_register, "auth.register", OPEN},
    {KFM_POST, "/api/auth/resend-verification", KFM_API, AUTH, kfm_handle_api_resend, "auth.resend", OPEN},
    {KFM_POST, "/api/auth/reset-password", KFM_API, AUTH, kfm_handle_api_reset, "auth.reset", OPEN},
    {KFM_GET, "/api/auth/session", KFM_API, LOOK, kfm_handle_api_session, "auth.session", MEMBER},
    {KFM_GET, "/api/auth/sessions", KFM_API, LOOK, kfm_handle_api_sessions, "auth.sessions", MEMBER},
    {KFM_DELETE, "/api/auth/sessions/{id}", KFM_API, AUTH, kfm_handle_api_session_revoke, "auth.session.revoke", MEMBER},
    {KFM_GET, "/api/auth/totp", KFM_API, LOOK, kfm_handle_api_totp_view, "auth.totp.view", MEMBER},
    {KFM_POST, "/api/auth/totp", KFM_API, AUTH, kfm_handle_api_totp, "auth.totp", MEMBER},
    {KFM_POST, "/api/auth/totp/confirm", KFM_API, AUTH, kfm_handle_api_totp_confirm, "auth.totp.confirm", MEMBER},
    {KFM_POST, "/api/auth/totp/disable", KFM_API, AUTH, kfm_handle_api_totp_disable, "auth.totp.disable", MEMBER},
    {KFM_POST, "/api/auth/verify-email", KFM_API, AUTH, kfm_handle_api_verify, "auth.verify", OPEN},
    {KFM_GET, "/api/staff", KFM_API, LOOK, kfm_handle_api_staff, "staff.list", OWN},
    {KFM_POST, "/api/staff", KFM_API, AUTH, kfm_handle_api_staff_invite, "staff.invite", OWN},
    {KFM_PATCH, "/api/staff/{id}", KFM_API, AUTH, kfm_handle_api_staff_change, "staff.change", OWN},
    {KFM_DELETE, "/api/staff/{id}", KFM_API, AUTH, kfm_handle_api_staff_disable, "staff.disable", OWN},
    {KFM_GET, "/dashboard/account", KFM_PAGE, LOOK, kfm_handle_account, "account", MEMBER},
    {KFM_POST, "/dashboard/account/password", KFM_PAGE, AUTH, kfm_handle_account_password, "account.password", MEMBER},
    {KFM_POST, "/dashboard/account/profile", KFM_PAGE, AUTH, kfm_handle_account_profile, "account.profile", MEMBER},
    {KFM_GET, "/dashboard/account/second-factor", KFM_PAGE, LOOK, kfm_handle_factor, "factor", MEMBER},
    {KFM_POST, "/dashboard/account/second-factor", KFM_PAGE, AUTH, kfm_handle_factor_begin, "factor.begin", MEMBER},
    {KFM_POST, "/dashboard/account/second-factor/codes", KFM_PAGE, AUTH, kfm_handle_factor_codes, "factor.codes", MEMBER},
    {KFM_POST, "/dashboard/account/second-factor/confirm", KFM_PAGE, AUTH, kfm_handle_factor_confirm, "factor.confirm", MEMBER},
    {KFM_POST, "/dashboard/account/second-factor/disable", KFM_PAGE, AUTH, kfm_handle_factor_disable, "factor.disable", MEMBER},
    {KFM_POST, "/dashboard/account/sessions/{id}/revoke", KFM_PAGE, AUTH, kfm_handle_account_session, "account.session", MEMBER},
    {KFM_GET, "/dashboard/api-keys", KFM_PAGE, LOOK, kfm_handle_keys, "keys", OWN},
    {KFM_POST, "/dashboard/api-keys", KFM_PAGE, AUTH, kfm_handle_keys_create, "keys.create", OWN},
    {KFM_POST, "/dashboard/api-keys/{id}/revoke", KFM_PAGE, AUTH, kfm_handle_keys_revoke, "keys.revoke", OWN},
    {KFM_GET, "/dashboard/check-mail", KFM_PAGE, LOOK, kfm_handle_auth_mail, "page.mail", OPEN},
    {KFM_POST, "/dashboard/check-mail", KFM_PAGE, AUTH, kfm_handle_auth_mail_post, "page.mail.post", OPEN},
    {KFM_GET, "/dashboard/forgot", KFM_PAGE, LOOK, kfm_handle_auth_forgot, "page.forgot", OPEN},
    {KFM_POST, "/dashboard/forgot", KFM_PAGE, AUTH, kfm_handle_auth_forgot_post, "page.forgot.post", OPEN},
    {KFM_GET, "/dashboard/invitation", KFM_PAGE, LOOK, kfm_handle_auth_invitation, "page.invitation", OPEN},
    {KFM_POST, "/dashboard/invitation", KFM_PAGE, AUTH, kfm_handle_auth_invitation_post, "page.invitation.post", OPEN},
    {KFM_GET, "/dashboard/login", KFM_PAGE, LOOK, kfm_handle_auth_login, "page.login", OPEN},
    {KFM_POST, "/dashboard/login", KFM_PAGE, AUTH, kfm_handle_auth_login_post, "page.login.post", OPEN},
    {KFM_POST, "/dashboard/logout", KFM_PAGE, AUTH, kfm_handle_auth_logout, "page.logout", MEMBER},
    {KFM_GET, "/dashboard/register", KFM_PAGE, LOOK, kfm_handle_auth_register, "page.register", OPEN},
    {KFM_POST, "/dashboard/register", KFM_PAGE, AUTH, kfm_handle_auth_register_post, "page.register.post", OPEN},
    {KFM_GET, "/dashboard/reset", KFM_PAGE, LOOK, kfm_handle_auth_reset, "page.reset", OPEN},
    {KFM_POST, "/dashboard/reset", KFM_PAGE, AUTH, kfm_handle_auth_reset_post, "page.reset.post", OPEN},
    {KFM_GET, "/dashboard/staff", KFM_PAGE, LOOK, kfm_handle_staff, "staff", OWN},
    {KFM_POST, "/dashboard/staff", KFM_PAGE, AUTH, kfm_handle_staff_invite, "page.staff.invite", OWN},
    {KFM_POST, "/dashboard/staff/{id}", KFM_PAGE, AUTH, kfm_handle_staff_change, "page.staff.change", OWN},
    {KFM_GET, "/dashboard/verify", KFM_PAGE, LOOK, kfm_handle_auth_verify, "page.verify", OPEN},
    {KFM_POST, "/dashboard/verify", KFM_PAGE, AUTH, kfm_handle_auth_verify_post, "page.verify.post", OPEN},
    /* booking */
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
    {KFM_POST, "/api/webhooks/google", KFM_WEBHOOK, KFM_HOST_ANY, SMALL, KFM_LIMIT_WEBHOOK,
     kfm_handle_webhook_google, "webhook.google", OPEN},
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
    /* pictures and exports */
    {KFM_GET, "/api/export/bookings.csv", KFM_API, KFM_HOST_BOOKING, 0, KFM_LIMIT_READ, kfm_handle_export,
     "export.bookings", KFM_OWNER, "reports:read"},
    {KFM_POST, "/api/professionals/{id}/photo", KFM_API, PICTURE, kfm_handle_photo_put, "professional.photo",
     KFM_OWNER, "catalogue:write"},
    {KFM_POST, "/api/services/{id}/image", KFM_API, PICTURE, kfm_handle_image_put, "service.image",
     KFM_OWNER, "catalogue:write"},
    {KFM_POST, "/api/tenant/logo", KFM_API, PICTURE, kfm_handle_logo_put, "tenant.logo",
     KFM_OWNER, "settings:write"},
    {KFM_GET, "/feed/{token}/calendar.ics", KFM_PAGE, KFM_HOST_BOOKING, 0, KFM_LIMIT_READ, kfm_handle_feed, "feed", OPEN},
    {KFM_GET, "/uploads/{name}", KFM_PAGE, KFM_HOST_ANY, 0, KFM_LIMIT_READ, kfm_handle_upload, "upload", OPEN},
    /* what the type of problem details leads to */
    {KFM_GET, "/problems", KFM_PAGE, KFM_HOST_ANY, 0, KFM_LIMIT_READ, kfm_handle_problems, "problems", OPEN},
    {KFM_GET, "/problems/{code}", KFM_PAGE, KFM_HOST_ANY, 0, KFM_LIMIT_READ, kfm_handle_problem, "problem", OPEN},
    {KFM_GET, "/health", KFM_API, KFM_HOST_ANY, 0, KFM_LIMIT_NONE, kfm_handle_health, "health", OPEN},
    {KFM_GET, "/health/live", KFM_API, KFM_HOST_ANY, 0, KFM_LIMIT_NONE, kfm_handle_alive, "health.live", OPEN},
    {KFM_GET, "/health/ready", KFM_API, KFM_HOST_ANY, 0, KFM_LIMIT_NONE, kfm_handle_health, "health.ready", OPEN},
    /* what programs look for, and what developers read */
    {KFM_GET, "/.well-known/security.txt", KFM_PAGE, KFM_HOST_ANY, 0, KFM_LIMIT_READ, kfm_handle_security, "security", OPEN},
    {KFM_GET, "/docs", KFM_PAGE, LOOK, kfm_handle_docs, "docs", OPEN},
    {KFM_GET, "/docs/callbacks", KFM_PAGE, LOOK, kfm_handle_docs_callbacks, "docs.callbacks", OPEN},
    {KFM_GET, "/favicon.ico", KFM_PAGE, KFM_HOST_ANY, 0, KFM_LIMIT_READ, kfm_handle_favicon, "favicon", OPEN},
    {KFM_GET, "/robots.txt", KFM_PAGE, KFM_HOST_ANY, 0, KFM_LIMIT_READ, kfm_handle_robots, "robots", OPEN},
    {0, NULL, KFM_PAGE, KFM_HOST_ANY, 0, KFM_LIMIT_NONE, NULL, NULL, OPEN},
};
