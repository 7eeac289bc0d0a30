/*
 * Preloaded into httpd: a server without mod_watchdog, which Debian's cannot leave out. Modules find its functions by name.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>

typedef void any_fn(void);
typedef any_fn *retrieve_fn(const char *);

any_fn *apr_dynamic_fn_retrieve(const char *name)
{
    retrieve_fn *real = (retrieve_fn *)dlsym(RTLD_NEXT, "apr_dynamic_fn_retrieve");

    return strncmp(name, "ap_watchdog_", 12) == 0 ? NULL : real(name);
}
