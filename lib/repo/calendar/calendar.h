#ifndef KF_REPO_CALENDAR_H
#define KF_REPO_CALENDAR_H
/*
 * Calendars at providers: what to read, write and watch, leased like the rest
 * of the background work (repo/work.h), and the results.
 *
 * Verdicts are words of kf_calendar_verdict_text(). Every result may be reported
 * twice. A missing instant is 0.
 */
#include <stdbool.h>

#include "repo/work.h"

#define KF_CALENDAR_READ_LEASE_S 30 /* of one reading by the background work */
#define KF_CALENDAR_SYNC_LEASE_S 120 /* of all pages of changes */

/* A connection with its sealed tokens. */
typedef struct {
    kf_uuid_t tenant, connection;
    const char *provider;
    const char *refresh_sealed, *access_sealed; /* NULL: there is none */
    kf_instant_t access_expires;
    kf_instant_t now; /* the database's clock */
} kf_calendar_key_row_t;

/* -- reading -- */

typedef struct {
    kf_calendar_key_row_t key;
    kf_uuid_t professional, lease;
    int n;                   /* which part of the professional's time */
    kf_interval_t range;
    const char **calendars;  /* NULL-terminated */
} kf_calendar_read_row_t;

extern const kf_lease_t kf_lease_calendar_reads;

typedef struct {
    const kf_uuid_t *tenant, *professional;
    kf_instant_t at;    /* the time in question; 0: unknown, the nearest days */
    kf_instant_t after; /* a reading since then is fresh; 0: since now */
    int lease_s;
} kf_calendar_fresh_ask_t;

typedef enum {
    KF_FRESH_NONE,   /* the professional has no calendar at a provider */
    KF_FRESH_READY,
    KF_FRESH_FAILED, /* it cannot be read now */
    KF_FRESH_WAIT,   /* another process reads it: ask again in a moment */
    KF_FRESH_GO      /* read it: `row` says what */
} kf_fresh_t;

kf_err_t *kf_repo_calendar_fresh(kf_fresh_t *verdict, kf_instant_t *after,
                                 kf_calendar_read_row_t *row, kf_db_t *db,
                                 const kf_calendar_fresh_ask_t *ask, apr_pool_t *p);

typedef struct {
    const char *busy; /* a literal of tstzmultirange */
    int ttl_s, poll_s;
} kf_calendar_read_t;

/** *recovered: the previous reading had failed. */
kf_err_t *kf_repo_calendar_read_done(bool *recovered, kf_db_t *db,
                                     const kf_calendar_read_row_t *row,
                                     const kf_calendar_read_t *read, apr_pool_t *p);

typedef struct {
    const char *verdict, *error;
    int retry_s;    /* 0: the default */
    int jitter_ppm; /* 0 to 200000 */
} kf_calendar_failure_t;

/** *first: the previous reading had succeeded. */
kf_err_t *kf_repo_calendar_read_failed(bool *first, kf_db_t *db, const kf_calendar_read_row_t *row,
                                       const kf_calendar_failure_t *failure, apr_pool_t *p);

/* -- the connection -- */

typedef struct {
    const char *access_sealed;
    kf_instant_t expires;
    const char *refresh_sealed; /* NULL: the former one stays */
} kf_calendar_tokens_t;

kf_err_t *kf_repo_calendar_token_put(kf_db_t *db, const kf_uuid_t *tenant,
                                     const kf_uuid_t *connection,
                                     const kf_calendar_tokens_t *tokens, apr_pool_t *p);
/** The calendar must be connected again; `reason`: "revoked", "scopes", "calendar_gone". */
kf_err_t *kf_repo_calendar_error(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *connection,
                                 const char *reason, apr_pool_t *p);

typedef struct {
    const kf_uuid_t *channel;
    const uint8_t *token_hash;
    const char *resource;
    int64_t number;
    bool hello;
} kf_calendar_notify_t;

/** *known is false for a channel, token or resource that is not ours. */
kf_err_t *kf_repo_calendar_notify(bool *known, kf_db_t *db, const kf_calendar_notify_t *notice,
                                  apr_pool_t *p);

