#ifndef KF_FLOW_PERSON_SECOND_FACTOR_H
#define KF_FLOW_PERSON_SECOND_FACTOR_H
/*
 * The second factor of a person: codes of an authenticator app (RFC 6238), and
 * ten recovery codes for when the app is lost. The app's secret is stored sealed;
 * recovery codes are stored only as hashes. Each code works once.
 *
 * Turning it on or off, and making new recovery codes, requires the password again:
 * KF_E_CREDENTIALS of "password", KF_E_RATE_LIMITED.
 */
#include "crypto/totp.h"
#include "flow/person/accounts.h"

typedef struct {
    char secret[KF_TOTP_TEXT_CHARS + 1]; /* base32, for typing */
    const char *url;                     /* otpauth://..., to show as a QR code; wiped with the pool */
} kf_totp_begun_t;

/** A new secret, not in force yet. KF_E_CONFLICT if the second factor is on. */
kf_err_t *kf_flow_totp_begin(kf_totp_begun_t *out, const kf_flow_t *flow, const kf_member_t *member,
                             const char *password, apr_pool_t *p);

typedef struct {
    char codes[KF_RECOVERY_CODES][KF_RECOVERY_CHARS + 1]; /* shown once */
} kf_recovery_t;

/**
 * Checks a code of the app, which proves that the secret arrived, and turns the second factor on.
 * KF_E_SECOND_FACTOR of "code", KF_E_CONFLICT if nothing was begun or it is on, KF_E_RATE_LIMITED.
 */
kf_err_t *kf_flow_totp_confirm(kf_recovery_t *out, const kf_flow_t *flow, const kf_member_t *member, const char *code,
                               apr_pool_t *p);

/** Turns it off and deletes the recovery codes. No error if it is off already. */
kf_err_t *kf_flow_totp_disable(const kf_flow_t *flow, const kf_member_t *member, const char *password, apr_pool_t *p);

/** Ten new recovery codes; the old ones end. KF_E_CONFLICT if the second factor is off. */
kf_err_t *kf_flow_recovery_codes(kf_recovery_t *out, const kf_flow_t *flow, const kf_member_t *member,
                                 const char *password, apr_pool_t *p);

/** {"enabled":bool,"enabled_at":..,"codes_left":n} */
kf_err_t *kf_flow_second_factor_view(const char **json, const kf_flow_t *flow, const kf_member_t *member,
                                     apr_pool_t *p);

#endif
