#ifndef KF_BASE_BUF_H
#define KF_BASE_BUF_H
/*
 * A growing byte buffer with a mandatory maximum.
 *
 * The bytes live in a pool; growing doubles and leaves the old block to the
 * pool, so choose a good `initial`. No append reports an error: an
 * append that would exceed `max` writes nothing and sets the sticky `overflow`,
 * after which every append is ignored. Write everything, then check once with
 * kf_buf_check(). One byte is always kept for a NUL, so kf_buf_text() is free.
 *
 * Appends are inline: this is the path of hand-written JSON.
 */
#include "base/err.h"

#include <apr_pools.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    char *data;       /* never NULL after init */
    size_t len;       /* bytes written */
    size_t cap;       /* bytes that fit without growing, the NUL not counted */
    size_t max;       /* bytes that may ever be written */
    bool overflow;    /* an append did not fit: the content is not complete */
    apr_pool_t *pool;
} kf_buf_t;

/** An empty buffer with room for `initial` bytes, never more than `max`. */
void kf_buf_init(kf_buf_t *buf, apr_pool_t *p, size_t initial, size_t max);

/** Makes room for `more` further bytes. False (and overflow) if they may not be written. */
bool kf_buf_grow(kf_buf_t *buf, size_t more);

/** Appends as printf does. */
void kf_buf_printf(kf_buf_t *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** Appends an integer in decimal. */
void kf_buf_int(kf_buf_t *buf, int64_t value);

/**
 * Appends UTF-8 text as the inside of a JSON string (without the quotes).
 * Escaped: quote, backslash, control characters, DEL, U+2028, U+2029, and `<`,
 * so that the result may also stand inside a script element. Bytes which are not
 * UTF-8 become U+FFFD.
 */
void kf_buf_json(kf_buf_t *buf, const char *text, size_t len);

/** NULL if everything fitted, else KF_E_TOO_LARGE naming `what` ("page", "answer"). */
kf_err_t *kf_buf_check(const kf_buf_t *buf, const char *what, apr_pool_t *p);

/** Forgets the content (and an overflow), keeps the memory. */
static inline void kf_buf_reset(kf_buf_t *buf)
{
    buf->len = 0;
    buf->overflow = false;
}

/** True if `more` bytes may be written at buf->data + buf->len; the caller then adds to len. */
static inline bool kf_buf_room(kf_buf_t *buf, size_t more)
{
    return __builtin_expect(more <= buf->cap - buf->len && !buf->overflow, 1)
           || kf_buf_grow(buf, more);
}

/** Appends bytes. */
static inline void kf_buf_bytes(kf_buf_t *buf, const void *bytes, size_t len)
{
    if (kf_buf_room(buf, len)) {
        memcpy(buf->data + buf->len, bytes, len);
        buf->len += len;
    }
}

/** Appends a NUL-terminated string; of a literal the length is known at compile time. */
static inline void kf_buf_str(kf_buf_t *buf, const char *text)
{
    kf_buf_bytes(buf, text, strlen(text));
}

/** Appends one byte. */
static inline void kf_buf_char(kf_buf_t *buf, char c)
{
    if (kf_buf_room(buf, 1)) {
        buf->data[buf->len++] = c;
    }
}

/** The content as a NUL-terminated string; valid until the next append. */
static inline char *kf_buf_text(kf_buf_t *buf)
{
    buf->data[buf->len] = '\0';
    return buf->data;
}

#endif
