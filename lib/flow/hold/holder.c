#include "flow/hold/holder.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <arpa/inet.h>
#include <string.h>

#include "crypto/hash.h"

#define MAC_BYTES 16
#define MOST_DIGITS 20 /* of a nonce */

/* -- who -- */

static kf_err_t *own_key(uint8_t out[KF_SHA256_BYTES], const kf_keyring_t *keys, const char *label, apr_pool_t *p)
{
    kf_bytes_t part = KF_BYTES_STR(label);

    return kf_hmac_sha256(out, (kf_bytes_t){keys->keys[0].key, KF_KEY_BYTES}, &part, 1, p);
}

/* 64 bits are enough to distinguish the addresses at one business. */
static kf_err_t *shorten(int64_t *out, const uint8_t key[KF_SHA256_BYTES], const char *what, kf_bytes_t prefix,
                         apr_pool_t *p)
{
    uint8_t hash[KF_SHA256_BYTES];

    KF_TRY(kf_hmac_sha256(hash, (kf_bytes_t){key, KF_SHA256_BYTES}, (kf_bytes_t[]){KF_BYTES_STR(what), prefix}, 2, p));
    memcpy(out, hash, sizeof(*out));
    return NULL;
}

kf_err_t *kf_holder_of(kf_holder_t *out, const kf_keyring_t *keys, const char *ip, apr_pool_t *p)
{
    uint8_t key[KF_SHA256_BYTES];
    struct in6_addr six;
    struct in_addr four;
    const uint8_t *bytes = six.s6_addr;
    size_t address = 8, network = 6;

    *out = (kf_holder_t){0, 0};
    if (ip && inet_pton(AF_INET, ip, &four) == 1) {
        bytes = (const uint8_t *)&four;
        address = 4;
        network = 3;
    } else if (!ip || inet_pton(AF_INET6, ip, &six) != 1) {
        return NULL;
    } else if (IN6_IS_ADDR_V4MAPPED(&six)) {
        bytes += 12;
        address = 4;
        network = 3;
    }
    KF_TRY(own_key(key, keys, "kf:holder", p));
    KF_TRY(shorten(&out->address, key, "address", (kf_bytes_t){bytes, address}, p));
    KF_TRY(shorten(&out->network, key, "network", (kf_bytes_t){bytes, network}, p));
    kf_wipe(key, sizeof(key));
    return NULL;
}

/* -- the proof of work -- */

/* "BITS.EXPIRES." and its MAC, bound to the time asked for. */
static kf_err_t *sign(const char **out, const kf_keyring_t *keys, const kf_hold_wish_t *wish, const char *head,
                      apr_pool_t *p)
{
    uint8_t key[KF_SHA256_BYTES], mac[KF_SHA256_BYTES];
    char text[KF_BASE64URL_CHARS(MAC_BYTES) + 1];
    const char *who = wish->professional && *wish->professional ? wish->professional : "any";
    const char *what = apr_psprintf(p, "%s\n%s\n%s\n%s\n%" APR_INT64_T_FMT, head, wish->link, wish->service, who,
                                    (apr_int64_t)wish->start);
    kf_bytes_t part = KF_BYTES_STR(what);

    KF_TRY(own_key(key, keys, "kf:hold-work", p));
    KF_TRY(kf_hmac_sha256(mac, (kf_bytes_t){key, sizeof(key)}, &part, 1, p));
    kf_wipe(key, sizeof(key));
    kf_base64url_write(text, mac, MAC_BYTES);
    *out = apr_pstrcat(p, head, text, NULL);
    return NULL;
}

kf_err_t *kf_work_challenge(const char **out, const kf_keyring_t *keys, const kf_hold_wish_t *wish, int bits,
                            kf_instant_t now, apr_pool_t *p)
{
    apr_int64_t until = now / KF_SECOND + KF_WORK_SECONDS;

    return sign(out, keys, wish, apr_psprintf(p, "%d.%" APR_INT64_T_FMT ".", bits, until), p);
}

static int zero_bits(const uint8_t hash[KF_SHA256_BYTES])
{
    int n = 0;

    while (n < KF_SHA256_BYTES * 8 && !(hash[n / 8] & (0x80 >> n % 8))) {
        n++;
    }
    return n;
}

/* The length of "digits." at the start of a text; 0 if it does not start so. */
static size_t number(apr_int64_t *out, const char *text)
{
    size_t len = strspn(text, "0123456789");

    *out = len && len <= 12 ? apr_atoi64(text) : 0;
    return *out > 0 && text[len] == '.' ? len + 1 : 0;
}

/* A parsed proof: the first `head` characters are "BITS.EXPIRES.", the first `challenge` include the MAC. */
typedef struct {
    apr_int64_t bits, until;
    size_t head, challenge;
} proof_t;

static bool read_proof(proof_t *out, const char *work)
{
    size_t first = number(&out->bits, work), second = first ? number(&out->until, work + first) : 0, digits;

    out->head = first + second;
    out->challenge = out->head + KF_BASE64URL_CHARS(MAC_BYTES);
    if (!second || out->bits > KF_WORK_MAX_BITS || strlen(work) <= out->challenge || work[out->challenge] != '.'
        || memchr(work + out->head, '.', KF_BASE64URL_CHARS(MAC_BYTES))) {
        return false;
    }
    digits = strspn(work + out->challenge + 1, "0123456789");
    return digits && digits <= MOST_DIGITS && !work[out->challenge + 1 + digits];
}

bool kf_work_shaped(const char *work)
{
    proof_t proof;

    return read_proof(&proof, work);
}

kf_err_t *kf_work_bits(int *out, const kf_keyring_t *keys, const kf_hold_wish_t *wish, kf_instant_t now, apr_pool_t *p)
{
    const char *work = wish->work, *expected;
    uint8_t hash[KF_SHA256_BYTES];
    proof_t proof;

    *out = 0;
    if (!work || !read_proof(&proof, work) || proof.until < now / KF_SECOND) {
        return NULL;
    }
    KF_TRY(sign(&expected, keys, wish, apr_pstrmemdup(p, work, proof.head), p));
    KF_TRY(kf_sha256(hash, &(kf_bytes_t){work, strlen(work)}, 1, p));
    if (kf_equal_secret(expected, strlen(expected), work, proof.challenge) && zero_bits(hash) >= proof.bits) {
        *out = (int)proof.bits;
    }
    return NULL;
}
