#ifndef KF_FLOW_HOLD_HOLDER_H
#define KF_FLOW_HOLD_HOLDER_H
/*
 * Who holds times, and what a hold costs while many are held.
 *
 * A browser is counted by its address (an IPv4 address, or the /64 of an IPv6 address) and its network (the
 * /24 or /48). The database sees only hashes of both, under a key that it does not have.
 *
 * A proof of work is stateless. The challenge is "BITS.EXPIRES.MAC": the number of leading zero bits required,
 * its expiry (seconds since 1970), and a MAC over both and the time asked for. The answer is
 * "CHALLENGE.NONCE" with a nonce of 1 to 20 digits such that SHA-256 of the whole text begins with that many zero
 * bits. It is valid only for that link, service, professional and start, which can be held only once at a time.
 */
#include "flow/hold/hold.h"

#define KF_WORK_SECONDS 300  /* how long a challenge is valid */
#define KF_WORK_MAX_BITS 27  /* three above the configurable maximum */

typedef struct {
    int64_t address, network;
} kf_holder_t;

/** The hashes of an address in text form; both 0 if it is not one. */
kf_err_t *kf_holder_of(kf_holder_t *out, const kf_keyring_t *keys, const char *ip, apr_pool_t *p);

/** A challenge for `wish`. `now`: this server's clock. */
kf_err_t *kf_work_challenge(const char **out, const kf_keyring_t *keys, const kf_hold_wish_t *wish, int bits,
                            kf_instant_t now, apr_pool_t *p);

/** Whether a text has the form "CHALLENGE.NONCE". Check no other text. */
bool kf_work_shaped(const char *work);

/** The bits of the proof in wish->work; 0 if there is none, or it is wrong, expired or for another time. */
kf_err_t *kf_work_bits(int *out, const kf_keyring_t *keys, const kf_hold_wish_t *wish, kf_instant_t now, apr_pool_t *p);

#endif
