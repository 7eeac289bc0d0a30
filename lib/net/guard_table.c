/* Which addresses are public: all except IANA's special-purpose blocks. */
#include "net/guard.h"

#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    uint32_t net;
    int bits;
} block4_t;

typedef struct {
    unsigned char net[16];
    int bits;
} block6_t;

static const block4_t refused4[] = {
    {0x00000000, 8},  /* 0.0.0.0/8        this network */
    {0x0a000000, 8},  /* 10.0.0.0/8       private */
    {0x64400000, 10}, /* 100.64.0.0/10    shared by carriers; metadata of some clouds */
    {0x7f000000, 8},  /* 127.0.0.0/8      loopback */
    {0xa9fe0000, 16}, /* 169.254.0.0/16   link local; metadata of clouds */
    {0xac100000, 12}, /* 172.16.0.0/12    private */
    {0xc0000000, 24}, /* 192.0.0.0/24     protocol assignments */
    {0xc0000200, 24}, /* 192.0.2.0/24     documentation */
    {0xc0586300, 24}, /* 192.88.99.0/24   former 6to4 relay */
    {0xc0a80000, 16}, /* 192.168.0.0/16   private */
    {0xc6120000, 15}, /* 198.18.0.0/15    benchmarks */
    {0xc6336400, 24}, /* 198.51.100.0/24  documentation */
    {0xcb007100, 24}, /* 203.0.113.0/24   documentation */
    {0xe0000000, 4},  /* 224.0.0.0/4      multicast */
    {0xf0000000, 4},  /* 240.0.0.0/4      reserved, broadcast */
};

/* Only 2000::/3 is global unicast, so these are the exceptions inside it. */
static const block6_t refused6[] = {
    {{0x20, 0x01, 0x00}, 23},             /* 2001::/23      protocol assignments, Teredo */
    {{0x20, 0x01, 0x0d, 0xb8}, 32},       /* 2001:db8::/32  documentation */
    {{0x20, 0x02}, 16},                   /* 2002::/16      6to4: an IPv4 address in disguise */
    {{0x3f, 0xff, 0x00}, 20},             /* 3fff::/20      documentation */
};

static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};          /* ::ffff:0:0/96 */
static const unsigned char nat64[12] = {0x00, 0x64, 0xff, 0x9b};             /* 64:ff9b::/96 */

static int in_block6(const unsigned char *addr, const block6_t *block)
{
    int whole = block->bits / 8;
    int rest = block->bits % 8;
    unsigned mask = rest ? (0xffU << (8 - rest)) & 0xffU : 0;

    return memcmp(addr, block->net, (size_t)whole) == 0
           && ((addr[whole] ^ block->net[whole]) & mask) == 0;
}

static int denied4(uint32_t addr)
{
    for (size_t i = 0; i < sizeof(refused4) / sizeof(*refused4); i++) {
        int shift = 32 - refused4[i].bits;

        if (addr >> shift == refused4[i].net >> shift) {
            return 1;
        }
    }
    return 0;
}

static int denied6(const unsigned char *addr)
{
    if (memcmp(addr, mapped, sizeof(mapped)) == 0 || memcmp(addr, nat64, sizeof(nat64)) == 0) {
        return denied4((uint32_t)addr[12] << 24 | (uint32_t)addr[13] << 16
                       | (uint32_t)addr[14] << 8 | addr[15]);
    }
    if ((addr[0] & 0xe0) != 0x20) {
        return 1;
    }
    for (size_t i = 0; i < sizeof(refused6) / sizeof(*refused6); i++) {
        if (in_block6(addr, &refused6[i])) {
            return 1;
        }
    }
    return 0;
}

int kf_guard_address_denied(const struct sockaddr *sa)
{
    /* copied: a caller's sockaddr need not be aligned for its real type */
    if (sa->sa_family == AF_INET) {
        struct sockaddr_in in;

        memcpy(&in, sa, sizeof(in));
        return denied4(ntohl(in.sin_addr.s_addr));
    }
    if (sa->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;

        memcpy(&in6, sa, sizeof(in6));
        return denied6(in6.sin6_addr.s6_addr);
    }
    return 1;
}
