#ifndef KF_REPO_BOOKING_EXPORT_H
#define KF_REPO_BOOKING_EXPORT_H
/*
 * Bookings as rows of text, by a cursor. All inside the caller's transaction:
 * open once, then fetch until a result has no rows.
 */
#include "db/db.h"

#define KF_EXPORT_ROWS 1000   /* of one fetch */
#define KF_EXPORT_COLUMNS 17

/** The columns' names, in their order. */
extern const char *const kf_export_columns[KF_EXPORT_COLUMNS];

/** Checks the filters (a document, as for a page of bookings) and records the export. KF_E_INVALID. */
kf_err_t *kf_repo_export_start(kf_db_t *db, const kf_uuid_t *tenant, const char *filters, apr_pool_t *p);
kf_err_t *kf_repo_export_open(kf_db_t *db, const kf_uuid_t *tenant, const char *filters, apr_pool_t *p);
/** The next rows; read them with kf_db_text(). */
kf_err_t *kf_repo_export_fetch(kf_db_res_t **out, kf_db_t *db, apr_pool_t *p);

#endif
