#ifndef KF_TEXT_VALIDATE_H
#define KF_TEXT_VALIDATE_H
/*
 * Checks and normalizes what people type. Every function takes the name of
 * the field for its error (not copied) and returns KF_E_INVALID of that field.
 * A NULL `text` is a missing field, which is an error too. `*out` lives in
 * the pool and has no white space around it.
 */
#include <apr_pools.h>
#include <stdint.h>

#include "base/err.h"

typedef enum {
    KF_PHONE_ANY, /* E.164: `+` and 8 to 15 digits */
    KF_PHONE_CO   /* Colombian: 10 digits from 3 or 60, with or without +57 */
} kf_phone_rule_t;

typedef struct {
    int year, month, day; /* month and day from 1 */
} kf_valid_date_t;

/** KF_MIN_NAME to KF_MAX_NAME code points, no control characters. */
kf_err_t *kf_validate_name(const char **out, const char *field, const char *text, apr_pool_t *p);
/**
 * One `@`, a dot-atom before it (at most 64) and a domain with a dot after it (RFC 5321). An internationalized domain
 * is returned in its ASCII form (IDNA). Non-ASCII before the `@` would need SMTPUTF8 on every server on the
 * way, and is refused with a reason of its own.
 */
kf_err_t *kf_validate_email(const char **out, const char *field, const char *text, apr_pool_t *p);
/** An address in the form of kf_validate_email() and the database, for lookups; an invalid one stays unchanged. */
const char *kf_email_stored(const char *typed, apr_pool_t *p);
/** Normalized: "+573001234567". Spaces, dashes, dots and parentheses are allowed in between. */
kf_err_t *kf_validate_phone(const char **out, const char *field, const char *text,
                            kf_phone_rule_t rule, apr_pool_t *p);
/** At most KF_MAX_NOTES code points; newlines and tabs allowed. NULL gives "". CRLF becomes LF. */
kf_err_t *kf_validate_notes(const char **out, const char *field, const char *text, apr_pool_t *p);
/** "es" or "en". */
kf_err_t *kf_validate_lang(const char **out, const char *field, const char *text, apr_pool_t *p);
/** The shape of an IANA zone name ("America/Bogota", "UTC"); not whether it exists. */
kf_err_t *kf_validate_zone(const char **out, const char *field, const char *text, apr_pool_t *p);
/** A date that exists, YYYY-MM-DD, years 1900 to 9999. */
kf_err_t *kf_validate_date(kf_valid_date_t *out, const char *field, const char *text,
                           apr_pool_t *p);
/** Digits only (no sign, no space, no leading zero), from `min` to `max`; `min` at least 0. */
kf_err_t *kf_validate_int(int64_t *out, const char *field, const char *text, int64_t min,
                          int64_t max, apr_pool_t *p);

#endif
