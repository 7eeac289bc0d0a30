#ifndef KF_CALENDAR_PROVIDER_H
#define KF_CALENDAR_PROVIDER_H
/*
 * Calendars of professionals behind one interface.
 *
 * A provider is a table of pure functions: they build requests and read
 * answers, but never call anybody and know no database. Who runs a request and
 * when is the caller's business (lib/flow/calendar).
 *
 * The built-in calendar (working hours and claims alone) is a provider without
 * the cap KF_CALENDAR_EXTERNAL: all its functions are NULL.
 *
 * What is trusted:
 *   - a notice only says that something may have changed: ask again;
 *   - an answer about busy time counts only if it is complete: an error for one of
 *     the calendars asked for invalidates all of it (fail closed);
 *   - an account is identified by its `account_id`, never by its email.
 *
 * All results live in the pool that was given. Tokens never appear in URLs or
 * errors; request headers and bodies may hold them. A request has the time limit
 * and the size cap of its kind; a caller with less time may shorten the former.
 *
 * A *_parse function always fills its result: members other than `answer` are valid
 * with the verdict GOT alone, unless said otherwise. An answer that cannot be read as
 * a whole is RETRY regardless of its status: an intermediary may have sent it.
 */
#include <apr_pools.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/setting.h"
#include "base/uuid.h"
#include "net/http.h"
#include "time/instant.h"

/* -- the operator's registration at a provider -- */

typedef struct kf_calendar_app_t {
    const char *client_id, *client_secret;
    const char *redirect_url;  /* of ours, registered there: exactly this */
    const char *notify_url;    /* of ours, https; NULL: no push */
    const char *authorize_url; /* the rest: NULL = the provider's own */
    const char *token_url, *revoke_url, *api_base;
    const char *ca_file;       /* NULL = the system's */
} kf_calendar_app_t;

/* -- verdicts -- */

typedef enum {
    KF_CALENDAR_GOT,
    KF_CALENDAR_RETRY,   /* no usable answer: ask again later, see retry_after_s */
    KF_CALENDAR_LIMIT,   /* rate limited: ask again later, see retry_after_s (0 = not given) */
    KF_CALENDAR_AUTH,    /* the access token was rejected: refresh it once, else REVOKED */
    KF_CALENDAR_REVOKED, /* the grant is void: connect again */
    KF_CALENDAR_APP,     /* the operator's registration was rejected, or may not use the API: the
                          * configuration is wrong, not the grant */
    KF_CALENDAR_DENIED,  /* not allowed, or invalid: repeating is useless */
    KF_CALENDAR_GONE,    /* no such calendar, event or channel (any more) */
    KF_CALENDAR_EXISTS,  /* the id is taken: read the event to see who owns it */
    KF_CALENDAR_RESYNC   /* the sync token is too old: start over without one */
} kf_calendar_verdict_t;
/** "got", "retry", "limit", "auth", "revoked", "app", "denied", "gone", "exists", "resync". */
const char *kf_calendar_verdict_text(kf_calendar_verdict_t verdict);

/* The first member of every answer. */
typedef struct kf_calendar_answer_t {
    kf_calendar_verdict_t verdict;
    int retry_after_s;   /* 0 = not given */
    const char *message; /* for the log and the dashboard, no personal data; NULL when got */
} kf_calendar_answer_t;

/* -- the grant -- */

typedef struct kf_calendar_consent_t {
    const char *state;     /* unguessable, single use */
    const char *challenge; /* PKCE S256 of the verifier (kf_calendar_challenge) */
    const char *nonce;     /* returned in the id_token */
    const char *lang;      /* "es", "en" */
    const char *login_hint; /* an address, or NULL */
} kf_calendar_consent_t;

typedef struct kf_calendar_token_t {
    kf_calendar_answer_t answer;
    const char *access_token;
    const char *refresh_token; /* NULL: none came, the former one stays; never NULL for a code */
    bool no_refresh;           /* for a code: DENIED because none came */
    int expires_in_s;
    const char *account_id;    /* NULL if the answer has no identity (refreshing) */
    const char *account_email; /* "" if not given */
    const char *scopes;        /* as granted, separated by blanks; "" if not given (refreshing) */
    /* What these scopes allow; all false without scopes. People may untick some: check first. */
    bool may_read, may_list, may_write, may_watch;
} kf_calendar_token_t;

typedef struct kf_calendar_entry_t {
    const char *id, *name, *time_zone; /* time_zone: IANA, "" if not given */
    bool primary, may_write;   /* id: 1 to KF_MAX_CALENDAR_ID characters, name may be "" */
} kf_calendar_entry_t;

typedef struct kf_calendar_list_t {
    kf_calendar_answer_t answer;
    const kf_calendar_entry_t *entries;
    size_t n;
    const char *next_page; /* NULL: this was the last */
} kf_calendar_list_t;

/* -- busy time -- */

