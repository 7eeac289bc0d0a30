#include "json/encode.h"

void kf_json_strn(kf_buf_t *buf, const char *key, const char *text, size_t len)
{
    kf_json_key(buf, key);
    kf_buf_char(buf, '"');
    kf_buf_json(buf, text, len);
    kf_buf_char(buf, '"');
}

void kf_json_str(kf_buf_t *buf, const char *key, const char *text)
{
    if (text) {
        kf_json_strn(buf, key, text, strlen(text));
    } else {
        kf_json_null(buf, key);
    }
}

void kf_json_int(kf_buf_t *buf, const char *key, int64_t value)
{
    kf_json_key(buf, key);
    kf_buf_int(buf, value);
}

void kf_json_bool(kf_buf_t *buf, const char *key, bool value)
{
    kf_json_key(buf, key);
    kf_buf_str(buf, value ? "true" : "false");
}

void kf_json_null(kf_buf_t *buf, const char *key)
{
    kf_json_key(buf, key);
    kf_buf_str(buf, "null");
}

void kf_json_raw(kf_buf_t *buf, const char *key, const char *json, size_t len)
{
    kf_json_key(buf, key);
    kf_buf_bytes(buf, json, len);
}

/* A string of a known length that needs no escape: the caller writes it at the result. */
static char *quoted(kf_buf_t *buf, const char *key, size_t len)
{
    kf_json_key(buf, key);
    if (!kf_buf_room(buf, len + 2)) {
        return NULL;
    }
    buf->len += len + 2;
    buf->data[buf->len - len - 2] = '"';
    buf->data[buf->len - 1] = '"';
    return buf->data + buf->len - len - 1;
}

void kf_json_uuid(kf_buf_t *buf, const char *key, const kf_uuid_t *uuid)
{
    char *at = quoted(buf, key, KF_UUID_CHARS);

    if (at) {
        kf_uuid_write(at, uuid);
    }
}

void kf_json_utc(kf_buf_t *buf, const char *key, kf_instant_t at)
{
    char *to = quoted(buf, key, KF_UTC_CHARS);

    if (to) {
        kf_instant_write_utc(to, at);
    }
}

void kf_json_local(kf_buf_t *buf, const char *key, kf_instant_t at, int32_t offset)
{
    char *to = quoted(buf, key, KF_LOCAL_CHARS);

    if (to) {
        kf_instant_write_local(to, at, offset);
    }
}

void kf_json_date(kf_buf_t *buf, const char *key, kf_date_t date)
{
    char *to = quoted(buf, key, KF_DATE_CHARS);

    if (to) {
        kf_date_write(to, date);
    }
}

void kf_json_major(kf_buf_t *buf, const char *key, kf_money_t amount)
{
    kf_json_key(buf, key);
    kf_money_write_major(buf, amount);
}
