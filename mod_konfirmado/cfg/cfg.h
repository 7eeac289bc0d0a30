#ifndef KFM_CFG_CFG_H
#define KFM_CFG_CFG_H
/*
 * The complete configuration of one server (vhost). After start-up every member
 * has its value or its default and nothing changes any more, so any thread may
 * read it. Directives: cfg/directives.h, documented in conf/konfirmado.conf.
 */
#include <httpd.h>
#include <stdbool.h>

#include "base/limiter.h"
#include "calendar/provider.h"
#include "cfg/limits.h"
#include "crypto/keyring.h"
#include "crypto/password.h"
#include "net/guard.h"
#include "net/mail_channel.h"
#include "text/catalog.h"
#include "text/mustache.h"

typedef struct kfm_cfg_t kfm_cfg_t;
struct kfm_cfg_t {
    server_rec *server;
    bool enabled;

    /* addresses */
    const char *base_url;         /* "https://book.example.com[:port]", no trailing slash */
    const char *base_scheme;      /* "https" or "http" */
    const char *base_host;        /* "book.example.com" */
    const char *base_authority;   /* "book.example.com[:port]"; a tenant's is LABEL.authority */
    const char *assets_url;       /* "/assets", no trailing slash */
    bool allow_insecure_http;
    bool site;                    /* the whole host is ours: also its first page and unknown paths */

    /* loaded at start */
    const kf_keyring_t *keys;
    const kf_mustache_set_t *templates;
    const kf_catalog_t *messages;
    const kf_passwords_t *passwords;
    const char *openapi;          /* the bytes of openapi.json; openapi_tag is their digest for the ETag */
    apr_size_t openapi_len;
    const char *openapi_tag;

    /* accounts */
    const char *registration;     /* "open", "approval", "closed" */
    const char *registration_domains; /* "a.example b.example"; NULL = any */

    /* bookings */
    int hold_ttl_s;               /* 60 to 3600 */
    int hold_first_s;             /* 60 to 3600 */
    int hold_address, hold_network; /* live unpaid holds; 0 = any number */
    int hold_share;               /* percent of a day; 0 = all of it */
    int hold_work;                /* bits of the first proof of work */

    /* limits, by kfm_limit_t */
    kf_limit_t limits[KFM_LIMIT__COUNT];

    /* database */
    int db_connections;           /* maximum per process and database */
    apr_interval_time_t db_wait;
    int db_share;                 /* of one business, in percent (base/share.h) */
    apr_interval_time_t db_budget; /* time of one business in KF_SHARE_WINDOW; 0: no limit */
    bool prepare;
    apr_interval_time_t cache_ttl; /* maximum age of cached catalogue and tenants */

    /* background work */
    bool jobs;

    const char *security_contact; /* of security.txt, a URI; NULL: no such file */
    const char *name_server;      /* address[:port] for domain verification; NULL = the system's */

    /* calls to merchants */
    const kf_guard_t *guard;      /* with the rules of KonfirmadoCallbackAllow */
    int callback_timeout_ms;
    int callback_concurrency;     /* concurrent calls to one endpoint */

    /* providers of payments and calendars: each in its own struct, by its place in the registry; NULL: not set up */
    const void **payers;
    const kf_calendar_app_t **calendars;
    const char *provider_ca_file; /* PEM; NULL = the system's */

    int calendar_ttl_s;           /* 5 to 3600 */
    int calendar_poll_s;          /* at least calendar_ttl_s */

    /* mails */
    const kf_mail_channel_t *mail; /* NULL: mails stay queued */
    const kf_guard_t *mail_guard; /* for merchants' own mail servers */
    const char *mail_ca;          /* CA certificates for those servers: PEM text; NULL = the system's */
    const char *resend_api;       /* "https://api.resend.com" */

    const char *upload_dir;       /* NULL = pictures are stored in the database */

    /* made at start */
    const char *csp_head;         /* Content-Security-Policy without frame-ancestors */
};

/** The configuration of a server; `s` NULL: of the main server. Never NULL. */
kfm_cfg_t *kfm_cfg_get(const server_rec *s);

/** The first server of the list with the module on; NULL if there is none. */
server_rec *kfm_cfg_first_enabled(server_rec *main_server);

/** Registers the hooks: check_config, post_config (start-up checks and loading). */
void kfm_cfg_register(apr_pool_t *p);

#endif
