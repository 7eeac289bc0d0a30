#include "http/route.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

static const struct {
    unsigned method;
    const char *name;
} method_names[] = {
    {KFM_GET, "GET"},   {KFM_GET, "HEAD"}, {KFM_POST, "POST"},
    {KFM_PUT, "PUT"},   {KFM_PATCH, "PATCH"}, {KFM_DELETE, "DELETE"},
};

#define N_METHODS (sizeof(method_names) / sizeof(method_names[0]))

static size_t segment_len(const char *at)
{
    return strcspn(at, "/");
}

static bool value_ok(const char *value, size_t len)
{
    if (len == 0 || len > KF_MAX_PARAM) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (!apr_isalnum(value[i]) && !memchr("._~-", value[i], 4)) {
            return false;
        }
    }
    return true;
}

/*
 * Compares a path with a pattern. 0: no match. Otherwise one bit per segment,
 * set for a literal, the first segment in the highest bit: the greater number
 * is the more exact match.
 */
static unsigned match_pattern(kfm_param_t *params, int *nparams, const char *pattern,
                              const char *path)
{
    unsigned exactness = 1;
    int segments = 0;

    *nparams = 0;
    while (*pattern == '/' && *path == '/' && segments++ < KFM_SEGMENTS_MAX) {
        size_t want = segment_len(++pattern), have = segment_len(++path);
        bool literal = *pattern != '{';

        if (literal && (want != have || memcmp(pattern, path, want) != 0)) {
            return 0;
        }
        if (!literal) {
            if (*nparams == KFM_PARAMS_MAX || !value_ok(path, have)) {
                return 0;
            }
            params[(*nparams)++] = (kfm_param_t){pattern + 1, want - 2, path, have};
        }
        exactness = exactness << 1 | literal;
        pattern += want;
        path += have;
    }
    return *pattern == '\0' && *path == '\0' ? exactness : 0;
}

/* A fast pre-check of the literal prefix: the table is scanned for every request. */
static bool may_match(const char *pattern, const char *path)
{
    while (*pattern != '{' && *pattern != '\0' && *pattern == *path) {
        pattern++;
        path++;
    }
    return *pattern == '{' || *pattern == *path;
}

bool kfm_route_claims(const kfm_route_t *table, const char *path)
{
    static const char shared[] = "/.well-known/";
    size_t len;

    if (*path != '/') {
        return false;
    }
    len = 1 + segment_len(path + 1);
    /* others use /.well-known too (ACME challenges): only our exact paths are claimed there */
    if (strncmp(path, shared, sizeof(shared) - 1) == 0) {
        len = strlen(path);
    }
    for (; table->pattern; table++) {
        if (strncmp(table->pattern, path, len) == 0
            && (table->pattern[len] == '/' || table->pattern[len] == '\0')) {
            return true;
        }
    }
    return false;
}

void kfm_route_match(kfm_match_t *out, const kfm_route_t *table, const char *path, unsigned method)
{
    unsigned best = 0;

    memset(out, 0, sizeof(*out));
    for (; table->pattern; table++) {
        kfm_param_t params[KFM_PARAMS_MAX];
        int nparams;
        bool ours = (table->methods & method) != 0;
        unsigned exactness;

        if (!may_match(table->pattern, path)) {
            continue;
        }
        exactness = match_pattern(params, &nparams, table->pattern, path);
        if (exactness == 0 || exactness < best) {
            continue;
        }
        if (exactness > best) {
            best = exactness;
            memset(out, 0, sizeof(*out));
            out->other = table;
        }
        out->allowed |= table->methods;
        if (ours && !out->route) {
            out->route = table;
        }
        if (out->route == table || !out->nparams) {
            memcpy(out->params, params, sizeof(params[0]) * (size_t)nparams);
            out->nparams = nparams;
        }
    }
}

const char *kfm_route_allow(unsigned methods, apr_pool_t *p)
{
    const char *allow = "OPTIONS";

    for (size_t i = 0; i < N_METHODS; i++) {
        if (methods & method_names[i].method) {
            allow = apr_pstrcat(p, allow, ", ", method_names[i].name, NULL);
        }
    }
    return allow;
}

static const char *pattern_fault(const char *pattern)
{
    int params = 0, segments = 0;

    if (strcmp(pattern, "/") == 0) {
        return NULL;
    }
    if (pattern[0] != '/' || pattern[1] == '\0' || pattern[1] == '{') {
        return "must begin with a slash and a literal segment";
    }
    while (*pattern == '/') {
        size_t len = segment_len(++pattern);

        if (len == 0 || (*pattern == '{' && (len < 3 || pattern[len - 1] != '}'))) {
            return "has an empty or an unclosed segment";
        }
        params += *pattern == '{';
        segments++;
        pattern += len;
    }
    return params > KFM_PARAMS_MAX || segments > KFM_SEGMENTS_MAX ? "is too long" : NULL;
}

kf_err_t *kfm_route_check(const kfm_route_t *table, apr_pool_t *p)
{
    for (; table->pattern; table++) {
        const char *fault = pattern_fault(table->pattern);

        if (!fault && (!table->methods || !table->handler || !table->name)) {
            fault = "has no method, handler or name";
        }
        if (fault) {
            return kf_err(p, KF_E_CONFIG, "The route %s %s", table->pattern, fault);
        }
    }
    return NULL;
}
