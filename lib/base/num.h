#ifndef KF_BASE_NUM_H
#define KF_BASE_NUM_H
/*
 * The only conversion of text to a number: an optional minus, then decimal digits
 * without leading zeros, and nothing else. "+1", " 1", "01", "-0", "1.0", "1e3",
 * "0x1", "" are refused, and so is a value outside [min, max].
 */
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/** Reads `text`; KF_E_INVALID (no field; the caller may set it) says the range. */
kf_err_t *kf_num_parse(int64_t *out, const char *text, int64_t min, int64_t max, apr_pool_t *p);

/** The same of `len` bytes without an error object. */
bool kf_num_read(int64_t *out, const char *text, size_t len, int64_t min, int64_t max);

#endif
