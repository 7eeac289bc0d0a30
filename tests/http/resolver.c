/*
 * A name server in the hands of somebody hostile, preloaded into httpd: every name below
 * rebind.test leads to this machine, as if it had been pointed elsewhere after its URL was saved.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>

typedef int resolve_fn(const char *, const char *, const struct addrinfo *, struct addrinfo **);

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
    static const char zone[] = ".rebind.test";
    resolve_fn *real = (resolve_fn *)dlsym(RTLD_NEXT, "getaddrinfo");
    size_t len = node ? strlen(node) : 0;

    if (len > sizeof(zone) - 1 && strcmp(node + len - (sizeof(zone) - 1), zone) == 0) {
        node = strncmp(node, "mapped", 6) == 0 ? "::ffff:127.0.0.1" : "127.0.0.1";
    }
    return real(node, service, hints, out);
}
