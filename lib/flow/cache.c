#include "flow/cache.h"

#include <apr_thread_mutex.h>
#include <stdlib.h>
#include <string.h>

#include "base/metric.h"

typedef struct entry_t entry_t;
struct entry_t {
    apr_pool_t *pool; /* holds the value; NULL: it is a block of its own */
    const void *value;
    size_t weight;  /* bytes, about */
    uint32_t hash;
    int64_t version;
    kf_instant_t expires;
    uint64_t used;  /* the tick of the last get */
    int references; /* readers, plus one while it is in the table; atomic */
    char key[];
};

/* Set-associative: finding the oldest entry of a set takes a few comparisons. */
#define WAYS 4
#define POOL_BYTES 8192 /* the least that a pool takes */

struct kf_cache_t {
    apr_thread_mutex_t *mutex;
    uint64_t tick;
    uint32_t n_sets;
    uint32_t hand; /* the set where the next eviction begins */
    size_t bytes, max_bytes;
    entry_t **slots; /* n_sets * WAYS */
};

static uint32_t hash_of(const char *key)
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (; *key; key++) {
        hash = (hash ^ (unsigned char)*key) * 16777619u;
    }
    return hash;
}

static void destroy(entry_t *entry)
{
    if (entry->pool) {
        apr_pool_destroy(entry->pool);
    }
    else {
        free((void *)entry->value);
    }
    free(entry);
}

apr_pool_t *kf_cache_pool(void)
{
    apr_pool_t *pool = NULL;

    if (apr_pool_create(&pool, NULL) == APR_SUCCESS) {
        apr_pool_tag(pool, "kf_cache_value");
    }
    return pool;
}

/*
 * Drops one reference; the last one frees the value. Needs no mutex: a reference is
 * added only under the mutex and while the table holds its own, so the count never rises from zero.
 */
static void release(entry_t *entry)
{
    if (!__atomic_sub_fetch(&entry->references, 1, __ATOMIC_ACQ_REL)) {
        destroy(entry);
    }
}

/* Runs before the readers' pools go; some readers may still hold entries, and the last one frees them. */
static apr_status_t forget_all(void *baton)
{
    kf_cache_t *cache = baton;

    for (uint32_t i = 0; i < cache->n_sets * WAYS; i++) {
        if (cache->slots[i]) {
            release(cache->slots[i]);
            cache->slots[i] = NULL;
        }
    }
    return APR_SUCCESS;
}

static apr_status_t release_cleanup(void *entry)
{
    release(entry);
    return APR_SUCCESS;
}

kf_cache_t *kf_cache_create(int max_entries, size_t max_bytes, apr_pool_t *p)
{
    kf_cache_t *cache = apr_pcalloc(p, sizeof(*cache));

    cache->max_bytes = max_bytes;
    cache->n_sets = (uint32_t)(max_entries + WAYS - 1) / WAYS;
    cache->slots = apr_pcalloc(p, cache->n_sets * WAYS * sizeof(entry_t *));
    if (apr_thread_mutex_create(&cache->mutex, APR_THREAD_MUTEX_DEFAULT, p) != APR_SUCCESS) {
        return NULL;
    }
    apr_pool_pre_cleanup_register(p, cache, forget_all);
    return cache;
}

/* The slot that holds the key. For a put without one: an empty slot, or the least recently used. */
static entry_t **find(kf_cache_t *cache, const char *key, uint32_t hash, int for_put)
{
    entry_t **set = &cache->slots[(hash % cache->n_sets) * WAYS], **oldest = set;

    for (int i = 0; i < WAYS; i++) {
        if (set[i] && set[i]->hash == hash && !strcmp(set[i]->key, key)) {
            return &set[i];
        }
        if (!set[i] || (*oldest && set[i]->used < (*oldest)->used)) {
            oldest = &set[i];
        }
    }
    return for_put ? oldest : NULL;
}

