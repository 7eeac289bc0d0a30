#ifndef KF_TEXT_MULTIPART_H
#define KF_TEXT_MULTIPART_H
/*
 * multipart/form-data (RFC 7578), of a body that is in memory already. Read
 * strictly, in one pass; only names are copied: the bytes of a part
 * point into the body, which must live as long as the form.
 *
 * Strict means: the body begins with the boundary and ends with the closing one
 * (at most a line end behind it); every line ends in CRLF; every part has exactly
 * one Content-Disposition: form-data with one quoted name; no name twice; no
 * Content-Transfer-Encoding; names, file names and fields are UTF-8 without
 * control characters (a field may hold line ends and tabs).
 */
#include <apr_pools.h>
#include <stddef.h>

#include "base/err.h"

typedef struct kf_multipart_t kf_multipart_t;

typedef struct {
    const char *name;
    const char *file;  /* as the browser names it: never use it as a path; NULL = a field */
    const char *bytes; /* not NUL-terminated */
    size_t len;
} kf_part_t;

/**
 * Reads `len` bytes of a body with this Content-Type. KF_E_MEDIA_TYPE if it is not
 * multipart/form-data with a boundary (RFC 2046: 1 to 70 characters); KF_E_MALFORMED,
 * with the name of the bad part if it is known.
 */
kf_err_t *kf_multipart_parse(kf_multipart_t **out, const char *type, const char *bytes, size_t len,
                             apr_pool_t *p);

/** The part with that name, NULL if there is none. */
const kf_part_t *kf_multipart_part(const kf_multipart_t *form, const char *name);
/** The text of a field, NULL if there is none of that name or if it is a file. */
const char *kf_multipart_field(const kf_multipart_t *form, const char *name);
/** How many parts there are, and the i-th. */
int kf_multipart_count(const kf_multipart_t *form);
const kf_part_t *kf_multipart_at(const kf_multipart_t *form, int i);

#endif
