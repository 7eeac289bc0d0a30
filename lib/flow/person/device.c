/*
 * Browsers in which a person has signed in before. Wrong passwords of strangers count for the account; a known
 * browser has counts of its own, so that strangers cannot lock its owner out.
 */
#include <apr_strings.h>
#include <string.h>

#include "crypto/sealed.h"
#include "flow/person/accounts_int.h"

#define DEVICE_PLACE "-/login/device/-"
#define ID_BYTES 16
#define TAG_BYTES 16
#define ACCOUNTS 8 /* of one browser; the one that signed in longest ago is dropped */

/* The contents of the browser's cookie, sealed: it cannot be forged and reveals nothing. */
typedef struct {
    int64_t since;                     /* epoch seconds */
    uint8_t id[ID_BYTES];
    uint8_t accounts[ACCOUNTS][TAG_BYTES]; /* hashes of the addresses, most recent first; zeros: none */
} device_t;

static kf_err_t *tag_of(uint8_t out[TAG_BYTES], const char *account, apr_pool_t *p)
{
    uint8_t hash[KF_SHA256_BYTES];

    KF_TRY(kf_sha256(hash, (kf_bytes_t[]){KF_BYTES_STR("kf:device:"), KF_BYTES_STR(account)}, 2, p));
    memcpy(out, hash, TAG_BYTES);
    return NULL;
}

/* False if the browser sent none, or an invalid one. */
static bool open_device(device_t *out, const kf_flow_t *flow, const char *text, apr_pool_t *p)
{
    const char *plain;
    size_t len;

    if (!text || kf_unseal(&plain, &len, flow->keys, DEVICE_PLACE, text, p) || len != sizeof(*out)) {
        return false;
    }
    memcpy(out, plain, sizeof(*out));
    return out->since > kf_instant_now() / KF_SECOND - KF_DEVICE_S;
}

/* The tag's index among the accounts; the last index if it is none of them. */
static int place_of(const device_t *device, const uint8_t tag[TAG_BYTES])
{
    int i = 0;

    while (i < ACCOUNTS - 1 && memcmp(device->accounts[i], tag, TAG_BYTES)) {
        i++;
    }
    return i;
}

kf_err_t *kf_device_known(kf_bytes_t *id, const kf_flow_t *flow, const char *text, const char *account, apr_pool_t *p)
{
    uint8_t tag[TAG_BYTES];
    device_t device;

    *id = (kf_bytes_t){NULL, 0};
    if (!open_device(&device, flow, text, p)) {
        return NULL;
    }
    KF_TRY(tag_of(tag, account, p));
    if (!memcmp(device.accounts[place_of(&device, tag)], tag, TAG_BYTES)) {
        *id = (kf_bytes_t){apr_pmemdup(p, device.id, ID_BYTES), ID_BYTES};
    }
    return NULL;
}

kf_err_t *kf_device_remember(const kf_flow_t *flow, kf_visit_t *visit, const char *account, apr_pool_t *p)
{
    uint8_t tag[TAG_BYTES];
    device_t device;

    if (!open_device(&device, flow, visit->device, p)) {
        memset(&device, 0, sizeof(device));
        KF_TRY(kf_random_secret(device.id, ID_BYTES, p));
    }
    KF_TRY(tag_of(tag, account, p));
    device.since = kf_instant_now() / KF_SECOND;
    memmove(device.accounts[1], device.accounts[0], (size_t)place_of(&device, tag) * TAG_BYTES);
    memcpy(device.accounts[0], tag, TAG_BYTES);
    return kf_seal(&visit->new_device, flow->keys, DEVICE_PLACE, &device, sizeof(device), p);
}
