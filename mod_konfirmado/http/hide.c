#include "http/hide.h"

#include <apr_strings.h>
#include <string.h>

#include "http/route.h"

#define HIDDEN "-"
#define INVITED "/connect-calendar/" /* the paths with a parameter {token} */
#define WAY_BACK "/api/auth/" /* providers send codes and states there, or what became of them */

/* A query with one of these is hidden as a whole. */
static const char *const secret_names[] = {"token", "code"};

static bool is_secret_name(const char *at, size_t len)
{
    for (size_t i = 0; i < sizeof(secret_names) / sizeof(*secret_names); i++) {
        if (strlen(secret_names[i]) == len && !strncmp(secret_names[i], at, len)) {
            return true;
        }
    }
    return false;
}

static bool holds_secret(const char *args)
{
    for (;;) {
        size_t len = strcspn(args, "=&");

        if (args[len] == '=' && is_secret_name(args, len)) {
            return true;
        }
        args = strchr(args, '&');
        if (!args) {
            return false;
        }
        args++;
    }
}

/* The path without its token; NULL: there is none in it. Most requests are told apart at once. */
static const char *path_without(const request_rec *r)
{
    kfm_match_t match;

    if (strncmp(r->uri, INVITED, strlen(INVITED))) {
        return NULL;
    }
    kfm_route_match(&match, kfm_routes, r->uri, 0);
    for (int i = 0; match.other && i < match.nparams; i++) {
        const kfm_param_t *param = &match.params[i];

        if (param->name_len == strlen("token") && !strncmp(param->name, "token", param->name_len)) {
            return apr_pstrcat(r->pool, apr_pstrmemdup(r->pool, r->uri, (apr_size_t)(param->value - r->uri)), HIDDEN,
                               param->value + param->value_len, NULL);
        }
    }
    return NULL;
}

static bool is_way_back(const request_rec *r)
{
    return !strncmp(r->uri, WAY_BACK, strlen(WAY_BACK));
}

bool kfm_hide_path(const request_rec *r)
{
    return is_way_back(r) || path_without(r);
}

void kfm_hide(request_rec *r)
{
    const char *path = path_without(r);
    bool query = r->args && (holds_secret(r->args) || is_way_back(r));

    if (!path && !query) {
        return;
    }
    if (path) {
        r->uri = (char *)path;
    }
    if (query) {
        r->args = apr_pstrdup(r->pool, HIDDEN);
    }
    r->unparsed_uri = apr_pstrcat(r->pool, r->uri, r->args ? "?" : "", r->args ? r->args : "", NULL);
    r->the_request = apr_pstrcat(r->pool, r->method, " ", r->unparsed_uri, " ", r->protocol, NULL);
}
