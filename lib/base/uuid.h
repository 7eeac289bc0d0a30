#ifndef KF_BASE_UUID_H
#define KF_BASE_UUID_H
/*
 * UUIDs (RFC 9562) as 16 bytes in network order, as PostgreSQL's binary form has them.
 * Text is the canonical form: 36 characters, lower case when written, either case read.
 */
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define KF_UUID_CHARS 36

typedef struct {
    uint8_t bytes[16];
} kf_uuid_t;

/** Reads 8-4-4-4-12 hex digits and nothing else. KF_E_INVALID (no field) otherwise. */
kf_err_t *kf_uuid_parse(kf_uuid_t *out, const char *text, apr_pool_t *p);

/** The same without an error object. */
bool kf_uuid_read(kf_uuid_t *out, const char *text, size_t len);

/** Writes 36 characters, no NUL; returns the end. */
char *kf_uuid_write(char out[KF_UUID_CHARS], const kf_uuid_t *uuid);

/** The text, in the pool. */
const char *kf_uuid_text(const kf_uuid_t *uuid, apr_pool_t *p);

/** Version 4: random. KF_E_INTERNAL if there is no randomness. */
kf_err_t *kf_uuid_random(kf_uuid_t *out, apr_pool_t *p);

/** Version 7: `epoch_ms` (0 to 2^48 - 1) first, then random: sorts by time. */
kf_err_t *kf_uuid_timed(kf_uuid_t *out, int64_t epoch_ms, apr_pool_t *p);

/** True if all bytes are equal. Not for secrets. */
static inline bool kf_uuid_equal(const kf_uuid_t *a, const kf_uuid_t *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

/** True if all bytes are zero: what a zeroed struct holds. */
static inline bool kf_uuid_is_nil(const kf_uuid_t *uuid)
{
    static const kf_uuid_t nil;

    return kf_uuid_equal(uuid, &nil);
}

#endif
