#ifndef KF_TESTS_UNIT_CALENDAR_GOOGLE_H
#define KF_TESTS_UNIT_CALENDAR_GOOGLE_H
/* Shared by the Google Calendar tests: our client there, and hand-made answers. */
#include "base/limits.h"
#include "calendar/google/google.h"

#include <apr_strings.h>
#include <apr_tables.h>
#include <string.h>

#define CALENDAR_ACCESS "ya29.vector"
#define CALENDAR_PRIMARY "dra.nunez@example.test"
#define CALENDAR_OTHER "x1/2#@group.calendar.google.com"

static const kf_calendar_app_t calendar_app = {
    .client_id = "kf-1.apps.example.test", .client_secret = "s & t",
    .redirect_url = "https://k.example.test/api/auth/google/callback",
    .notify_url = "https://k.example.test/api/webhooks/google",
};

__attribute__((unused)) static kf_http_res_t calendar_answer(int status, const char *body)
{
    return (kf_http_res_t){.outcome = status ? KF_HTTP_OK : KF_HTTP_TIMEOUT, .status = status,
                           .body = body, .body_len = strlen(body), .remote_ip = "192.0.2.1"};
}

/* An error as the API writes it. */
#define CALENDAR_ERROR(code, reason)                                                     \
    "{\"error\":{\"code\":" #code ",\"message\":\"For Ana P\",\"errors\":[{\"domain\":" \
    "\"global\",\"reason\":\"" reason "\",\"message\":\"For Ana P\"}]}}"

#endif
