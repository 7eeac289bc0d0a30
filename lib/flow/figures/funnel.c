#include "flow/figures/funnel.h"

#include <apr_thread_mutex.h>
#include <string.h>

#include "json/encode.h"
#include "repo/figures/figures.h"

#define SLOTS (2 * KF_FUNNEL_TENANTS) /* never more than half full, so a search is short */
#define ENTRY_BYTES 128               /* of one step as text, at most */

typedef struct {
    kf_uuid_t tenant;
    int n[KF_FUNNEL__COUNT]; /* all 0: the slot is free */
} slot_t;

struct kf_funnel_t {
    apr_thread_mutex_t *lock;
    int used;
    slot_t slots[SLOTS];
};

static const char *const steps[KF_FUNNEL__COUNT] = {"service_selected", "slot_selected", "refused_address",
                                                     "refused_network", "refused_share"};

kf_funnel_t *kf_funnel_create(apr_pool_t *p)
{
    kf_funnel_t *funnel = apr_pcalloc(p, sizeof(*funnel));

    return apr_thread_mutex_create(&funnel->lock, APR_THREAD_MUTEX_DEFAULT, p) == APR_SUCCESS ? funnel : NULL;
}

static bool in_use(const slot_t *slot)
{
    for (int i = 0; i < KF_FUNNEL__COUNT; i++) {
        if (slot->n[i]) {
            return true;
        }
    }
    return false;
}

/* Hashes the last bytes of an id, which are random. */
static slot_t *find(kf_funnel_t *funnel, const kf_uuid_t *tenant)
{
    uint32_t at;

    memcpy(&at, tenant->bytes + 12, sizeof(at));
    for (at %= SLOTS; in_use(&funnel->slots[at]); at = (at + 1) % SLOTS) {
        if (kf_uuid_equal(&funnel->slots[at].tenant, tenant)) {
            return &funnel->slots[at];
        }
    }
    return &funnel->slots[at];
}

static void add(kf_funnel_t *funnel, const kf_uuid_t *tenant, const int *n)
{
    slot_t *slot = find(funnel, tenant);

    if (!in_use(slot)) {
        if (funnel->used == KF_FUNNEL_TENANTS) {
            return;
        }
        funnel->used++;
        slot->tenant = *tenant;
    }
    for (int i = 0; i < KF_FUNNEL__COUNT; i++) {
        slot->n[i] += n[i];
    }
}

void kf_funnel_count(kf_funnel_t *funnel, const kf_uuid_t *tenant, kf_funnel_step_t step)
{
    int n[KF_FUNNEL__COUNT] = {0};

    if (!funnel) {
        return;
    }
    n[step] = 1;
    apr_thread_mutex_lock(funnel->lock);
    add(funnel, tenant, n);
    apr_thread_mutex_unlock(funnel->lock);
}

/* A copy of the slots in use. */
static slot_t *copy(int *count, kf_funnel_t *funnel, int empty, apr_pool_t *p)
{
    slot_t *all;

    apr_thread_mutex_lock(funnel->lock);
    all = apr_palloc(p, sizeof(*all) * (size_t)(funnel->used + 1));
    *count = 0;
    for (int i = 0; i < SLOTS && *count < funnel->used; i++) {
        if (in_use(&funnel->slots[i])) {
            all[(*count)++] = funnel->slots[i];
        }
    }
    if (empty && funnel->used) {
        memset(funnel->slots, 0, sizeof(funnel->slots));
        funnel->used = 0;
    }
    apr_thread_mutex_unlock(funnel->lock);
    return all;
}

static const char *text_of(const slot_t *all, int count, apr_pool_t *p)
{
    kf_buf_t buf;

    kf_buf_init(&buf, p, 1024, (size_t)ENTRY_BYTES * KF_FUNNEL__COUNT * KF_FUNNEL_TENANTS);
    kf_json_open(&buf, '[');
    for (int i = 0; i < count; i++) {
        for (int step = 0; step < KF_FUNNEL__COUNT; step++) {
            if (all[i].n[step]) {
                kf_json_open(&buf, '{');
                kf_json_uuid(&buf, "tenant", &all[i].tenant);
                kf_json_str(&buf, "step", steps[step]);
                kf_json_int(&buf, "n", all[i].n[step]);
                kf_json_close(&buf, '}');
            }
        }
    }
    kf_json_close(&buf, ']');
    return kf_buf_text(&buf);
}

const char *kf_funnel_text(kf_funnel_t *funnel, apr_pool_t *p)
{
    int count;
    const slot_t *all = copy(&count, funnel, 0, p);

    return count ? text_of(all, count, p) : NULL;
}

static kf_err_t *write_down(const kf_flow_t *flow, const char *text, apr_pool_t *p)
{
    kf_db_t *db;

    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db, kf_repo_funnel_add(db, text, p));
}

kf_err_t *kf_funnel_flush(kf_funnel_t *funnel, const kf_flow_t *flow, apr_pool_t *p)
{
    int count;
    const slot_t *all = copy(&count, funnel, 1, p);
    kf_err_t *err = count ? write_down(flow, text_of(all, count, p), p) : NULL;

    if (err) {
        apr_thread_mutex_lock(funnel->lock);
        for (int i = 0; i < count; i++) {
            add(funnel, &all[i].tenant, all[i].n);
        }
        apr_thread_mutex_unlock(funnel->lock);
    }
    return err;
}
