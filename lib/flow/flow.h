#ifndef KF_FLOW_FLOW_H
#define KF_FLOW_FLOW_H
/*
 * The acts of the product, built from repo, rules and providers.
 *
 * A kf_flow_t is everything an act needs from outside. It is made once per server
 * (or per run of the command), is read-only afterwards and shared by threads.
 * Acts take a database connection from `db` for as long as they need it and
 * return it before they return; no act makes an outgoing call while it holds one.
 */
#include "crypto/keyring.h"
#include "crypto/password.h"
#include "db/db.h"
#include "flow/cache.h"
#include "net/guard.h"

typedef struct kf_funnel_t kf_funnel_t;

typedef struct kf_flow_t {
    const kf_db_source_t *db;
    const kf_keyring_t *keys;
    kf_cache_t *cache;
    int64_t cache_ttl;            /* microseconds for which a host's or link's tenant is cached */
    const char *base_url;         /* of the platform, no slash at the end */
    const char *base_scheme;      /* "https" or "http" */
    const char *base_authority;   /* host[:port]; a tenant's host is label.authority */
    int hold_ttl_s;
    int hold_first_s;             /* a hold's life until the customer reaches the details */
    int hold_address, hold_network; /* live unpaid holds per address and network at one business; 0 = any number */
    int hold_share;               /* per cent of a professional's day held without a proof of work; 0 = all */
    int hold_work;                /* bits of the first proof */
    const void *const *payers;    /* what the operator set for kf_pay_provider_at(i); NULL = nothing for any */
    const char *provider_ca_file; /* NULL = the system's */
    const kf_guard_t *guard;      /* for calls to merchants */
    int callback_timeout_ms;
    kf_funnel_t *funnel;          /* counted steps (flow/figures/funnel.h); NULL = none */
    const char *name_server;      /* address[:port] for the DNS proofs of domains; NULL = the system's */
    const char *upload_dir;       /* pictures are files here; NULL = in the database */
    int callback_concurrency;     /* concurrent calls to one tenant's endpoint */
    const struct kf_mail_channel_t *mail; /* the operator's; NULL: only merchants with their own server send mails */
    const kf_guard_t *mail_guard; /* for mail servers of merchants */
    const char *mail_ca;          /* CA certificates for those, PEM text; NULL = the system's */
    const char *resend_api;       /* NULL = the provider's own */
    const struct kf_calendar_app_t *const *calendars; /* of kf_calendar_provider_at(i), NULL: not set up; NULL = none is */
    int calendar_ttl_s;           /* what was read of a calendar is good for so long */
    int calendar_poll_s;          /* the same where the provider tells of changes */
    struct kf_gate_t *calendar_gate; /* who may wait for a reading at once; NULL = anybody */
    struct kf_gate_t *checkout_gate; /* the same for a payment provider's checkout */
    const struct kf_mustache_set_t *templates; /* of mails */
    const struct kf_catalog_t *messages;
    int process;                  /* pid of this httpd's parent, for its heartbeat; 0 = no heartbeat */
    const char *registration;     /* "open", "approval" (the operator approves each), "closed" */
    const char *registration_domains; /* of addresses that may register, space-separated; NULL = any */
    const kf_passwords_t *passwords; /* the rules for passwords; NULL where no account is used */
} kf_flow_t;

/** Takes a connection; give it back with kf_flow_give() as soon as it is no longer needed. */
static inline kf_err_t *kf_flow_take(kf_db_t **out, const kf_flow_t *flow, apr_pool_t *p)
{
    return flow->db->take(out, flow->db->baton, p);
}

/** Returns the connection (an open transaction is rolled back) and passes `err` on. */
static inline kf_err_t *kf_flow_give(const kf_flow_t *flow, kf_db_t *db, kf_err_t *err)
{
    flow->db->give(db, flow->db->baton);
    return err;
}

#endif