typedef struct kf_calendar_ids_t {
    const char *const *ids;
    size_t n;
} kf_calendar_ids_t;

typedef struct kf_calendar_busy_t {
    kf_calendar_answer_t answer;
    const kf_interval_t *busy; /* sorted, merged (touching too), none empty, cut to the range */
    size_t n;
    /* The calendar that invalidated the answer, or NULL. GONE here is always about this one. */
    const char *bad_calendar;
} kf_calendar_busy_t;

/* -- events -- */

typedef struct kf_calendar_event_t {
    kf_uuid_t id;               /* chosen by us; the provider's form is derived from its bytes */
    const char *summary, *description, *location; /* location: NULL = none */
    kf_instant_t start, end;
    const char *zone;           /* IANA, of the professional */
    const char *tenant, *booking; /* ids as text, in the event's private properties */
    int version;                /* of the booking; grows, never repeats */
    const char *guest_name, *guest_email; /* NULL: no guest, nobody is notified */
    bool meeting;               /* with a link to a video meeting */
} kf_calendar_event_t;

/* An event as the provider returned it. */
typedef struct kf_calendar_seen_t {
    const char *key;            /* the provider's id */
    const char *booking;        /* ours: the UUID it carries; NULL: not an event of ours */
    int version;                /* ours; 0 if it carries none */
    bool cancelled;
    bool transparent;           /* blocks no time, also because its owner declined it */
    bool all_day;               /* then first_day and last_day (exclusive) count, in `zone` */
    kf_instant_t start, end;    /* 0 with all_day, or if a cancelled event has none */
    const char *first_day, *last_day; /* "2026-12-01", last one exclusive; NULL without all_day */
    const char *meeting_url;    /* https; NULL: none (yet) */
    bool meeting_pending;       /* being made: look again */
} kf_calendar_seen_t;

typedef struct kf_calendar_one_t {
    kf_calendar_answer_t answer;
    kf_calendar_seen_t event;   /* when got */
} kf_calendar_one_t;

/* Selects a page of changes. */
typedef struct kf_calendar_sync_t {
    const char *calendar;
    const char *sync_token;     /* NULL: all events */
    const char *page;           /* NULL: the first page; the others need the same sync_token */
} kf_calendar_sync_t;

typedef struct kf_calendar_changes_t {
    kf_calendar_answer_t answer;
    const kf_calendar_seen_t *events;
    size_t n;
    const char *zone;           /* of the calendar, for days; "" if not given */
    const char *next_page;      /* NULL: this was the last; then sync_token is set */
    const char *sync_token;     /* for the next time; NULL before the last page */
} kf_calendar_changes_t;

/* -- push -- */

typedef struct kf_calendar_channel_t {
    const char *id;             /* a UUID as text, of ours */
    const char *token;          /* secret of the channel; NULL when stopping */
    const char *resource_id;    /* the provider's; NULL when asking for it */
    kf_instant_t expires;       /* wanted */
} kf_calendar_channel_t;

typedef struct kf_calendar_watch_t {
    kf_calendar_answer_t answer;
    const char *resource_id;
    kf_instant_t expires;       /* as granted: may be earlier than wanted */
} kf_calendar_watch_t;

/** The value of a request header by its name in any case, NULL if absent. */
typedef const char *kf_calendar_header_fn(void *baton, const char *name);

typedef struct kf_calendar_notice_t {
    const char *channel_id;     /* a UUID as text */
    const char *token;          /* "" if none; compare it as a secret */
    const char *resource_id;
    bool hello;                 /* the first one, which reports no change */
    int64_t number;             /* grows with each notice of a channel */
} kf_calendar_notice_t;

/* -- the provider -- */

typedef enum {
    KF_CALENDAR_EXTERNAL = 1, /* a third party's server; without it everything below is NULL */
    KF_CALENDAR_CAN_PUSH = 2,
    KF_CALENDAR_CAN_MEET = 4
} kf_calendar_caps_t;

