#ifndef KF_FLOW_HOLD_HOLDER_H
#define KF_FLOW_HOLD_HOLDER_H
/*
 * Who holds a time, and what a hold costs while many are held.
 *
 * A browser is counted by its address (an IPv4 address, the /64 of an IPv6 address) and its network (the
 * /24 or /48). The database sees neither, only hashes under a key that it does not have.
 *
 * A proof of work is stateless. The challenge is "BITS.EXPIRES.MAC": how many zero bits the answer begins with,
 * until when it is good (seconds since 1970), and a MAC over both and the time that is wished. The answer is
 * "CHALLENGE.NONCE" with a nonce of 1 to 20 digits for which SHA-256 of the whole text begins with so many zero
 * bits. It is good for that link, service, professional and start alone, which can be held once at a time.
 */
#include "flow/hold/hold.h"

#define KF_WORK_SECONDS 300  /* for which a challenge is good */
#define KF_WORK_MAX_BITS 27  /* three above the most that may be configured */

typedef struct {
    int64_t address, network;
} kf_holder_t;

/** The hashes of a textual address; both 0 for one that is none. */
kf_err_t *kf_holder_of(kf_holder_t *out, const kf_keyring_t *keys, const char *ip, apr_pool_t *p);

/** A challenge for what `wish` asks. `now`: of this server. */
kf_err_t *kf_work_challenge(const char **out, const kf_keyring_t *keys, const kf_hold_wish_t *wish, int bits,
                            kf_instant_t now, apr_pool_t *p);

/** Whether a text is "CHALLENGE.NONCE" by its looks. No other is worth asking about. */
bool kf_work_shaped(const char *work);

/** The bits of the proof in wish->work; 0 if there is none, or it is wrong, over, or about something else. */
kf_err_t *kf_work_bits(int *out, const kf_keyring_t *keys, const kf_hold_wish_t *wish, kf_instant_t now, apr_pool_t *p);

#endif
