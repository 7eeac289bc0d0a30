#ifndef KF_FLOW_CALENDAR_CONNECT_INT_H
#define KF_FLOW_CALENDAR_CONNECT_INT_H
/* Shared by both halves of flow/calendar/connect.h; private to lib/flow. */
#include "flow/calendar/connect.h"

#include <jansson.h>

/** The one error of everything that does not fit. */
kf_err_t *kf_connect_wrong(apr_pool_t *p) __attribute__((returns_nonnull));

/** Where a secret is sealed; `column`: "calendar_grant/tokens". */
const char *kf_connect_place(const kf_uuid_t *tenant, const char *column, const kf_uuid_t *row, apr_pool_t *p);


/** The hash of a token of that audience; kf_connect_wrong() if the text is not shaped like a token. */
kf_err_t *kf_connect_hash(uint8_t *out, const char *audience, const char *token, apr_pool_t *p);

/** A copy of a secret text of a document, wiped with the pool; NULL if it is missing. */
const char *kf_connect_member(const json_t *doc, const char *name, apr_pool_t *p);

#endif
