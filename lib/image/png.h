#ifndef KF_IMAGE_PNG_H
#define KF_IMAGE_PNG_H
/*
 * PNG pictures (ISO/IEC 15948) that strangers may be shown. The file is walked
 * chunk by chunk and written anew with the chunks that paint it: what merely
 * tells something (text, EXIF, profiles, dates, animation) is left out, and what
 * stands behind the end cannot be there.
 */
#include <apr_pools.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/** True if the bytes begin as a PNG does. */
bool kf_png_is(const char *bytes, size_t len);

/**
 * The picture without what it does not need, in `p`. KF_E_INVALID with a sentence
 * (no field) for a broken file, a side above KF_MAX_PICTURE_SIDE, chunks that must
 * not be there, an APNG, or anything behind the end.
 */
kf_err_t *kf_png_clean(const char **out, size_t *out_len, const char *bytes, size_t len,
                       apr_pool_t *p);

#endif
