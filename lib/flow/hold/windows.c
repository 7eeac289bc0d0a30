/* Cached windows: the contract is flow/hold/windows.h. */
#include "flow/hold/windows.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#define PIECE (KF_WINDOWS_DAYS * KF_DAY)
#define NO_END INT64_MAX /* cached until evicted: the version decides whether it is valid */

/* One professional's windows of one piece, as cached. */
typedef struct {
    size_t n;
    kf_window_t list[];
} piece_t;

/* All pieces that a request needs: of professional i and piece k, at [k * n + i]. */
typedef struct {
    const kf_windows_ask_t *ask;
    int64_t first; /* number of the first piece */
    size_t n_pieces;
    const piece_t **pieces;
} grid_t;

static void *block(size_t size)
{
    void *out = malloc(size);

    if (!out) {
        abort(); /* as pools do */
    }
    return out;
}

static int64_t piece_of(kf_instant_t at)
{
    return at >= 0 ? at / PIECE : -((-at + PIECE - 1) / PIECE);
}

static const char *piece_key(const kf_windows_ask_t *ask, size_t i, int64_t no, apr_pool_t *p)
{
    char tenant[KF_UUID_CHARS], who[KF_UUID_CHARS];

    kf_uuid_write(tenant, ask->who.tenant);
    kf_uuid_write(who, &ask->who.ids[i]);
    return apr_psprintf(p, "w:%.*s:%.*s:%d", KF_UUID_CHARS, tenant, KF_UUID_CHARS, who, (int)no);
}

/* The cached form of the windows read for number i. */
static piece_t *make_piece(size_t *size, const kf_windows_t *read, size_t i)
{
    size_t n = read->first[i + 1] - read->first[i];
    piece_t *piece;

    *size = sizeof(*piece) + n * sizeof(kf_window_t);
    piece = block(*size);
    piece->n = n;
    memcpy(piece->list, read->list + read->first[i], n * sizeof(kf_window_t));
    return piece;
}

/* The pieces of one number: cached ones, and the others with one statement. */
static kf_err_t *find_pieces(const grid_t *grid, size_t k, const kf_flow_t *flow, kf_db_t *db, apr_pool_t *p)
{
    const kf_windows_ask_t *ask = grid->ask;
    int64_t no = grid->first + (int64_t)k, version;
    const piece_t **pieces = grid->pieces + k * ask->who.n;
    kf_uuid_t *ids = apr_palloc(p, (ask->who.n + 1) * sizeof(*ids));
    size_t *missing = apr_palloc(p, (ask->who.n + 1) * sizeof(*missing)), m = 0;
    kf_windows_t read;

    for (size_t i = 0; i < ask->who.n; i++) {
        pieces[i] = kf_cache_get(flow->cache, piece_key(ask, i, no, p), 0, &version, p);
        if (!pieces[i] || version != ask->version) {
            missing[m] = i;
            ids[m++] = ask->who.ids[i];
        }
    }
    if (!m) {
        return NULL;
    }
    KF_TRY(kf_repo_windows(&read, db, &(kf_people_t){ask->who.tenant, ids, m},
                           (kf_interval_t){no * PIECE, (no + 1) * PIECE}, p));
    for (size_t j = 0; j < m; j++) {
        const char *key = piece_key(ask, missing[j], no, p);
        size_t size;
        piece_t *piece = make_piece(&size, &read, j);

        pieces[missing[j]] = kf_cache_put_block(flow->cache, &(kf_cache_item_t){key, ask->version, NO_END, piece, NULL},
                                                size, p);
    }
    return NULL;
}

/* A window that spans two pieces is in both. */
static bool belongs(const grid_t *grid, size_t k, const kf_window_t *window)
{
    const kf_interval_t *range = &grid->ask->range;
    bool again = k > 0 && window->lo < (grid->first + (int64_t)k) * PIECE;

    return !again && window->lo < range->end && window->until > range->start;
}

static size_t most_windows(const grid_t *grid)
{
    size_t n = 0;

    for (size_t i = 0; i < grid->n_pieces * grid->ask->who.n; i++) {
        n += grid->pieces[i]->n;
    }
    return n;
}

/* Joins them into one block, so that the result can be cached. */
static kf_windows_t *join(size_t *size, const grid_t *grid)
{
    size_t people = grid->ask->who.n, most = most_windows(grid), n = 0;
    kf_windows_t *out;

    *size = sizeof(*out) + most * sizeof(*out->list) + (people + 1) * sizeof(*out->first);
    out = block(*size);
    out->n = people;
    out->list = (kf_window_t *)(out + 1);
    out->first = (size_t *)(out->list + most);
    for (size_t i = 0; i < people; i++) {
        out->first[i] = n;
        for (size_t k = 0; k < grid->n_pieces; k++) {
            const piece_t *piece = grid->pieces[k * people + i];

            for (size_t j = 0; j < piece->n; j++) {
                if (belongs(grid, k, &piece->list[j])) {
                    out->list[n++] = piece->list[j];
                }
            }
        }
    }
    out->first[people] = n;
    return out;
}

static kf_err_t *gather(grid_t *grid, const kf_flow_t *flow, kf_db_t *db, const kf_windows_ask_t *ask, apr_pool_t *p)
{
    grid->ask = ask;
    grid->first = piece_of(ask->range.start);
    grid->n_pieces = (size_t)(piece_of(ask->range.end - 1) - grid->first + 1);
    grid->pieces = apr_palloc(p, (grid->n_pieces * ask->who.n + 1) * sizeof(*grid->pieces));
    for (size_t k = 0; k < grid->n_pieces; k++) {
        KF_TRY(find_pieces(grid, k, flow, db, p));
    }
    return NULL;
}

static apr_status_t free_block(void *block)
{
    free(block);
    return APR_SUCCESS;
}

/* The key to cache a whole request: only for one professional, the usual case. For many they would fill the cache. */
static const char *whole_key(const kf_windows_ask_t *ask, apr_pool_t *p)
{
    return apr_psprintf(p, "%s:%" APR_INT64_T_FMT, piece_key(ask, 0, (int64_t)(ask->range.start / KF_MINUTE), p),
                        (apr_int64_t)(ask->range.end / KF_MINUTE));
}

kf_err_t *kf_flow_windows(const kf_windows_t **out, const kf_flow_t *flow, kf_db_t *db, const kf_windows_ask_t *ask,
                          apr_pool_t *p)
{
    const char *key = ask->who.n == 1 ? whole_key(ask, p) : NULL;
    int64_t version;
    kf_windows_t *joined;
    grid_t grid;
    size_t size;

    *out = key ? kf_cache_get(flow->cache, key, 0, &version, p) : NULL;
    if (*out && version == ask->version) {
        return NULL;
    }
    KF_TRY(gather(&grid, flow, db, ask, p));
    *out = joined = join(&size, &grid);
    if (key) {
        kf_cache_put_block(flow->cache, &(kf_cache_item_t){key, ask->version, NO_END, joined, NULL}, size, p);
    } else {
        apr_pool_cleanup_register(p, joined, free_block, apr_pool_cleanup_null);
    }
    return NULL;
}
