/* Preloaded under a sanitizer or valgrind: every apr_palloc() becomes its own malloc(), which is freed when its pool
 * is cleared or destroyed. A pool allocates large blocks and hands out pieces of them, so otherwise an overrun by a
 * byte, or a pointer that outlives its pool, would go undetected. Pieces are kept in lists of chunks, found by the
 * pool's address. A pool that is destroyed with its parent is destroyed inside of APR, which calls no preloaded
 * function. So each pool gets a cleanup with its first piece. Because it is registered first, it runs last. Memory
 * that APR itself still reads after the cleanups lives until the outermost call ends. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct apr_pool_t apr_pool_t;

#define PIECES 62
#define SHELVES 4096 /* a power of two */

typedef struct chunk_t {
    struct chunk_t *older;
    size_t n;
    void *piece[PIECES];
} chunk_t;

typedef struct owner_t {
    apr_pool_t *pool;
    chunk_t *newest;
    struct owner_t *next;
} owner_t;

typedef int apr_cleanup_t(void *data);

static struct {
    pthread_mutex_t lock;
    owner_t *first;
} shelves[SHELVES];

static void (*real_clear)(apr_pool_t *);
static void (*real_destroy)(apr_pool_t *);
static char *(*real_pvsprintf)(apr_pool_t *, const char *, va_list);
static void (*real_register)(apr_pool_t *, const void *, apr_cleanup_t *, apr_cleanup_t *);
static apr_cleanup_t *real_null;

/* Per thread: the depth of apr_pool_clear() and _destroy() calls, and what is freed after them. */
static __thread int depth;
static __thread owner_t *leaving;

/* The cast uses memcpy, since ISO C has no cast from an object pointer to a function pointer. */
static void find(void *function, const char *name)
{
    void *symbol = dlsym(RTLD_NEXT, name);

    memcpy(function, &symbol, sizeof(symbol));
}

__attribute__((constructor)) static void start(void)
{
    for (size_t i = 0; i < SHELVES; i++) {
        pthread_mutex_init(&shelves[i].lock, NULL);
    }
    find(&real_clear, "apr_pool_clear");
    find(&real_destroy, "apr_pool_destroy");
    find(&real_pvsprintf, "apr_pvsprintf");
    find(&real_register, "apr_pool_cleanup_register");
    find(&real_null, "apr_pool_cleanup_null");
}

static size_t shelf_of(const apr_pool_t *pool)
{
    return (size_t)(((uint64_t)(uintptr_t)pool * UINT64_C(0x9e3779b97f4a7c15)) >> 32) % SHELVES;
}

static void *need(void *memory)
{
    if (memory == NULL) {
        abort();
    }
    return memory;
}

/* The pointer to the pool's owner_t in its shelf; it is NULL if the pool has none. */
static owner_t **place_of(size_t shelf, const apr_pool_t *pool)
{
    owner_t **at = &shelves[shelf].first;

    while (*at != NULL && (*at)->pool != pool) {
        at = &(*at)->next;
    }
    return at;
}

/* The pool's owner; a new one if this is the pool's first piece. */
static owner_t *owner_of(apr_pool_t *pool, int *is_new)
{
    size_t shelf = shelf_of(pool);
    owner_t **at, *owner;

    pthread_mutex_lock(&shelves[shelf].lock);
    at = place_of(shelf, pool);
    *is_new = *at == NULL;
    if (*at == NULL) {
        *at = need(calloc(1, sizeof(owner_t)));
        (*at)->pool = pool;
    }
    owner = *at;
    pthread_mutex_unlock(&shelves[shelf].lock);
    return owner;
}

/* One thread at a time uses a pool, and so its owner. */
static void keep(owner_t *owner, void *piece)
{
    if (owner->newest == NULL || owner->newest->n == PIECES) {
        chunk_t *chunk = need(malloc(sizeof(*chunk)));

        chunk->older = owner->newest;
        chunk->n = 0;
        owner->newest = chunk;
    }
    owner->newest->piece[owner->newest->n++] = piece;
}

static void take_off(const owner_t *owner)
{
    size_t shelf = shelf_of(owner->pool);
    owner_t **at;

    pthread_mutex_lock(&shelves[shelf].lock);
    at = place_of(shelf, owner->pool);
    if (*at == owner) {
        *at = owner->next;
    }
    pthread_mutex_unlock(&shelves[shelf].lock);
}

static void release(owner_t *owner)
{
    chunk_t *chunk = owner->newest;

    while (chunk != NULL) {
        chunk_t *older = chunk->older;

        for (size_t i = 0; i < chunk->n; i++) {
            free(chunk->piece[i]);
        }
        free(chunk);
        chunk = older;
    }
    free(owner);
}

static int gone(void *data)
{
    owner_t *owner = data;

    take_off(owner);
    if (depth > 0) {
        owner->next = leaving;
        leaving = owner;
    } else {
        release(owner);
    }
    return 0;
}

static void leave(void)
{
    if (--depth > 0) {
        return;
    }
    while (leaving != NULL) {
        owner_t *owner = leaving;

        leaving = owner->next;
        release(owner);
    }
}

void *apr_palloc(apr_pool_t *pool, size_t size)
{
    int is_new;
    owner_t *owner = owner_of(pool, &is_new);
    void *piece = need(malloc(size > 0 ? size : 1));

    if (is_new) { /* its record is a piece too */
        real_register(pool, owner, gone, real_null);
    }
    keep(owner, piece);
    return piece;
}

void apr_pool_clear(apr_pool_t *pool)
{
    depth++;
    real_clear(pool);
    leave();
}

void apr_pool_destroy(apr_pool_t *pool)
{
    depth++;
    real_destroy(pool);
    leave();
}

/* The only function that writes into a pool's block without apr_palloc(). */
char *apr_pvsprintf(apr_pool_t *pool, const char *format, va_list arguments)
{
    const char *text = real_pvsprintf(pool, format, arguments);
    size_t size = strlen(text) + 1;

    return memcpy(apr_palloc(pool, size), text, size);
}

char *apr_psprintf(apr_pool_t *pool, const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    text = apr_pvsprintf(pool, format, arguments);
    va_end(arguments);
    return text;
}
