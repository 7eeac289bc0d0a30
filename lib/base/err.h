#ifndef KF_BASE_ERR_H
#define KF_BASE_ERR_H
/*
 * Errors as values.
 *
 * Every function that can fail returns `kf_err_t *`: NULL is success. An error
 * lives in the pool that was given to the function that made it, and says
 *   code    what went wrong, stable, one of kf_code_t (errors.def)
 *   field   the request member or directive at fault, dotted path, or NULL
 *   reason  what is wrong with the field of a KF_E_INVALID, stable, one of kf_reason_t
 *   limits  the minimum and maximum of the field (characters, elements or
 *           the number itself, depending on the reason); false: there are none
 *   detail  one English sentence: what is wrong and what would be right.
 *           It may be shown to a client, so it never holds a secret, personal
 *           data, SQL, a path or a version.
 *   sentence  the detail with placeholders "{1}" for its values; NULL: it has none.
 *           It is the key for translations (text/catalog.h)
 *   values  the values of {1}, {2} ..., then NULL
 *   cause   the technical reason for the log, or NULL. Never shown to a client.
 *   next    a further error of the same request (several bad fields), or NULL
 *
 * An error becomes an HTTP answer once, in mod_konfirmado/http/reply.c.
 */
#include <apr_pools.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
#define KF_ERROR(name, sqlstate, text, http, title) KF_E_##name,
#include "base/errors.def"
    KF_E__COUNT
} kf_code_t;

/* What is wrong with a field (errors.def). The first one, 0, is unspecific. */
typedef enum {
#define KF_REASON(name, text) KF_WRONG_##name,
#include "base/errors.def"
    KF_WRONG__COUNT
} kf_reason_t;

#define KF_ERR_VALUES 4

typedef struct kf_err_t kf_err_t;
struct kf_err_t {
    kf_code_t code;
    const char *field;
    kf_reason_t reason;
    bool limits;
    int64_t min, max;
    const char *detail;
    const char *sentence, *values[KF_ERR_VALUES + 1];
    const char *cause;
    kf_err_t *next;
};

/** An error; `fmt` makes the detail. */
kf_err_t *kf_err(apr_pool_t *p, kf_code_t code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4), returns_nonnull));

/**
 * An error for a client with values in its sentence: the texts that follow, at most KF_ERR_VALUES and ended with
 * NULL, replace {1}, {2} ... Neither `sentence` nor the texts are copied.
 */
kf_err_t *kf_err_said(apr_pool_t *p, kf_code_t code, const char *sentence, ...)
    __attribute__((sentinel, returns_nonnull));

/** `sentence`, in any language, with `values` (as of an error) filled in. */
const char *kf_err_fill(apr_pool_t *p, const char *sentence, const char *const *values);

/** The same error, of one field of the input; `field` is not copied. Returns `err`. */
kf_err_t *kf_err_at(kf_err_t *err, const char *field) __attribute__((nonnull(1), returns_nonnull));

/** An error of one field of the input; `field` is not copied. */
kf_err_t *kf_err_field(apr_pool_t *p, kf_code_t code, const char *field, const char *fmt, ...)
    __attribute__((format(printf, 4, 5), returns_nonnull));

/** A KF_E_INVALID of one field for a reason; `field` and `sentence` are not copied. */
kf_err_t *kf_err_wrong(apr_pool_t *p, const char *field, kf_reason_t reason, const char *sentence)
    __attribute__((returns_nonnull));

/** The same error with what is wrong with its field. Returns `err`. */
kf_err_t *kf_err_reason(kf_err_t *err, kf_reason_t reason) __attribute__((nonnull, returns_nonnull));

/** The same with the minimum and maximum of the field. Returns `err`. */
kf_err_t *kf_err_limits(kf_err_t *err, kf_reason_t reason, int64_t min, int64_t max)
    __attribute__((nonnull, returns_nonnull));

/** The same error with a technical reason for the log (`fmt` makes the cause). Returns `err`. */
kf_err_t *kf_err_because(apr_pool_t *p, kf_err_t *err, const char *fmt, ...)
    __attribute__((format(printf, 3, 4), returns_nonnull));

/** Appends `more` to the list `*list` (either may be NULL). */
void kf_err_add(kf_err_t **list, kf_err_t *more);

/** The stable word of a code, as problem details show it: "slot_unavailable". */
const char *kf_code_text(kf_code_t code);
/** The HTTP status a code becomes. */
int kf_code_http(kf_code_t code);
/** The short English title of a code. */
const char *kf_code_title(kf_code_t code);
/** The stable word of a reason: "too_long". */
const char *kf_reason_text(kf_reason_t reason);
/** The reason for a word; KF_WRONG_INVALID if unknown (may be NULL). */
kf_reason_t kf_reason_of(const char *text);
/** The code for a word; KF_E__COUNT if unknown. */
kf_code_t kf_code_of(const char *text);
/** The code for an SQLSTATE of class KF; KF_E_INTERNAL if it is not one of ours. */
kf_code_t kf_code_from_sqlstate(const char *sqlstate);

/** The only macro that returns: hands an error to the caller. (tests/static.sh defines a
 * simpler one for cppcheck, which reports kf_try_err as dangling.) */
#ifndef KF_TRY
#define KF_TRY(expr)                   \
    do {                               \
        kf_err_t *kf_try_err = (expr); \
        if (kf_try_err) {              \
            return kf_try_err;         \
        }                              \
    } while (0)
#endif

#endif
