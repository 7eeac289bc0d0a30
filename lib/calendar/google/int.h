#ifndef KF_CALENDAR_GOOGLE_INT_H
#define KF_CALENDAR_GOOGLE_INT_H
/* Shared by the files of Google; see google.h. */
#include <jansson.h>

#include "base/buf.h"
#include "base/limits.h"
#include "calendar/google/google.h"

#define KF_GOOGLE_BUSY_CALENDARS 50
#define KF_GOOGLE_BUSY_DAYS 60

/* -- requests: google.c -- */

/* A pair of a form; a value may be a secret. */
typedef struct kf_google_pair_t {
    const char *name, *value;
} kf_google_pair_t;

/** True for a word that may stand in a header: 1 to `max` visible ASCII characters. */
bool kf_google_is_word(const char *text, size_t max);

/** A call of the API: `path` below its base. KF_E_INVALID without a token. */
kf_err_t *kf_google_call(kf_http_req_t *out, const kf_calendar_app_t *app, const char *method,
                         const char *access, const char *path, apr_pool_t *p);
/** Gives a call its JSON body. KF_E_TOO_LARGE. */
kf_err_t *kf_google_body(kf_http_req_t *req, kf_buf_t *body, apr_pool_t *p);
/** A POST of a form; the body is wiped with the pool. KF_E_CONFIG without an app. */
kf_err_t *kf_google_form(kf_http_req_t *out, const kf_calendar_app_t *app, const char *url,
                         const kf_google_pair_t *pairs, size_t n, apr_pool_t *p);
/** "/calendars/{calendar}{rest}", encoded. KF_E_INVALID if it cannot be an id. */
kf_err_t *kf_google_path(const char **out, const char *calendar, const char *rest, apr_pool_t *p);

/* -- answers: answer.c -- */

typedef struct kf_google_answer_t {
    kf_calendar_answer_t answer;
    json_t *root;       /* an object; NULL: there was none, possibly with GOT */
    int status;
    const char *reason; /* Google's error reason, "" if none; safe to log */
    bool sync_token;    /* the sync token is invalid */
} kf_google_answer_t;

/** Reads an answer of the API of at most `max` bytes and classifies it by status and reason. */
void kf_google_read(kf_google_answer_t *out, const kf_http_res_t *res, size_t max, apr_pool_t *p);
/** The same for the OAuth endpoints, whose errors have another form. */
void kf_google_read_oauth(kf_google_answer_t *out, const kf_http_res_t *res, apr_pool_t *p);
/** The verdict for `reason` with that status. */
kf_calendar_verdict_t kf_google_verdict(int status, const char *reason);
/** Google's reason, sanitized: letters, digits, `_`, `-`, `.`, at most 64; "" otherwise. */
const char *kf_google_reason(json_t *word, apr_pool_t *p);
/** The verdict RETRY: the answer cannot be used. `message` is not copied. */
void kf_google_broken(kf_calendar_answer_t *out, const char *message);
/** A copy of a member that is a string of 1 to `max` bytes without control characters, or NULL. */
const char *kf_google_text(json_t *object, const char *name, size_t max, apr_pool_t *p);
/**
 * A member that may be missing: false if it is there and is not such a string.
 * Missing, null or empty gives NULL.
 */
bool kf_google_maybe(const char **out, json_t *object, const char *name, size_t max, apr_pool_t *p);

/** Reads an event; false if it is not one. seen.c */
bool kf_google_seen(kf_calendar_seen_t *out, json_t *event, apr_pool_t *p);

/* -- see kf_calendar_provider_t -- */

/* token.c */
kf_err_t *kf_google_consent_url(const char **out, const kf_calendar_app_t *app,
                                const kf_calendar_consent_t *consent, apr_pool_t *p);
kf_err_t *kf_google_code_request(kf_http_req_t *out, const kf_calendar_app_t *app,
                                 const char *code, const char *verifier, apr_pool_t *p);
kf_err_t *kf_google_refresh_request(kf_http_req_t *out, const kf_calendar_app_t *app,
                                    const char *refresh_token, apr_pool_t *p);
void kf_google_token_parse(kf_calendar_token_t *out, const kf_calendar_app_t *app,
                           const kf_http_res_t *res, const char *nonce, kf_instant_t now,
                           apr_pool_t *p);
kf_err_t *kf_google_revoke_request(kf_http_req_t *out, const kf_calendar_app_t *app,
                                   const char *token, apr_pool_t *p);
void kf_google_revoke_parse(kf_calendar_answer_t *out, const kf_http_res_t *res, apr_pool_t *p);

/* busy.c */
kf_err_t *kf_google_list_request(kf_http_req_t *out, const kf_calendar_app_t *app,
                                 const char *access, const char *page, apr_pool_t *p);
void kf_google_list_parse(kf_calendar_list_t *out, const kf_http_res_t *res, apr_pool_t *p);
kf_err_t *kf_google_busy_request(kf_http_req_t *out, const kf_calendar_app_t *app,
                                 const char *access, const kf_calendar_ids_t *calendars,
                                 kf_interval_t range, apr_pool_t *p);
void kf_google_busy_parse(kf_calendar_busy_t *out, const kf_http_res_t *res,
                          const kf_calendar_ids_t *calendars, kf_interval_t range, apr_pool_t *p);

/* sync.c */
kf_err_t *kf_google_sync_request(kf_http_req_t *out, const kf_calendar_app_t *app,
                                 const char *access, const kf_calendar_sync_t *sync,
                                 apr_pool_t *p);
void kf_google_sync_parse(kf_calendar_changes_t *out, const kf_http_res_t *res, apr_pool_t *p);

/* event.c */
kf_err_t *kf_google_event_add(kf_http_req_t *out, const kf_calendar_app_t *app, const char *access,
                              const char *calendar, const kf_calendar_event_t *event,
                              apr_pool_t *p);
kf_err_t *kf_google_event_change(kf_http_req_t *out, const kf_calendar_app_t *app,
                                 const char *access, const char *calendar,
                                 const kf_calendar_event_t *event, apr_pool_t *p);
kf_err_t *kf_google_event_get(kf_http_req_t *out, const kf_calendar_app_t *app, const char *access,
                              const char *calendar, const kf_uuid_t *id, apr_pool_t *p);
void kf_google_event_parse(kf_calendar_one_t *out, const kf_http_res_t *res, apr_pool_t *p);
kf_err_t *kf_google_event_drop(kf_http_req_t *out, const kf_calendar_app_t *app,
                               const char *access, const char *calendar,
                               const kf_calendar_event_t *event, apr_pool_t *p);
void kf_google_event_drop_parse(kf_calendar_answer_t *out, const kf_http_res_t *res,
                                apr_pool_t *p);

/* push.c */
kf_err_t *kf_google_watch_request(kf_http_req_t *out, const kf_calendar_app_t *app,
                                  const char *access, const char *calendar,
                                  const kf_calendar_channel_t *channel, apr_pool_t *p);
void kf_google_watch_parse(kf_calendar_watch_t *out, const kf_http_res_t *res, apr_pool_t *p);
kf_err_t *kf_google_stop_request(kf_http_req_t *out, const kf_calendar_app_t *app,
                                 const char *access, const kf_calendar_channel_t *channel,
                                 apr_pool_t *p);
void kf_google_stop_parse(kf_calendar_answer_t *out, const kf_http_res_t *res, apr_pool_t *p);
kf_err_t *kf_google_notice_read(kf_calendar_notice_t *out, kf_calendar_header_fn *header,
                                void *baton, apr_pool_t *p);

#endif
