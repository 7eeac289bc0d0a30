#ifndef KF_JSON_DECODE_H
#define KF_JSON_DECODE_H
/*
 * JSON that others wrote, read strictly.
 *
 * kf_json_decode() makes a jansson object of bytes: within limits of size, depth
 * and number of members (looked at before anything is built), no member twice,
 * no NUL, nothing after the value, an object or array at the top.
 *
 * kf_json_map() reads an object by a table of fields and reports every bad field
 * at once, by its dotted path. A member which is not in the table is refused by name.
 *
 *     enum { F_NAME, F_DURATION, F__N };
 *     static const kf_field_t fields[F__N] = {
 *         [F_NAME] = {.name = "name", .type = KF_F_TEXT, .required = true, .max = 100},
 *         [F_DURATION] = {.name = "duration", .type = KF_F_INT, .min = 5, .max = 480},
 *     };
 *     kf_json_value_t v[F__N];
 *     KF_TRY(kf_json_map(v, body, fields, F__N, "", p));
 *     if (v[F_DURATION].present) ...
 */
#include "base/err.h"
#include "base/limits.h"
#include "base/uuid.h"
#include "json/field.h"
#include "time/instant.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    size_t bytes;
    size_t depth;
    size_t keys;     /* members of all objects */
} kf_json_limits_t;

extern const kf_json_limits_t kf_json_request;   /* what a client may send */
extern const kf_json_limits_t kf_json_answer;    /* what a provider may answer */

/**
 * Reads a request's body: a JSON object within kf_json_request. KF_E_TOO_LARGE
 * past a limit, KF_E_MALFORMED otherwise. `*out` is released with the pool: keep
 * json_incref() for what shall live longer.
 */
kf_err_t *kf_json_decode(json_t **out, const char *body, size_t len, apr_pool_t *p);

/** The same within other limits, and an array may be at the top too. */
kf_err_t *kf_json_decode_within(json_t **out, const char *body, size_t len,
                                const kf_json_limits_t *limits, apr_pool_t *p);

typedef struct {
    bool present;        /* the member is there and not null */
    bool null;           /* the member is there and null */
    const char *s;       /* of whatever is a string; as long as the object */
    size_t len;          /* bytes of s */
    int64_t i;           /* INT, MONEY; index of WORD */
    bool b;              /* BOOL */
    json_t *json;        /* the member itself: borrowed from the object */
    kf_uuid_t uuid;
    kf_instant_t at;
    int32_t offset;      /* INSTANT: the offset it was written with */
    kf_date_t date;
} kf_json_value_t;

/**
 * Reads `object` into `out[n]` by `fields[n]`. `prefix` is the dotted path of
 * the object, "" at the top ("customer" makes "customer.email"). KF_E_INVALID, a
 * list with one error for each bad field, in the table's order, then the unknown
 * ones (at most 20 of those), each with the names that are known.
 */
kf_err_t *kf_json_map(kf_json_value_t *out, json_t *object, const kf_field_t *fields, size_t n,
                      const char *prefix, apr_pool_t *p);

#endif
