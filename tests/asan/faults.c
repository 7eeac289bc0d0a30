/* A module with planted faults, one per path, for tests/asan/selftest. Each must be reported when it is requested,
 * and none otherwise. */
#include <httpd.h>

#include <apr_strings.h>
#include <http_config.h>
#include <http_protocol.h>
#include <limits.h>
#include <stdlib.h>

/* Opaque to the compiler, which would otherwise detect the fault itself. */
static volatile int eight = 8, most = INT_MAX;
static void *volatile kept;

static int clean(request_rec *r)
{
    char *piece = apr_palloc(r->pool, (apr_size_t)eight);

    piece[eight - 1] = 'x';
    return piece[eight - 1];
}

static int pool_overrun(request_rec *r)
{
    char *piece = apr_palloc(r->pool, (apr_size_t)eight);

    piece[eight] = 'x';
    return piece[eight];
}

/* Memory from apr_psprintf is guarded too. */
static int text_overrun(request_rec *r)
{
    const char *text = apr_psprintf(r->pool, "%d", eight);

    return text[eight];
}

/* The pool is destroyed by its parent. */
static int after_destroy(request_rec *r)
{
    apr_pool_t *parent, *child;
    char *piece;

    apr_pool_create(&parent, r->pool);
    apr_pool_create(&child, parent);
    piece = apr_pcalloc(child, (apr_size_t)eight);
    apr_pool_destroy(parent);
    return piece[0];
}

static int after_clear(request_rec *r)
{
    apr_pool_t *pool;
    char *piece;

    apr_pool_create(&pool, r->pool);
    piece = apr_pstrdup(pool, "12345678");
    apr_pool_clear(pool);
    return piece[0];
}

static int overflow(request_rec *r)
{
    (void)r;
    return most + eight;
}

static int leak(request_rec *r)
{
    (void)r;
    kept = malloc((size_t)eight * 8);
    kept = NULL;
    return 0;
}

static const struct {
    const char *path;
    int (*fault)(request_rec *);
} faults[] = {
    {"/clean", clean},
    {"/pool-overrun", pool_overrun},
    {"/text-overrun", text_overrun},
    {"/after-destroy", after_destroy},
    {"/after-clear", after_clear},
    {"/overflow", overflow},
    {"/leak", leak},
};

static int handle(request_rec *r)
{
    for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
        if (strcmp(r->uri, faults[i].path) == 0) {
            ap_rprintf(r, "%d\n", faults[i].fault(r));
            return OK;
        }
    }
    return DECLINED;
}

static void hooks(apr_pool_t *p)
{
    (void)p;
    ap_hook_handler(handle, NULL, NULL, APR_HOOK_FIRST);
}

__attribute__((visibility("default"))) module AP_MODULE_DECLARE_DATA faults_module = {
    STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, hooks, 0,
};
