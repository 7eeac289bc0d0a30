/*
 * For sanitizer runs: each apr_palloc() becomes a malloc() of its own, freed when its pool is
 * cleared or destroyed. AddressSanitizer then sees writes beyond a pool's piece and the use of
 * memory of a pool that is gone, which inside APR's large blocks it cannot.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SHELVES 4096

typedef struct apr_pool_t apr_pool_t;

typedef struct pieces_t {
    apr_pool_t *pool;
    struct pieces_t *next;
    size_t count, room;
    void **list;
} pieces_t;

static struct {
    pthread_mutex_t lock;
    pieces_t *first;
} shelves[SHELVES];

static void (*real_clear)(apr_pool_t *);
static void (*real_destroy)(apr_pool_t *);
static char *(*real_vsprintf)(apr_pool_t *, const char *, va_list);

__attribute__((constructor)) static void find_real(void)
{
    for (size_t i = 0; i < SHELVES; i++) {
        pthread_mutex_init(&shelves[i].lock, NULL);
    }
    real_clear = (void (*)(apr_pool_t *))dlsym(RTLD_NEXT, "apr_pool_clear");
    real_destroy = (void (*)(apr_pool_t *))dlsym(RTLD_NEXT, "apr_pool_destroy");
    real_vsprintf = (char *(*)(apr_pool_t *, const char *, va_list))dlsym(RTLD_NEXT, "apr_pvsprintf");
}

static size_t shelf_of(const apr_pool_t *pool)
{
    return ((uintptr_t)pool >> 5) * 2654435761u % SHELVES;
}

static void remember(pieces_t *pieces, void *piece)
{
    if (pieces->count == pieces->room) {
        pieces->room = pieces->room ? 2 * pieces->room : 8;
        pieces->list = realloc(pieces->list, pieces->room * sizeof(void *));
        if (!pieces->list) {
            abort();
        }
    }
    pieces->list[pieces->count++] = piece;
}

void *apr_palloc(apr_pool_t *pool, size_t size)
{
    size_t shelf = shelf_of(pool);
    void *piece = malloc(size ? size : 1);
    pieces_t *pieces;

    pthread_mutex_lock(&shelves[shelf].lock);
    for (pieces = shelves[shelf].first; pieces && pieces->pool != pool; pieces = pieces->next) {
    }
    if (!pieces) {
        pieces = calloc(1, sizeof(*pieces));
        if (!pieces) {
            abort();
        }
        pieces->pool = pool;
        pieces->next = shelves[shelf].first;
        shelves[shelf].first = pieces;
    }
    if (!piece) {
        abort();
    }
    remember(pieces, piece);
    pthread_mutex_unlock(&shelves[shelf].lock);
    return piece;
}

static pieces_t *take(const apr_pool_t *pool)
{
    size_t shelf = shelf_of(pool);
    pieces_t *found, **at;

    pthread_mutex_lock(&shelves[shelf].lock);
    for (at = &shelves[shelf].first; *at && (*at)->pool != pool; at = &(*at)->next) {
    }
    found = *at;
    if (found) {
        *at = found->next;
    }
    pthread_mutex_unlock(&shelves[shelf].lock);
    return found;
}

static void release(pieces_t *pieces)
{
    for (size_t i = 0; pieces && i < pieces->count; i++) {
        free(pieces->list[i]);
    }
    if (pieces) {
        free(pieces->list);
        free(pieces);
    }
}

/* Cleanups of the pool still read its pieces: they go after it. */
void apr_pool_clear(apr_pool_t *pool)
{
    pieces_t *pieces = take(pool);

    real_clear(pool);
    release(pieces);
}

void apr_pool_destroy(apr_pool_t *pool)
{
    pieces_t *pieces = take(pool);

    real_destroy(pool);
    release(pieces);
}

/* The real one writes into the block directly: its result moves into a piece of its own. */
char *apr_pvsprintf(apr_pool_t *pool, const char *format, va_list arguments)
{
    char *text = real_vsprintf(pool, format, arguments);
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
