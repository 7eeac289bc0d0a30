#ifndef KF_JSON_ENCODE_H
#define KF_JSON_ENCODE_H
/*
 * JSON written into a buffer, for what is written once from structs and sent as it is: answers of the hot routes,
 * bodies for providers, arguments of SQL functions. Where a document is changed, looked into or shown by a template,
 * it is a jansson tree. A member helper writes a comma first
 * unless it stands right after `{` or `[`, so a body is a plain list of calls:
 *
 *     kf_json_open(b, '{');
 *     kf_json_str(b, "id", id);
 *     kf_json_int(b, "version", 3);
 *     kf_json_close(b, '}');
 *
 * Keys are constants of ours and are not escaped; values are (kf_buf_json()).
 * With a key of NULL the value is an array's element or the whole document.
 */
#include "base/buf.h"
#include "base/uuid.h"
#include "money/money.h"
#include "time/instant.h"

/** A comma if one is needed, then "key": (nothing if key is NULL). */
static inline void kf_json_key(kf_buf_t *buf, const char *key)
{
    char last = buf->len ? buf->data[buf->len - 1] : '{';

    if (last != '{' && last != '[' && last != ':') {
        kf_buf_char(buf, ',');
    }
    if (key) {
        kf_buf_char(buf, '"');
        kf_buf_str(buf, key);
        kf_buf_bytes(buf, "\":", 2);
    }
}

/** Opens '{' or '[', as the value of `key` or without one. */
static inline void kf_json_open_key(kf_buf_t *buf, const char *key, char bracket)
{
    kf_json_key(buf, key);
    kf_buf_char(buf, bracket);
}

static inline void kf_json_open(kf_buf_t *buf, char bracket)
{
    kf_json_open_key(buf, NULL, bracket);
}

static inline void kf_json_close(kf_buf_t *buf, char bracket)
{
    kf_buf_char(buf, bracket);
}

/** A string of UTF-8; NULL writes null. */
void kf_json_str(kf_buf_t *buf, const char *key, const char *text);
/** A string of `len` bytes. */
void kf_json_strn(kf_buf_t *buf, const char *key, const char *text, size_t len);
void kf_json_int(kf_buf_t *buf, const char *key, int64_t value);
void kf_json_bool(kf_buf_t *buf, const char *key, bool value);
void kf_json_null(kf_buf_t *buf, const char *key);
/** Text that is JSON already; it is not looked at. */
void kf_json_raw(kf_buf_t *buf, const char *key, const char *json, size_t len);
void kf_json_uuid(kf_buf_t *buf, const char *key, const kf_uuid_t *uuid);
/** "2026-12-01T14:00:00Z" */
void kf_json_utc(kf_buf_t *buf, const char *key, kf_instant_t at);
/** "2026-12-01T09:00:00-05:00" */
void kf_json_local(kf_buf_t *buf, const char *key, kf_instant_t at, int32_t offset);
/** "2026-12-01" */
void kf_json_date(kf_buf_t *buf, const char *key, kf_date_t date);
/** Major units as a number, as kf_money_write_major() does. */
void kf_json_major(kf_buf_t *buf, const char *key, kf_money_t amount);

#endif
