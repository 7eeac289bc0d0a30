#ifndef KFM_HTTP_ROUTE_H
#define KFM_HTTP_ROUTE_H
/*
 * The route table: every path of ours, once, in the routes.def of its noun (http/routes.def).
 *
 * A pattern is a path of literal segments and parameters: "/book/{link}/details".
 * A literal wins over a parameter in the same place; otherwise the order of the
 * table decides. A parameter takes one segment of 1 to KF_MAX_PARAM characters
 * out of [A-Za-z0-9._~-], so a handler never sees a slash, a percent sign or a
 * control character in it. One path may have several rows with different methods.
 *
 * The first segments of all patterns are the paths we claim ("/book", "/api",
 * ...): what is below them and matches no row is 404; all else is httpd's own. Of
 * /.well-known only the very paths of the table are ours.
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

/** What an answer looks like: errors of PAGE are pages, of all others problem details. */
typedef enum { KFM_PAGE, KFM_API, KFM_WEBHOOK } kfm_kind_t;

/**
 * Where a row is served. A row that asks for a tenant's host is 404 elsewhere. On KFM_HOST_BOOKING
 * the host may be the platform's (the link or the body names the tenant) or a tenant's own.
 */
typedef enum {
    KFM_HOST_BOOKING,   /* platform or tenant host */
    KFM_HOST_PLATFORM,  /* platform host only */
    KFM_HOST_TENANT,    /* tenant hosts only */
    KFM_HOST_ANY        /* whatever Host says; the tenant is not looked up (health, webhooks) */
} kfm_host_t;

/**
 * Who may come in. The dispatcher's gate (auth/gate.h) closes every row that asks for a role,
 * whatever httpd's configuration says.
 */
typedef enum {
    KFM_OPEN,   /* anybody */
    KFM_MEMBER, /* who is signed in, of either role, with a session: one's own account */
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
    kfm_limit_t limit;        /* which limit counts the request */
    kfm_role_t role;
    const char *scope;        /* of API keys that may come in too: "bookings:write"; NULL: none */
    const char *name;         /* "hold.create": for logs, metrics and idempotency */
    kfm_handler_fn *handler;
    const void *does;         /* what a handler that serves many rows does (handle/acts.h); else NULL */
    const void *reads;        /* the fields (kfm_fields_t) of its body, or of the query of a GET; NULL: it says itself */
} kfm_route_t;

/** The table; ends with a row whose pattern is NULL. */
extern const kfm_route_t kfm_routes[];

typedef struct {
    const char *name;         /* of the parameter: points into the pattern, name_len characters */
    apr_size_t name_len;
    const char *value;        /* points into the path, value_len characters */
    apr_size_t value_len;
} kfm_param_t;

typedef struct {
    const kfm_route_t *route; /* NULL: no row has this path (404) or this method (405) */
    const kfm_route_t *other; /* a row with this path, whatever its method; NULL: 404 */
    unsigned allowed;         /* the methods of all rows with this path */
    int nparams;
    kfm_param_t params[KFM_PARAMS_MAX];
} kfm_match_t;

/** Families of rows, as labels of metrics; ends with NULL. The last one is for paths without a row. */
extern const char *const kfm_route_families[];
/** The number of a row's family; NULL: no row had the path or the method. */
int kfm_route_family(const kfm_route_t *route);

/** True if the path is below one of the first segments of the table. */
bool kfm_route_claims(const kfm_route_t *table, const char *path);

/** Finds the row for a path and one KFM_* method (0 = a method we do not know). */
void kfm_route_match(kfm_match_t *out, const kfm_route_t *table, const char *path,
                     unsigned method);

/** The value of Allow: "GET, HEAD, OPTIONS, POST". Static text is not used; lives in `p`. */
const char *kfm_route_allow(unsigned methods, apr_pool_t *p);

/** KF_E_CONFIG naming the row if a pattern is not well formed or names too many parameters. */
kf_err_t *kfm_route_check(const kfm_route_t *table, apr_pool_t *p);

#endif
