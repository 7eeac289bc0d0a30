#ifndef KFM_HTTP_ROUTE_H
#define KFM_HTTP_ROUTE_H
/*
 * The route table: each of our paths, once, in the routes.def of its noun (http/routes.def).
 *
 * A pattern is a path of literal segments and parameters: "/book/{link}/details".
 * A literal wins over a parameter in the same place; otherwise the order of the
 * table decides. A parameter takes one segment of 1 to KF_MAX_PARAM characters
 * out of [A-Za-z0-9._~-], so a handler never sees a slash, a percent sign or a
 * control character in it. One path may have several rows with different methods.
 *
 * The module claims the first segments of all patterns ("/book", "/api", ...):
 * a path below them that matches no row is 404. httpd serves all other paths. Below
 * /.well-known only the exact paths of the table are claimed.
 *
 * HEAD is served by the row of GET. OPTIONS is answered by the dispatcher.
 */
#include <apr.h>
#include <stdbool.h>

#include "base/err.h"
#include "base/limits.h"
#include "cfg/limits.h"

typedef struct kfm_call_t kfm_call_t;

/** Answers through http/reply.h and returns NULL, or returns the error to answer with. */
typedef kf_err_t *kfm_handler_fn(kfm_call_t *call);

enum { KFM_GET = 1, KFM_POST = 2, KFM_PATCH = 4, KFM_PUT = 8, KFM_DELETE = 16 };

/** The kind of the answer: an error of a PAGE is a page, of the others problem details. */
typedef enum { KFM_PAGE, KFM_API, KFM_WEBHOOK } kfm_kind_t;

/**
 * The hosts that serve a row; on others it is 404. With KFM_HOST_BOOKING the host is the platform's
 * (the link or the body names the tenant) or a tenant's own.
 */
typedef enum {
    KFM_HOST_BOOKING,   /* platform or tenant host */
    KFM_HOST_PLATFORM,  /* platform host only */
    KFM_HOST_TENANT,    /* tenant hosts only */
    KFM_HOST_ANY        /* any Host; the tenant is not looked up (health, webhooks) */
} kfm_host_t;

/**
 * The role that a row requires. The dispatcher's gate (auth/gate.c) enforces it, whatever httpd's
 * configuration says.
 */
typedef enum {
    KFM_OPEN,   /* no authentication */
    KFM_MEMBER, /* a session of either role, no API key: the person's own account */
    KFM_STAFF,  /* a session of either role, or an API key with the row's scope */
    KFM_OWNER   /* a session of an owner, or an API key with the row's scope */
} kfm_role_t;

#define KFM_PARAMS_MAX 4   /* parameters of one pattern */
#define KFM_SEGMENTS_MAX 8 /* segments of one path */

typedef struct {
    unsigned methods;         /* KFM_GET | KFM_POST ... */
    const char *pattern;
    kfm_kind_t kind;
    kfm_host_t host;
    apr_size_t body_cap;      /* bytes; 0 = a body is refused with 413 */
    kfm_limit_t limit;        /* the limit that counts the request */
    kfm_role_t role;
    const char *scope;        /* that an API key needs: "bookings:write"; NULL: no API keys */
    const char *name;         /* "hold.create": for logs, metrics and idempotency */
    kfm_handler_fn *handler;
    const void *does;         /* argument of a handler that serves many rows (handle/acts.h); else NULL */
    const void *reads;        /* the fields (kfm_fields_t) of the body, or of a GET's query; NULL: none declared */
} kfm_route_t;

/** The table; ends with a row whose pattern is NULL. */
extern const kfm_route_t kfm_routes[];

typedef struct {
    const char *name;         /* points into the pattern, name_len characters */
    apr_size_t name_len;
    const char *value;        /* points into the path, value_len characters */
    apr_size_t value_len;
} kfm_param_t;

typedef struct {
    const kfm_route_t *route; /* NULL: no row has this path (404) or this method (405) */
    const kfm_route_t *other; /* a row with this path and any method; NULL: 404 */
    unsigned allowed;         /* the methods of all rows with this path */
    int nparams;
    kfm_param_t params[KFM_PARAMS_MAX];
} kfm_match_t;

/** Families of rows: labels of metrics; ends with NULL. The last one is for requests without a row. */
extern const char *const kfm_route_families[];
/** The index of a row's family. NULL: no row has the path or the method. */
int kfm_route_family(const kfm_route_t *route);

/** True if the path is below one of the first segments of the table. */
bool kfm_route_claims(const kfm_route_t *table, const char *path);

/** Finds the row for a path and one KFM_* method (0 = an unknown method). */
void kfm_route_match(kfm_match_t *out, const kfm_route_t *table, const char *path,
                     unsigned method);

/** The value of Allow: "OPTIONS, GET, HEAD, POST". Lives in `p`. */
const char *kfm_route_allow(unsigned methods, apr_pool_t *p);

/** KF_E_CONFIG, naming the row, if its pattern is malformed or too long, or it has no method, handler or name. */
kf_err_t *kfm_route_check(const kfm_route_t *table, apr_pool_t *p);

#endif