const void *kf_cache_get(kf_cache_t *cache, const char *key, kf_instant_t now, int64_t *version,
                         apr_pool_t *p)
{
    uint32_t hash = hash_of(key);
    entry_t *entry = NULL, **slot;

    apr_thread_mutex_lock(cache->mutex);
    slot = find(cache, key, hash, 0);
    if (slot && (*slot)->expires > now) {
        entry = *slot;
        entry->used = ++cache->tick;
        __atomic_add_fetch(&entry->references, 1, __ATOMIC_RELAXED);
    }
    apr_thread_mutex_unlock(cache->mutex);
    kf_metric_count(KF_M_CACHE, entry ? KF_CACHE_HIT : KF_CACHE_MISS, 0);
    if (!entry) {
        return NULL;
    }
    if (version) {
        *version = entry->version;
    }
    apr_pool_cleanup_register(p, entry, release_cleanup, apr_pool_cleanup_null);
    return entry->value;
}

/* Needs the mutex: removes the entry of a slot from the table; the caller releases it. */
static entry_t *take_out(kf_cache_t *cache, entry_t **slot)
{
    entry_t *entry = *slot;

    if (entry) {
        cache->bytes -= entry->weight;
        *slot = NULL;
    }
    return entry;
}

/* Needs the mutex: the next entry to evict, the oldest of a set, set after set; or NULL. */
static entry_t *next_surplus(kf_cache_t *cache, const entry_t *fresh)
{
    for (uint32_t tries = 0; cache->bytes > cache->max_bytes && tries < cache->n_sets; tries++) {
        entry_t **set = &cache->slots[(size_t)cache->hand * WAYS], **oldest = NULL;

        cache->hand = (cache->hand + 1) % cache->n_sets;
        for (int i = 0; i < WAYS; i++) {
            if (set[i] && set[i] != fresh && (!oldest || set[i]->used < (*oldest)->used)) {
                oldest = &set[i];
            }
        }
        if (oldest) {
            return take_out(cache, oldest);
        }
    }
    return NULL;
}

static void make_room(kf_cache_t *cache, const entry_t *fresh)
{
    entry_t *surplus;

    do {
        apr_thread_mutex_lock(cache->mutex);
        surplus = next_surplus(cache, fresh);
        apr_thread_mutex_unlock(cache->mutex);
        if (surplus) {
            release(surplus);
        }
    } while (surplus);
}

static const void *put(kf_cache_t *cache, const kf_cache_item_t *item, size_t size, apr_pool_t *p)
{
    size_t key_bytes = strlen(item->key) + 1;
    entry_t *entry = malloc(sizeof(*entry) + key_bytes), *old, **slot;

    if (!entry) {
        abort(); /* as pools do */
    }
    memset(entry, 0, sizeof(*entry));
    memcpy(entry->key, item->key, key_bytes);
    entry->pool = item->pool;
    entry->value = item->value;
    entry->weight = size + sizeof(*entry) + key_bytes;
    entry->hash = hash_of(item->key);
    entry->version = item->version;
    entry->expires = item->expires;
    entry->references = 2; /* the table and the caller */
    apr_pool_cleanup_register(p, entry, release_cleanup, apr_pool_cleanup_null);
    apr_thread_mutex_lock(cache->mutex);
    entry->used = ++cache->tick;
    slot = find(cache, entry->key, entry->hash, 1);
    old = take_out(cache, slot);
    *slot = entry;
    cache->bytes += entry->weight;
    apr_thread_mutex_unlock(cache->mutex);
    if (old) {
        release(old);
    }
    make_room(cache, entry);
    return item->value;
}

const void *kf_cache_put(kf_cache_t *cache, const kf_cache_item_t *item, apr_pool_t *p)
{
    return put(cache, item, POOL_BYTES, p);
}

const void *kf_cache_put_block(kf_cache_t *cache, const kf_cache_item_t *item, size_t size, apr_pool_t *p)
{
    return put(cache, item, size, p);
}