/* -- channels -- */

typedef struct {
    kf_calendar_key_row_t key;
    const char *calendar;
} kf_calendar_channel_row_t;

typedef struct {
    kf_calendar_key_row_t key;
    kf_uuid_t channel;
    const char *resource;
} kf_calendar_stop_row_t;

extern const kf_lease_t kf_lease_calendar_channels;
extern const kf_lease_t kf_lease_calendar_stops;
extern const kf_lease_t kf_lease_calendar_revokes;

typedef struct {
    kf_uuid_t channel;
    const uint8_t *token_hash;
    kf_instant_t expires;
} kf_calendar_asked_t;

/** Call it before asking the provider: the first notice may arrive before the answer. */
kf_err_t *kf_repo_calendar_channel_ask(kf_db_t *db, const kf_calendar_channel_row_t *row,
                                       const kf_calendar_asked_t *asked, apr_pool_t *p);
kf_err_t *kf_repo_calendar_channel_opened(kf_db_t *db, const kf_uuid_t *tenant,
                                          const kf_uuid_t *channel, const char *resource,
                                          kf_instant_t expires, apr_pool_t *p);
kf_err_t *kf_repo_calendar_channel_failed(kf_db_t *db, const kf_uuid_t *tenant,
                                          const kf_uuid_t *channel,
                                          const kf_calendar_failure_t *failure, apr_pool_t *p);
kf_err_t *kf_repo_calendar_stop_result(kf_db_t *db, const kf_calendar_stop_row_t *row, bool ok,
                                       int retry_s, apr_pool_t *p);
/** `failure` NULL: it is over; the tokens are wiped. */
kf_err_t *kf_repo_calendar_revoke_result(kf_db_t *db, const kf_calendar_key_row_t *row,
                                         const kf_calendar_failure_t *failure, apr_pool_t *p);

/* -- changes -- */

typedef struct {
    kf_calendar_key_row_t key;
    const char *calendar, *sync_token; /* sync_token NULL: from the beginning */
} kf_calendar_sync_row_t;

extern const kf_lease_t kf_lease_calendar_syncs;

typedef struct {
    const char *sync_token;
    const char *events; /* JSON */
    bool full;          /* all events, not only the changed ones */
} kf_calendar_synced_t;

kf_err_t *kf_repo_calendar_sync_done(kf_db_t *db, const kf_calendar_sync_row_t *row,
                                     const kf_calendar_synced_t *synced, apr_pool_t *p);
kf_err_t *kf_repo_calendar_sync_failed(kf_db_t *db, const kf_calendar_sync_row_t *row,
                                       const kf_calendar_failure_t *failure, apr_pool_t *p);

/* -- events -- */

typedef struct {
    kf_calendar_key_row_t key;
    kf_uuid_t booking, event;
    int n;
    const char *calendar;
    const char *wanted;  /* "present" or "absent" */
    int version;         /* of the booking, to be written */
    int written;         /* the one in the calendar; 0: none was ever seen there */
    int attempts;        /* that failed */
    bool meeting, guest;
    const char *summary; /* template, "" = the default */
    kf_instant_t starts_at, ends_at;
    const char *zone, *language, *business, *service, *professional;
    const char *customer, *email, *phone, *notes, *status;
} kf_calendar_event_row_t;

extern const kf_lease_t kf_lease_calendar_events;
kf_err_t *kf_repo_calendar_event_done(kf_db_t *db, const kf_calendar_event_row_t *row,
                                      const char *meeting_url, apr_pool_t *p);
/** The id is taken by a deleted event: writes it again, with a new id. */
kf_err_t *kf_repo_calendar_event_again(kf_db_t *db, const kf_calendar_event_row_t *row,
                                       apr_pool_t *p);
kf_err_t *kf_repo_calendar_event_failed(kf_db_t *db, const kf_calendar_event_row_t *row,
                                        const kf_calendar_failure_t *failure, apr_pool_t *p);

#endif
