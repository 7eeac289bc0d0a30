#include "crypto/token.h"

#include "crypto/hash.h"

#include <string.h>

kf_err_t *kf_token_make(char out[KF_TOKEN_CHARS + 1], apr_pool_t *p)
{
    uint8_t bytes[KF_TOKEN_BYTES];

    KF_TRY(kf_random_secret(bytes, sizeof(bytes), p));
    kf_base64url_write(out, bytes, sizeof(bytes));
    kf_wipe(bytes, sizeof(bytes));
    return NULL;
}

bool kf_token_shaped(const char *token)
{
    uint8_t bytes[KF_TOKEN_BYTES];
    size_t len;
    bool ok = token && strnlen(token, KF_TOKEN_CHARS + 1) == KF_TOKEN_CHARS
              && kf_base64url_read(bytes, &len, sizeof(bytes), token, KF_TOKEN_CHARS);

    kf_wipe(bytes, sizeof(bytes));
    return ok;
}

kf_err_t *kf_token_hash(uint8_t out[KF_TOKEN_HASH_BYTES], const char *audience, const char *token,
                        apr_pool_t *p)
{
    if (!kf_token_shaped(token)) {
        return kf_err(p, KF_E_TOKEN_WRONG, "The token is not valid.");
    }
    return kf_sha256(out,
                     (kf_bytes_t[]){{"kf:", 3}, KF_BYTES_STR(audience), {":", 1},
                                    {token, KF_TOKEN_CHARS}},
                     4, p);
}
