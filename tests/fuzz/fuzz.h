#ifndef KF_FUZZ_H
#define KF_FUZZ_H
/* Shared by the fuzz targets: a pool for each input, copies that end where the input ends, and a check that aborts
 * with a message. */
#include <apr_general.h>
#include <apr_pools.h>
#include <apr_strings.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A violated property is a crash, so that libFuzzer keeps the input. */
#define FUZZ_CHECK(cond, what)                                                   \
    do {                                                                         \
        if (!(cond)) {                                                           \
            fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, what, #cond); \
            abort();                                                             \
        }                                                                        \
    } while (0)

/* The unread bytes of an input. */
typedef struct {
    const uint8_t *at;
    size_t left;
} fuzz_in_t;

/** A pool of its own for every input; apr_pool_destroy() it at the end. */
static inline apr_pool_t *fuzz_pool(void)
{
    static bool ready;
    apr_pool_t *p = NULL;

    if (!ready) {
        FUZZ_CHECK(apr_initialize() == APR_SUCCESS, "APR");
        ready = true;
    }
    FUZZ_CHECK(apr_pool_create(&p, NULL) == APR_SUCCESS, "a pool");
    return p;
}

/** The next byte, 0 behind the end. */
static inline uint8_t fuzz_byte(fuzz_in_t *in)
{
    if (in->left == 0) {
        return 0;
    }
    in->left--;
    return *in->at++;
}

/** Two bytes, the low one first. */
static inline unsigned fuzz_short(fuzz_in_t *in)
{
    unsigned low = fuzz_byte(in);

    return low | (unsigned)fuzz_byte(in) << 8;
}

/* The rest, as a block of exactly that size, without a NUL behind it. */
static inline char *fuzz_rest(fuzz_in_t *in, size_t *len, apr_pool_t *p)
{
    char *copy = apr_palloc(p, in->left);

    *len = in->left;
    if (in->left > 0) {
        memcpy(copy, in->at, in->left);
    }
    in->left = 0;
    return copy;
}

/* The rest up to its first NUL, as a string. */
static inline char *fuzz_text(fuzz_in_t *in, apr_pool_t *p)
{
    size_t len = in->left > 0 ? strnlen((const char *)in->at, in->left) : 0;
    char *copy = len > 0 ? apr_pstrmemdup(p, (const char *)in->at, len) : apr_pstrdup(p, "");

    in->left = 0;
    return copy;
}

/** The next line without its end, as a string (up to a NUL in it). */
static inline char *fuzz_line(fuzz_in_t *in, apr_pool_t *p)
{
    const uint8_t *end = in->left > 0 ? memchr(in->at, '\n', in->left) : NULL;
    size_t len = end ? (size_t)(end - in->at) : in->left;
    fuzz_in_t line = {in->at, len};

    in->at += len + (end != NULL);
    in->left -= len + (end != NULL);
    return fuzz_text(&line, p);
}

#endif
