#ifndef KFM_HTTP_CALL_H
#define KFM_HTTP_CALL_H
/*
 * The state of one request.
 *
 * The dispatcher (http/dispatch.c) makes the call, finds the route, counts the
 * request against its limit, looks up the tenant of the host (tenant.c),
 * refuses foreign origins, and runs the handler. A handler reads what it needs
 * from here, calls lib/flow and answers through http/reply.h. Everything lives
 * in call->pool, the request's pool.
 */
#include <httpd.h>
#include <jansson.h>

#include "base/uuid.h"
#include "cfg/cfg.h"
#include "http/route.h"
#include "text/form.h"
#include "text/multipart.h"

/** A tenant's row. */
typedef struct kf_tenant_t kf_tenant_t;

/* The authenticated person or API key, read from the database for this request. */
typedef struct {
    kf_uuid_t tenant, id;     /* id: of the person or of the API key */
    bool key;                 /* an API key: no session, no role, no person */
    bool owner;
    const char *name, *email; /* of the person or key; a key has no email (NULL) */
    const char *language;     /* of the person, "es" or "en"; NULL for a key */
    kf_uuid_t session;
    const char *csrf;         /* the CSRF token of its forms; NULL for a key */
    bool suspended;           /* the business is suspended: read only */
    const char *const *scopes; /* of a key; NULL-terminated */
} kfm_who_t;

typedef enum {
    KFM_ON_PLATFORM,  /* Host is the host of KonfirmadoBaseURL */
    KFM_ON_SUBDOMAIN, /* one label below it: call->subdomain */
    KFM_ON_OTHER      /* anything else: a tenant's own domain, or an unknown host */
} kfm_where_t;

struct kfm_call_t {
    request_rec *r;
    apr_pool_t *pool;
    kfm_cfg_t *cfg;
    const kfm_route_t *route;      /* NULL if no row matched (404, 405) */
    kfm_kind_t kind;               /* of the route, or guessed from the path */
    kfm_match_t match;
    unsigned method;               /* KFM_*; HEAD is KFM_GET; 0 = OPTIONS or unknown */
    const char *request_id;        /* [A-Za-z0-9_@-]; also in logs, pages and problems */
    bool https;                    /* the client uses TLS */
    const char *host;              /* of the Host header: lower case, without port; "" if none */
    const char *host_port;         /* the same with the port, if one was given */
    kfm_where_t where;
    const char *subdomain;         /* KFM_ON_SUBDOMAIN only, else NULL */
    const char *lang;              /* "es" or "en"; never NULL */
    const char *client_ip;         /* of the person: after mod_remoteip */

    /* of the tenant: set through kfm_call_set_tenant() */
    const kf_tenant_t *tenant;     /* NULL: not known (yet) */
    const char *const *cors_origins;  /* may read our API answers; NULL-terminated, may be NULL */
    const char *const *frame_origins; /* may frame our pages; NULL-terminated, may be NULL */

    const kfm_who_t *who;          /* NULL on KFM_OPEN rows */

    const char *style_source;      /* style-src source of the page's own style element; NULL: none */
    const char *policy;            /* the whole Content-Security-Policy of this answer; NULL: the default */
    const char *referrer;          /* the Referrer-Policy of this answer; NULL: same-origin, or no-referrer
                                    * if the path holds a credential (http/hide.h) */
    apr_table_t *problem_members;  /* extension members, see kfm_reply_member(); NULL: none */
    void *page;                    /* private to page/ (colours, logo of an error page) */

    /* read on demand through the functions below and http/body.h */
    kf_form_t *query;
    kf_form_t *form;
    kf_multipart_t *multipart;
    const char *body;
    apr_size_t body_len;
    bool body_read;
    bool answered;                 /* an answer was written; a second one is a bug */
};

/** The value of a path parameter, NUL-terminated. NULL only if the pattern has no such name. */
const char *kfm_call_param(kfm_call_t *call, const char *name);

/** The query string, parsed once. KF_E_MALFORMED. */
kf_err_t *kfm_call_query(const kf_form_t **out, kfm_call_t *call);

/** A request header; NULL if missing. */
const char *kfm_call_header(kfm_call_t *call, const char *name);

/** Whether the page will be shown in a frame (Sec-Fetch-Dest). Browsers block or partition third-party cookies
 *  there. */
bool kfm_call_framed(kfm_call_t *call);

/** Whether the page is a top-level document. A page that a script fetches is neither framed nor top-level. */
bool kfm_call_on_top(kfm_call_t *call);

/** The token of `Authorization: Bearer ...`, NULL if there is none. Never log it. */
const char *kfm_call_bearer(kfm_call_t *call);

/**
 * "https://host[:port]" of the request's host, for links within one answer; cfg->base_url on the platform's host.
 * Call it only after the tenant's host was recognised.
 */
const char *kfm_call_origin(kfm_call_t *call);

/**
 * Sets the tenant of the call, found by the host, the link or the webhook.
 * `cors` and `frame` are NULL-terminated lists of origins or NULL. `lang` is the tenant's language:
 * ?lang= overrides it, and it overrides Accept-Language. From here on answers carry CORS headers.
 */
void kfm_call_set_tenant(kfm_call_t *call, const kf_tenant_t *tenant, const char *const *cors,
                         const char *const *frame, const char *lang);

/** Sets the language of a link ("es", "en"; others are ignored). ?lang= takes precedence. */
void kfm_call_set_lang(kfm_call_t *call, const char *lang);

#endif
