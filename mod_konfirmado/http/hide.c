#include "http/hide.h"

#include <apr_strings.h>
#include <string.h>

#define HIDDEN "-"
#define CONNECT "/connect-calendar/" /* the way to the provider and back is bound to a browser too */
#define WAY_BACK "/api/auth/" /* providers send codes and states there, or what became of them */

/* A path below one of these begins with a token, also where it is no row of the table: a link that was
 * copied with a dot behind it is still a link. */
static const char *const secret_paths[] = {CONNECT, "/booking/", "/waiting/", "/feed/"};

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
    for (size_t i = 0; i < sizeof(secret_paths) / sizeof(*secret_paths); i++) {
        size_t head = strlen(secret_paths[i]);

        if (!strncmp(r->uri, secret_paths[i], head) && r->uri[head] && r->uri[head] != '/') {
            return apr_pstrcat(r->pool, secret_paths[i], HIDDEN, r->uri + head + strcspn(r->uri + head, "/"), NULL);
        }
    }
    return NULL;
}

static bool is_way_back(const request_rec *r)
{
    return !strncmp(r->uri, WAY_BACK, strlen(WAY_BACK));
}

bool kfm_hide_bearer(const request_rec *r)
{
    return path_without(r) && strncmp(r->uri, CONNECT, strlen(CONNECT)) != 0;
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
