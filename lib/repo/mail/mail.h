#ifndef KF_REPO_MAIL_H
#define KF_REPO_MAIL_H
/* Pending mails, leased like the rest of the background work (repo/work.h), and the operator's view. */
#include <stdbool.h>

#include "db/db.h"
#include "repo/operator/admin.h"
#include "repo/work.h"

/* A merchant's own server. */
typedef struct {
    const char *kind;           /* "smtp", "resend"; NULL: none, the operator's is used */
    const char *host, *security; /* of smtp: "starttls", "tls" */
    int port;
    const char *username, *secret_sealed; /* password or API key; NULL: none */
    const char *from_name, *from_address;
} kf_mail_channel_row_t;

typedef struct {
    kf_uuid_t tenant, mail;
    bool has_booking;
    kf_uuid_t booking;
    const char *booking_status; /* at the lease; NULL without a booking */
    bool needs_tokens;          /* the customer's links are made before it is sent */
    kf_instant_t useful_until;  /* 0: always useful */
    int attempts;               /* before this one */
    const char *zone, *primary_color, *secondary_color, *logo_url, *contact; /* of the business; all except the
                                                                                zone may be NULL */
    const char *reply_to;       /* NULL: none */
    kf_mail_channel_row_t channel;
    const char *kind, *to_address, *to_name, *language;
    const char *facts;         /* JSON */
    const char *secret_sealed; /* NULL: no link */
    kf_instant_t created_at;
    const char *business;
    int32_t offset; /* of the business's clock at created_at, seconds east */
    kf_instant_t now; /* the database's clock */
} kf_mail_row_t;

/*
 * Of kf_mail_row_t. $3: the operator has no server, so only mails of merchants who have one; $4: the kinds that can
 * be made here, "{verify,reset}": others are left for other releases. Mails that are no longer useful are skipped.
 */
extern const kf_lease_t kf_lease_mails;

typedef struct {
    const char *outcome; /* "sent", "refused" (for good), "failed" */
    const char *error;   /* NULL if none */
    const char *message_id; /* its Message-ID, or NULL */
    int jitter_ppm;      /* 0 to 200000: how much sooner the next try comes */
} kf_mail_result_t;

/** *state: sent, due, dead, skipped. May be repeated. A channel_test's result is also stored with its channel. */
kf_err_t *kf_repo_mail_result(const char **state, kf_db_t *db, const kf_uuid_t *tenant,
                              const kf_uuid_t *mail, const kf_mail_result_t *result, apr_pool_t *p);

typedef struct {
    const char *state; /* due, sending, sent, dead, skipped, or NULL for all */
    const kf_uuid_t *after; /* the last id of the page before, or NULL */
    int limit;
} kf_mails_ask_t;

/** Newest first. */
kf_err_t *kf_repo_mail_list(kf_docs_t **out, kf_db_t *db, const kf_uuid_t *tenant,
                            const kf_mails_ask_t *ask, apr_pool_t *p);
/**
 * The mail of a report link, {business, language, reported}; NULL if the link is unknown.
 * `report`: the reader says that they did not ask for it; a mail is reported once. `network`: a keyed hash of the
 * reader's network, 0: unknown. Reports from one network count as one person (kf.mail_reporters).
 */
kf_err_t *kf_repo_mail_report(const char **doc, kf_db_t *db, const char *token, bool report, int64_t network,
                              apr_pool_t *p);
/** KF_E_NOT_FOUND; KF_E_CONFLICT while it is being sent, and when its link is gone. */
kf_err_t *kf_repo_mail_resend(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *mail,
                              apr_pool_t *p);

/**
 * Sends again the mails given up in the last `days`: of one business, or of all (`tenant` NULL). Excludes
 * mails whose link is gone, tests, and mails to an erased customer. *n: how many.
 */
kf_err_t *kf_repo_mails_resend_dead(int *n, kf_db_t *db, const kf_uuid_t *tenant, int days,
                                    apr_pool_t *p);

typedef struct {
    int due;             /* of all tenants, including those being sent */
    int untried;         /* of them: not tried yet */
    int dead;            /* given up in the last seven days */
    kf_instant_t oldest; /* of those due; 0 without any */
} kf_mails_waiting_t;

kf_err_t *kf_repo_mails_waiting(kf_mails_waiting_t *out, kf_db_t *db, apr_pool_t *p);

#endif
