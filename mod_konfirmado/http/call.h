#ifndef KFM_HTTP_CALL_H
#define KFM_HTTP_CALL_H
/*
 * One request on its way through a handler.
 *
 * The dispatcher (http/dispatch.c) makes the call, finds the route, counts the
 * request against its limit, lets the tenant room find the tenant of the host,
 * refuses foreign origins, and runs the handler. A handler reads what it needs
 * from here, calls lib/flow and answers through http/reply.h. Everything lives
 * in call->pool, which is the request's.
 */
#include <httpd.h>
#include <jansson.h>

#include "base/uuid.h"
#include "cfg/cfg.h"
#include "http/route.h"
#include "text/form.h"
#include "text/multipart.h"

/** A tenant's row; the tenant room says what is in it. */
typedef struct kf_tenant_t kf_tenant_t;

/* Who is signed in. Everything in it is the row's, read for this request. */
typedef struct {
    kf_uuid_t tenant, id;     /* id: of the person or of the API key */
    bool key;                 /* an API key: it has no session, no role and no person */
    bool owner;
    const char *name, *email; /* of the person; of a key its name, and NULL */
    const char *language;     /* of the person, "es" or "en"; NULL for a key */
    kf_uuid_t session;
    const char *csrf;         /* the token that forms carry; NULL for a key */
    bool suspended;           /* the business: it may read, and change nothing */
    const char *const *scopes; /* of a key; NULL-terminated */
} kfm_who_t;

typedef enum {
    KFM_ON_PLATFORM,  /* Host is the one of KonfirmadoBaseURL */
    KFM_ON_SUBDOMAIN, /* one label before it: call->subdomain */
    KFM_ON_OTHER      /* anything else: a tenant's own domain, or nobody's */
} kfm_where_t;

struct kfm_call_t {
    request_rec *r;
    apr_pool_t *pool;
    kfm_cfg_t *cfg;
    const kfm_route_t *route;      /* NULL while no row matched (404, 405) */
    kfm_kind_t kind;               /* of the route, or guessed from the path */
    kfm_match_t match;
    unsigned method;               /* KFM_*; HEAD is KFM_GET; 0 = OPTIONS or unknown */
    const char *request_id;        /* [A-Za-z0-9_@-]; also in logs, pages and problems */
    bool https;                    /* the client speaks TLS with us */
    const char *host;              /* of the Host header: lower case, without port; "" if none */
    const char *host_port;         /* the same with the port, if one was given */
    kfm_where_t where;
    const char *subdomain;         /* KFM_ON_SUBDOMAIN only, else NULL */
    const char *lang;              /* "es" or "en"; never NULL */
    const char *client_ip;         /* of the person: after mod_remoteip */

    /* of the tenant: set through kfm_call_set_tenant() */
    const kf_tenant_t *tenant;     /* NULL: not known (yet) */
    const char *const *cors_origins;  /* may read our API answers; NULL-terminated, may be NULL */
    const char *const *frame_origins; /* may frame our pages; the same */

    const kfm_who_t *who;          /* NULL on rows that are open to anybody */

    const char *style_source;      /* of the page's own style element, for the policy; NULL: none */
    const char *policy;            /* the whole Content-Security-Policy of this answer; NULL: a page's */
    const char *referrer;          /* the Referrer-Policy of this answer; NULL: same-origin, or none
                                    * where the path gives a right (http/hide.h) */
    apr_table_t *problem_members;  /* further ones than all problems have, see kfm_reply_member(); NULL: none */
    void *page;                    /* the page room's own (colours, logo of an error page) */

    /* read on demand: use the functions below */
    kf_form_t *query;
    kf_form_t *form;
    kf_multipart_t *multipart;
    const char *body;
    apr_size_t body_len;
    bool body_read;
    bool answered;                 /* an answer was written: a second one is a bug */
};

/** The value of a path parameter, NUL-terminated. NULL only if the pattern has no such name. */
const char *kfm_call_param(kfm_call_t *call, const char *name);

/** The query string, parsed once. KF_E_MALFORMED. */
kf_err_t *kfm_call_query(const kf_form_t **out, kfm_call_t *call);

/** A request header, NULL if it is not there. */
const char *kfm_call_header(kfm_call_t *call, const char *name);

/** Whether a page will be shown in a frame of another one: the browser says so (Sec-Fetch-Dest). Cookies of other
 *  sites are refused or kept apart there. */
bool kfm_call_framed(kfm_call_t *call);

/** Whether it is a page of its own in the browser's window; one that a script fetches is neither. */
bool kfm_call_on_top(kfm_call_t *call);

/** The token of `Authorization: Bearer ...`, NULL if there is none. Never log it. */
const char *kfm_call_bearer(kfm_call_t *call);

/**
 * "https://host[:port]" of the host that the request came to, for links within one answer.
 * Only after a tenant's host was recognised; the platform's is cfg->base_url.
 */
const char *kfm_call_origin(kfm_call_t *call);

/**
 * Tells the call whose tenant it is: found by its host, by the link or by the hook.
 * `cors` and `frame` are NULL-terminated lists of origins or NULL; `lang` is the tenant's own,
 * it loses against ?lang= and wins over Accept-Language. From here on answers carry CORS headers.
 */
void kfm_call_set_tenant(kfm_call_t *call, const kf_tenant_t *tenant, const char *const *cors,
                         const char *const *frame, const char *lang);

/** Sets the language ("es", "en"; else ignored) unless ?lang= already did: a link's own language. */
void kfm_call_set_lang(kfm_call_t *call, const char *lang);

#endif