typedef struct kf_calendar_provider_t {
    const char *name;
    unsigned caps;
    kf_settings_t settings;     /* of kf_calendar_app_t */
    const char *authorize_url;  /* where people consent, unless the operator says otherwise */
    const char *event_key;      /* how an event's id is written of its UUID: "base32hex"; NULL: as a UUID */
    int busy_calendars;         /* at most in one busy_request */
    int busy_days;              /* at most in the range of one busy_request */

    /** The URL where a professional gives consent. KF_E_CONFIG without an app. */
    kf_err_t *(*consent_url)(const char **out, const kf_calendar_app_t *app,
                             const kf_calendar_consent_t *consent, apr_pool_t *p);
    /** The code that came back, with the PKCE verifier. KF_E_INVALID: no such code. */
    kf_err_t *(*code_request)(kf_http_req_t *out, const kf_calendar_app_t *app, const char *code,
                              const char *verifier, apr_pool_t *p);
    kf_err_t *(*refresh_request)(kf_http_req_t *out, const kf_calendar_app_t *app,
                                 const char *refresh_token, apr_pool_t *p);
    /** The answer to either. `nonce` is that of the consent, or NULL for a refresh. */
    void (*token_parse)(kf_calendar_token_t *out, const kf_calendar_app_t *app,
                        const kf_http_res_t *res, const char *nonce, kf_instant_t now,
                        apr_pool_t *p);
    kf_err_t *(*revoke_request)(kf_http_req_t *out, const kf_calendar_app_t *app, const char *token,
                                apr_pool_t *p);
    /** GOT: the grant is revoked (possibly before). */
    void (*revoke_parse)(kf_calendar_answer_t *out, const kf_http_res_t *res, apr_pool_t *p);

    /** Calendars whose busy time the grant can read. */
    kf_err_t *(*list_request)(kf_http_req_t *out, const kf_calendar_app_t *app, const char *access,
                              const char *page, apr_pool_t *p);
    void (*list_parse)(kf_calendar_list_t *out, const kf_http_res_t *res, apr_pool_t *p);

    /** KF_E_INVALID for more calendars or days than the provider allows, or an empty range. */
    kf_err_t *(*busy_request)(kf_http_req_t *out, const kf_calendar_app_t *app, const char *access,
                              const kf_calendar_ids_t *calendars, kf_interval_t range,
                              apr_pool_t *p);
    void (*busy_parse)(kf_calendar_busy_t *out, const kf_http_res_t *res,
                       const kf_calendar_ids_t *calendars, kf_interval_t range, apr_pool_t *p);

    /** One page of all events or of those changed since. */
    kf_err_t *(*sync_request)(kf_http_req_t *out, const kf_calendar_app_t *app, const char *access,
                              const kf_calendar_sync_t *sync, apr_pool_t *p);
    void (*sync_parse)(kf_calendar_changes_t *out, const kf_http_res_t *res, apr_pool_t *p);

    kf_err_t *(*event_add_request)(kf_http_req_t *out, const kf_calendar_app_t *app,
                                   const char *access, const char *calendar,
                                   const kf_calendar_event_t *event, apr_pool_t *p);
    kf_err_t *(*event_change_request)(kf_http_req_t *out, const kf_calendar_app_t *app,
                                      const char *access, const char *calendar,
                                      const kf_calendar_event_t *event, apr_pool_t *p);
    kf_err_t *(*event_get_request)(kf_http_req_t *out, const kf_calendar_app_t *app,
                                   const char *access, const char *calendar, const kf_uuid_t *id,
                                   apr_pool_t *p);
    /**
     * The answer to any of the three. A deleted event may be GOT and is then cancelled; its id
     * stays taken (EXISTS), and changing it may be DENIED: read the event to find out.
     */
    void (*event_parse)(kf_calendar_one_t *out, const kf_http_res_t *res, apr_pool_t *p);
    /** Uses only id and guest_email of `event`: the provider notifies a guest. */
    kf_err_t *(*event_drop_request)(kf_http_req_t *out, const kf_calendar_app_t *app,
                                    const char *access, const char *calendar,
                                    const kf_calendar_event_t *event, apr_pool_t *p);
    /** GOT: the event does not exist (any more). */
    void (*event_drop_parse)(kf_calendar_answer_t *out, const kf_http_res_t *res, apr_pool_t *p);

    kf_err_t *(*watch_request)(kf_http_req_t *out, const kf_calendar_app_t *app, const char *access,
                               const char *calendar, const kf_calendar_channel_t *channel,
                               apr_pool_t *p); /* KF_E_CONFIG without app->notify_url */
    void (*watch_parse)(kf_calendar_watch_t *out, const kf_http_res_t *res, apr_pool_t *p);
    kf_err_t *(*stop_request)(kf_http_req_t *out, const kf_calendar_app_t *app, const char *access,
                              const kf_calendar_channel_t *channel, apr_pool_t *p);
    /** GOT: there is no such channel (any more). */
    void (*stop_parse)(kf_calendar_answer_t *out, const kf_http_res_t *res, apr_pool_t *p);
    /** KF_E_MALFORMED: not a notice of this provider. */
    kf_err_t *(*notice_read)(kf_calendar_notice_t *out, kf_calendar_header_fn *header, void *baton,
                             apr_pool_t *p);
} kf_calendar_provider_t;

/** The provider of that name, NULL if there is none. */
const kf_calendar_provider_t *kf_calendar_provider_find(const char *name);
/** The i-th provider, NULL behind the last. */
const kf_calendar_provider_t *kf_calendar_provider_at(int i);

/**
 * PKCE (RFC 7636): base64url without padding of SHA-256 of the verifier, which is 43 to 128 of
 * [A-Za-z0-9-._~]. KF_E_INTERNAL otherwise.
 */
kf_err_t *kf_calendar_challenge(const char **out, const char *verifier, apr_pool_t *p);

#endif
