#ifndef KF_FLOW_CACHE_H
#define KF_FLOW_CACHE_H
/*
 * A cache of database values for this process: values that do not change, each with
 * the version it was read at and an expiry time. Threads share it.
 *
 * A value and everything it points to live in a pool of their own, or in one block
 * from malloc: a pool takes at least 8 KB, too much for values of which there are
 * thousands. A reader holds a reference until its own pool is cleared, so a value that
 * was replaced meanwhile stays valid for its readers. The number of entries and the
 * bytes of all blocks (a pool counts as 8 KB) are bounded; the least recently used
 * entry is evicted.
 *
 * The cache decides nothing: a reader compares the version with the one that came
 * with its fresh data, and reads again if they differ.
 */
#include <apr_pools.h>
#include <stdint.h>

#include "time/instant.h"

typedef struct kf_cache_t kf_cache_t;

/**
 * A cache for `max_entries` (at least 1) and about `max_bytes`; it lives in `p`.
 * NULL if no mutex can be created.
 */
kf_cache_t *kf_cache_create(int max_entries, size_t max_bytes, apr_pool_t *p);

/**
 * The value of a key, or NULL. `*version` (may be NULL) gets the version it was
 * put with. The value is valid until `p` is cleared; it is read-only.
 */
const void *kf_cache_get(kf_cache_t *cache, const char *key, kf_instant_t now, int64_t *version,
                         apr_pool_t *p);

typedef struct {
    const char *key;      /* copied */
    int64_t version;
    kf_instant_t expires; /* the first instant at which it is no longer used */
    const void *value;    /* made in `pool` */
    apr_pool_t *pool;     /* from kf_cache_pool(), or NULL for a block */
} kf_cache_item_t;

/**
 * Puts a value; its pool belongs to the cache from here on. The caller may read the value until `p` is cleared.
 */
const void *kf_cache_put(kf_cache_t *cache, const kf_cache_item_t *item, apr_pool_t *p);

/**
 * The same for a value that is one block from malloc, `size` bytes; item->pool is NULL.
 * The cache frees the block.
 */
const void *kf_cache_put_block(kf_cache_t *cache, const kf_cache_item_t *item, size_t size, apr_pool_t *p);

/** A pool for a value. Destroy it if the value is not put. */
apr_pool_t *kf_cache_pool(void);

#endif
