/* Proofs of work and addresses from untrusted clients. Lines: a proof, an address, link, service and professional.
 * An accepted proof begins with the challenge that we would issue for that request; no other does. */
#include "fuzz.h"

#include "flow/hold/holder.h"

#define NOW (INT64_C(1796000000) * KF_SECOND)

static const kf_keyring_t keys = {.keys = {{.kid = "k1", .key = "0123456789abcdef0123456789abcde"}}, .n = 1};

static int bits_of(const kf_hold_wish_t *wish, apr_pool_t *p)
{
    int bits;

    FUZZ_CHECK(!kf_work_bits(&bits, &keys, wish, NOW, p), "an error");
    FUZZ_CHECK(bits >= 0 && bits <= KF_WORK_MAX_BITS, "the bits");
    FUZZ_CHECK(!bits || kf_work_shaped(wish->work), "a proof without its shape");
    return bits;
}

/* The challenge with which a proof of this many bits would begin, issued at its start time. */
static void same(const kf_hold_wish_t *wish, int bits, apr_pool_t *p)
{
    kf_instant_t until = apr_atoi64(strchr(wish->work, '.') + 1) * KF_SECOND;
    const char *own;

    FUZZ_CHECK(until >= NOW, "it is over");
    FUZZ_CHECK(!kf_work_challenge(&own, &keys, wish, bits, until - KF_WORK_SECONDS * KF_SECOND, p), "a challenge");
    FUZZ_CHECK(strncmp(wish->work, own, strlen(own)) == 0 && wish->work[strlen(own)] == '.', "of another challenge");
}

/* Our challenge is solved within a few tries, and is invalid once a byte of the request differs. */
static void own(kf_hold_wish_t *wish, apr_pool_t *p)
{
    const char *challenge;
    int nonce = 0;

    FUZZ_CHECK(!kf_work_challenge(&challenge, &keys, wish, 1, NOW, p), "a challenge");
    do {
        FUZZ_CHECK(nonce < 200, "no answer");
        wish->work = apr_psprintf(p, "%s.%d", challenge, nonce++);
    } while (!bits_of(wish, p));
    wish->start += KF_MINUTE;
    FUZZ_CHECK(!bits_of(wish, p), "of another start");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size};
    kf_hold_wish_t wish = {.work = fuzz_line(&in, p), .start = NOW};
    const char *ip = fuzz_line(&in, p);
    kf_holder_t holder;
    int bits;

    wish.link = fuzz_line(&in, p);
    wish.service = fuzz_line(&in, p);
    wish.professional = fuzz_line(&in, p);
    bits = bits_of(&wish, p);
    if (bits) {
        same(&wish, bits, p);
    }
    FUZZ_CHECK(!kf_holder_of(&holder, &keys, ip, p), "an address");
    FUZZ_CHECK(!holder.address == !holder.network, "one without the other");
    own(&wish, p);
    apr_pool_destroy(p);
    return 0;
}
