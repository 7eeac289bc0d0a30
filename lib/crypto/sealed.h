#ifndef KF_CRYPTO_SEALED_H
#define KF_CRYPTO_SEALED_H
/*
 * Secrets at rest: AES-256-GCM with a random 96-bit IV, as text
 *     v1.<kid>.<iv>.<tag>.<ciphertext>          (iv, tag, ciphertext base64url)
 * The kid says which key of the ring opens it. The additional data binds it to
 * its place: the caller gives "tenant/table/column/row", to which "/" kid is
 * added here, so a sealed text copied to another row or column does not open.
 */
#include "base/err.h"
#include "crypto/keyring.h"

#include <stdbool.h>
#include <stddef.h>

#define KF_SEALED_PLAIN_MAX 1048576 /* bytes of a secret, or of an answer that is kept to be repeated */
#define KF_SEALED_AAD_MAX 512

/** Seals with the current key. `*out` is text in the pool. */
kf_err_t *kf_seal(const char **out, const kf_keyring_t *ring, const char *aad, const void *plain,
                  size_t len, apr_pool_t *p);

/**
 * Opens. `*out` is `*len` bytes and a NUL in the pool, wiped with it. KF_E_CONFIG
 * if the kid is not in the ring, KF_E_INTERNAL with cause "forged" if the text,
 * its place or its shape is not what was sealed.
 */
kf_err_t *kf_unseal(const char **out, size_t *len, const kf_keyring_t *ring, const char *aad,
                    const char *sealed, apr_pool_t *p);

/** True if a sealed text was made with the current key: nothing to rotate. */
bool kf_sealed_current(const kf_keyring_t *ring, const char *sealed);

#endif
