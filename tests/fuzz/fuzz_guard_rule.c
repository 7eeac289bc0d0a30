/* The guard's rules and addresses. The first byte is a prefix length for the address check, the next 16 bytes an
 * address, the rest a rule. No allow rule can override a deny rule. An IPv4 address embedded in an IPv6 one is
 * judged as IPv4. */
#include "fuzz.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "net/guard.h"

static struct sockaddr_in v4(const uint8_t *bytes)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons(443)};

    memcpy(&sa.sin_addr, bytes, 4);
    return sa;
}

static struct sockaddr_in6 v6(const uint8_t *bytes)
{
    struct sockaddr_in6 sa = {.sin6_family = AF_INET6, .sin6_port = htons(443)};

    memcpy(&sa.sin6_addr, bytes, 16);
    return sa;
}

/* Every IPv6 form of a refused IPv4 address is refused too. */
static void embedded(const uint8_t *bytes)
{
    static const uint8_t prefixes[][12] = {
        {[10] = 0xff, [11] = 0xff},                             /* ::ffff:a.b.c.d */
        {0, 0x64, 0xff, 0x9b},                                  /* 64:ff9b::a.b.c.d */
    };
    struct sockaddr_in four = v4(bytes);

    if (!kf_guard_address_denied((const struct sockaddr *)&four)) {
        return;
    }
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
        uint8_t whole[16];
        struct sockaddr_in6 six;

        memcpy(whole, prefixes[i], 12);
        memcpy(whole + 12, bytes, 4);
        six = v6(whole);
        FUZZ_CHECK(kf_guard_address_denied((const struct sockaddr *)&six), "a hidden address");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size};
    unsigned bits = fuzz_byte(&in);
    uint8_t bytes[16];
    struct sockaddr_in four;
    struct sockaddr_in6 six;
    kf_guard_t *allows = kf_guard_create(p), *both = kf_guard_create(p);
    const char *rule, *all = apr_psprintf(p, "0.0.0.0/%u", bits % 33);

    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = fuzz_byte(&in);
    }
    four = v4(bytes);
    six = v6(bytes);
    rule = fuzz_text(&in, p);
    embedded(bytes);
    if (!kf_guard_allow(allows, rule, p)) {
        FUZZ_CHECK(!kf_guard_allow(both, rule, p), "the same rule twice");
        FUZZ_CHECK(!kf_guard_deny(both, rule, p), "allowed, but cannot be denied");
        if (kf_guard_address_denied((const struct sockaddr *)&four)) {
            FUZZ_CHECK(kf_guard_connect_denied(both, "shop.example", (const struct sockaddr *)&four),
                       "a denial was undone");
        }
        (void)kf_guard_connect_denied(allows, "shop.example", (const struct sockaddr *)&six);
    } else {
        FUZZ_CHECK(kf_guard_deny(both, rule, p), "denied, but cannot be allowed");
    }
    (void)kf_guard_allow(both, all, p);
    (void)kf_guard_connect_denied(both, "shop.example", (const struct sockaddr *)&four);
    apr_pool_destroy(p);
    return 0;
}
