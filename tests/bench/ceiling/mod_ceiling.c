/* For the benchmark: the minimum cost of a handler written in C. /fixed/small and /fixed/large answer a JSON
 * document from memory, 170 bytes and 5 KB. */
#include <httpd.h>

#include <http_config.h>
#include <http_protocol.h>
#include <http_request.h>
#include <string.h>

#define SMALL 170
#define LARGE 5120

static char large[LARGE + 1], small[SMALL + 1];

static void fill(char *out, size_t len)
{
    static const char head[] = "{\"data\":\"", tail[] = "\"}";

    memset(out, 'x', len);
    memcpy(out, head, sizeof(head) - 1);
    memcpy(out + len - (sizeof(tail) - 1), tail, sizeof(tail) - 1);
    out[len] = '\0';
}

/* No file exists for these paths: skip the lookup. */
static int map_to_storage(request_rec *r)
{
    return r->uri && strncmp(r->uri, "/fixed/", 7) == 0 ? OK : DECLINED;
}

static int handler(request_rec *r)
{
    int is_large;

    if (!r->uri || strncmp(r->uri, "/fixed/", 7) != 0) {
        return DECLINED;
    }
    is_large = strcmp(r->uri + 7, "large") == 0;
    ap_set_content_type(r, "application/json");
    ap_set_content_length(r, is_large ? LARGE : SMALL);
    ap_rwrite(is_large ? large : small, is_large ? LARGE : SMALL, r);
    return OK;
}

static void register_hooks(apr_pool_t *p)
{
    (void)p;
    fill(large, LARGE);
    fill(small, SMALL);
    ap_hook_map_to_storage(map_to_storage, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_handler(handler, NULL, NULL, APR_HOOK_FIRST);
}

AP_DECLARE_MODULE(ceiling) = {
    STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, register_hooks, 0};
