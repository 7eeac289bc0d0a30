/*
 * The shared table:
 *
 *     bucket 0                     bucket 1
 *     +----+----+-- ... --+----+   +----+----+-- ...
 *     | w0 | w1 |         | w7 |   | w0 | w1 |
 *     +----+----+-- ... --+----+   +----+----+-- ...
 *
 * A bucket is one cache line of eight words. The hash of a client selects the
 * bucket. A word has 22 other bits of the hash (never 0) above 42 bits of GCRA
 * state in ticks since the table was made. One compare-and-swap changes owner and
 * state together, so no lock is needed. The hash is keyed with random bytes:
 * nobody can choose addresses that collide in one bucket.
 */
#include "limit_shm.h"

#include <apr_shm.h>
#include <apr_siphash.h>
#include <apr_strings.h>
#include <http_config.h>
#include <http_core.h>
#include <netinet/in.h>
#include <openssl/rand.h>
#include <string.h>

#include "base/clock.h"
#include "cfg/raw.h"
#include "log_bridge.h"

APLOG_USE_MODULE(konfirmado);

#define WAYS 8
#define TAT_BITS 42
#define TAT_MASK ((UINT64_C(1) << TAT_BITS) - 1)
#define TRIES 16

typedef struct {
    uint64_t words[WAYS];
} bucket_t;

/* Written before the children are forked; read only afterwards. */
static struct {
    bucket_t *buckets;
    uint64_t mask;
    int64_t epoch_ns;
    unsigned char key[APR_SIPHASH_KSIZE];
} table;

/* The address bytes that identify a client: 4 of IPv4, 8 of IPv6. */
static size_t client_bytes(unsigned char out[8], const apr_sockaddr_t *addr)
{
    const struct sockaddr_in6 *in6 = &addr->sa.sin6;

    if (addr->family == AF_INET) {
        memcpy(out, &addr->sa.sin.sin_addr, 4);
        return 4;
    }
    if (addr->family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr)) {
        memcpy(out, in6->sin6_addr.s6_addr + 12, 4);
        return 4;
    }
    if (addr->family == AF_INET6) {
        memcpy(out, in6->sin6_addr.s6_addr, 8);
        return 8;
    }
    return 0;
}

static uint64_t hash_client(const kf_limit_t *rule, kfm_limit_t limit, const request_rec *r)
{
    struct {
        unsigned char address[8];
        int64_t tolerance; /* servers with different limits count separately */
        int32_t interval, family_len, class;
    } key;

    memset(&key, 0, sizeof(key));
    key.family_len = (int32_t)client_bytes(key.address, r->useragent_addr);
    key.tolerance = rule->tolerance;
    key.interval = rule->interval;
    key.class = limit;
    return apr_siphash24(&key, sizeof(key), table.key);
}

/* The client's own word, or the one with the oldest state, to be evicted. *value is its content. */
static uint64_t *find_word(uint64_t *value, bucket_t *bucket, uint64_t tag)
{
    uint64_t *victim = NULL, oldest = 0;

    for (int i = 0; i < WAYS; i++) {
        uint64_t word = __atomic_load_n(&bucket->words[i], __ATOMIC_RELAXED);

        if (word >> TAT_BITS == tag) {
            *value = word;
            return &bucket->words[i];
        }
        if (!victim || (word & TAT_MASK) < oldest) {
            victim = &bucket->words[i];
            oldest = word & TAT_MASK;
            *value = word;
        }
    }
    return victim;
}

static int seconds(kf_tick_t ticks)
{
    return (int)((ticks + KF_TICKS_PER_S - 1) / KF_TICKS_PER_S);
}

static void note_left(kfm_left_t *left, const kf_limit_t *rule, kf_tick_t tat, kf_tick_t now)
{
    kf_tick_t full;

    left->rule = rule;
    left->requests = kf_limit_left(&full, rule, tat, now);
    left->full_s = seconds(full);
}

int kfm_limit_hit(kfm_left_t *left, const kfm_cfg_t *cfg, kfm_limit_t limit, const request_rec *r)
{
    const kf_limit_t *rule;
    uint64_t hash, tag;
    kf_tick_t now, next, wait;

    left->rule = NULL;
    if (limit >= KFM_LIMIT_NONE || cfg->limits[limit].interval == 0 || !table.buckets) {
        return 0;
    }
    rule = &cfg->limits[limit];
    hash = hash_client(rule, limit, r);
    tag = hash >> TAT_BITS ? hash >> TAT_BITS : 1;
    now = (kf_clock_ns() - table.epoch_ns) / (1000000 / KF_TICKS_PER_MS) + 1;
    for (int i = 0; i < TRIES; i++) {
        uint64_t value;
        uint64_t *word = find_word(&value, &table.buckets[hash & table.mask], tag);
        kf_tick_t tat = value >> TAT_BITS == tag ? (kf_tick_t)(value & TAT_MASK) : 0;

        if (!kf_limit_take(&next, &wait, rule, tat, now)) {
            note_left(left, rule, tat, now);
            return seconds(wait);
        }
        note_left(left, rule, next, now);
        if (__atomic_compare_exchange_n(word, &value, tag << TAT_BITS | ((uint64_t)next & TAT_MASK),
                                        false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
            return 0;
        }
    }
    return 1; /* every compare-and-swap lost to another thread: a flood */
}

static int make_table(apr_pool_t *pconf, server_rec *s, apr_size_t memory)
{
    uint64_t n = 1;
    apr_shm_t *shm;
    apr_status_t rv;

    while (n * 2 * sizeof(bucket_t) <= memory) {
        n *= 2;
    }
    rv = apr_shm_create(&shm, n * sizeof(bucket_t), NULL, pconf);
    if (rv != APR_SUCCESS || RAND_bytes(table.key, sizeof(table.key)) != 1) {
        ap_log_error(APLOG_MARK, APLOG_CRIT, rv, s,
                     KFLOGNO(00220) "no shared memory of %" APR_SIZE_T_FMT " bytes for the limits",
                     memory);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    table.buckets = apr_shm_baseaddr_get(shm);
    memset(table.buckets, 0, n * sizeof(bucket_t));
    table.mask = n - 1;
    table.epoch_ns = kf_clock_ns();
    return OK;
}

static int post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    (void)plog;
    (void)ptemp;
    table.buckets = NULL;
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG
        || !kfm_cfg_first_enabled(s)) {
        return OK;
    }
    return make_table(pconf, s, (apr_size_t)kfm_cfg_conf(s)->raw.rate_memory);
}

void kfm_limit_register(apr_pool_t *p)
{
    (void)p;
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_MIDDLE);
}
