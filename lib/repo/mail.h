#ifndef KF_REPO_MAIL_H
#define KF_REPO_MAIL_H
/* Mails that wait, leased like the rest of the background work (repo/work.h), and the operator's view. */
#include "db/db.h"
#include "repo/admin.h"

typedef struct {
    kf_uuid_t tenant, mail;
    const char *kind, *to_address, *to_name, *language;
    const char *facts;         /* JSON */
    const char *secret_sealed; /* NULL: no link */
    kf_instant_t created_at;
    const char *business;
    int32_t offset; /* of the business's clock at created_at, seconds east */
    kf_instant_t now; /* the database's clock */
} kf_mail_row_t;

/** Leases at most `limit`; `*out` is an array of `*n` in the pool. */
kf_err_t *kf_repo_work_mails(kf_mail_row_t **out, int *n, kf_db_t *db, int limit, int lease_s,
                             apr_pool_t *p);

typedef struct {
    const char *outcome; /* "sent", "refused" (for good), "failed" */
    const char *error;   /* NULL if none */
    int jitter_ppm;      /* 0 to 200000: how much sooner the next try comes */
} kf_mail_result_t;

/** *state: sent, due, dead. May be said twice. */
kf_err_t *kf_repo_mail_result(const char **state, kf_db_t *db, const kf_uuid_t *tenant,
                              const kf_uuid_t *mail, const kf_mail_result_t *result, apr_pool_t *p);

typedef struct {
    const char *state; /* due, sending, sent, dead, or NULL for all */
    const kf_uuid_t *after; /* the last id of the page before, or NULL */
    int limit;
} kf_mails_ask_t;

/** Newest first. */
kf_err_t *kf_repo_mail_list(kf_docs_t **out, kf_db_t *db, const kf_uuid_t *tenant,
                            const kf_mails_ask_t *ask, apr_pool_t *p);
/** KF_E_NOT_FOUND; KF_E_CONFLICT while it is being sent, and when its link is gone. */
kf_err_t *kf_repo_mail_resend(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *mail,
                              apr_pool_t *p);

typedef struct {
    int due;             /* of all tenants, those being sent too */
    int untried;         /* of them: nobody has tried yet */
    int dead;            /* given up in the last seven days */
    kf_instant_t oldest; /* of those due; 0 without any */
} kf_mails_waiting_t;

kf_err_t *kf_repo_mails_waiting(kf_mails_waiting_t *out, kf_db_t *db, apr_pool_t *p);

#endif
