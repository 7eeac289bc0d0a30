#ifndef KFM_CFG_CFG_H
#define KFM_CFG_CFG_H
/*
 * The complete configuration of one server (vhost). After start-up every member
 * has its value or its default and nothing changes any more, so any thread may
 * read it. Directives: cfg/directives.def, documented in conf/konfirmado.conf.
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

#ifndef KF_PKGDATADIR
#define KF_PKGDATADIR "/usr/local/share/konfirmado"
#endif

typedef struct kfm_cfg_t kfm_cfg_t;
struct kfm_cfg_t {
    server_rec *server;

    /* the directives with one value; a flag is 0 or 1, a text without a value NULL */
    struct {
#define FLAG(name, member, ...) int member;
#define NUMBER(name, member, ...) int member;
#define TEXT(name, member, ...) const char *member;
#include "cfg/directives.def"
    } set;
    const char *registration_domains; /* of addresses, "a.example b.example"; NULL = any */

    /* addresses */
    const char *base_url;         /* "https://book.example.com[:port]", no trailing slash */
    const char *base_scheme;      /* "https" or "http" */
    const char *base_host;        /* "book.example.com" */
    const char *base_authority;   /* "book.example.com[:port]"; a tenant's is LABEL.authority */

    /* loaded at start */
    const kf_keyring_t *keys;
    const kf_mustache_set_t *templates;
    const kf_catalog_t *messages;
    const kf_passwords_t *passwords;
    const char *openapi;          /* the bytes of openapi.json; openapi_tag is their digest for the ETag */
    apr_size_t openapi_len;
    const char *openapi_tag;

    /* limits, by kfm_limit_t */
    kf_limit_t limits[KFM_LIMIT__COUNT];

    /* calls to merchants */
    const kf_guard_t *guard;      /* with the rules of KonfirmadoCallbackAllow */

    /* providers of payments and calendars: each in its own struct, by its place in the registry; NULL: not set up */
    const void **payers;
    const kf_calendar_app_t **calendars;

    /* mails */
    const kf_mail_channel_t *mail; /* NULL: mails stay queued */
    const kf_guard_t *mail_guard; /* for merchants' own mail servers */
    const char *mail_ca;          /* CA certificates for those servers: PEM text; NULL = the system's */

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
