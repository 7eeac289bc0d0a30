#include "base/num.h"

#include <apr_strings.h>
#include <inttypes.h>
#include <string.h>

#define MAX_CHARS 20   /* "-9223372036854775808" */

bool kf_num_read(int64_t *out, const char *text, size_t len, int64_t min, int64_t max)
{
    size_t at = len > 0 && text[0] == '-';
    int64_t value = 0;

    if (len == at || len > MAX_CHARS || (text[at] == '0' && len > 1)) {
        return false;
    }
    for (size_t i = at; i < len; i++) {
        int digit = text[i] - '0';

        /* built downwards, since the smallest number has no positive twin */
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(value, 10, &value)
            || __builtin_sub_overflow(value, digit, &value)) {
            return false;
        }
    }
    if (!at && __builtin_sub_overflow((int64_t)0, value, &value)) {
        return false;
    }
    if (value < min || value > max) {
        return false;
    }
    *out = value;
    return true;
}

kf_err_t *kf_num_parse(int64_t *out, const char *text, int64_t min, int64_t max, apr_pool_t *p)
{
    if (!text || !kf_num_read(out, text, strnlen(text, MAX_CHARS + 1), min, max)) {
        return kf_err_said(p, KF_E_INVALID, "This must be a whole number from {1} to {2}.",
                           apr_psprintf(p, "%" PRId64, min), apr_psprintf(p, "%" PRId64, max), NULL);
    }
    return NULL;
}
