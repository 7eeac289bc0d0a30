#ifndef KF_STATIC_H
#define KF_STATIC_H
/* Only for tests/static.sh, which includes it before every source. It tells the analyzers, which see one file at a
 * time, that a created error is never NULL. Otherwise they follow paths on which a function fails and its caller
 * continues. */
#include "base/err.h"

static inline kf_err_t *kf_static_some(kf_err_t *err)
{
    if (!err) {
        __builtin_unreachable();
    }
    return err;
}

#define kf_err(...) kf_static_some(kf_err(__VA_ARGS__))
#define kf_err_said(...) kf_static_some(kf_err_said(__VA_ARGS__))
#define kf_err_at(...) kf_static_some(kf_err_at(__VA_ARGS__))
#define kf_err_field(...) kf_static_some(kf_err_field(__VA_ARGS__))
#define kf_err_because(...) kf_static_some(kf_err_because(__VA_ARGS__))
#define kf_err_wrong(...) kf_static_some(kf_err_wrong(__VA_ARGS__))
#define kf_err_reason(...) kf_static_some(kf_err_reason(__VA_ARGS__))
#define kf_err_limits(...) kf_static_some(kf_err_limits(__VA_ARGS__))

#endif
