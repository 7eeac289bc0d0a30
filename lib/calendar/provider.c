#include "calendar/provider.h"

#include <apr_lib.h>
#include <string.h>

#include "calendar/builtin.h"
#include "calendar/google/google.h"
#include "crypto/hash.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define VERIFIER_MIN 43
#define VERIFIER_MAX 128

/* The registry: a provider is a folder and its row here. The first that is set up is the one that people connect. */
static const kf_calendar_provider_t *const providers[] = {&kf_calendar_builtin, &kf_calendar_google};

const kf_calendar_provider_t *kf_calendar_provider_find(const char *name)
{
    for (size_t i = 0; name && i < COUNT(providers); i++) {
        if (strcmp(providers[i]->name, name) == 0) {
            return providers[i];
        }
    }
    return NULL;
}

const kf_calendar_provider_t *kf_calendar_provider_at(int i)
{
    return i >= 0 && (size_t)i < COUNT(providers) ? providers[i] : NULL;
}

const char *kf_calendar_verdict_text(kf_calendar_verdict_t verdict)
{
    static const char *const texts[] = {
        [KF_CALENDAR_GOT] = "got", [KF_CALENDAR_RETRY] = "retry", [KF_CALENDAR_LIMIT] = "limit",
        [KF_CALENDAR_AUTH] = "auth", [KF_CALENDAR_REVOKED] = "revoked",
        [KF_CALENDAR_APP] = "app", [KF_CALENDAR_DENIED] = "denied", [KF_CALENDAR_GONE] = "gone",
        [KF_CALENDAR_EXISTS] = "exists", [KF_CALENDAR_RESYNC] = "resync",
    };

    return (size_t)verdict < COUNT(texts) ? texts[verdict] : "retry";
}

static bool is_verifier(const char *text)
{
    size_t len = text ? strlen(text) : 0;

    for (size_t i = 0; i < len; i++) {
        if (!apr_isalnum(text[i]) && !strchr("-._~", text[i])) {
            return false;
        }
    }
    return len >= VERIFIER_MIN && len <= VERIFIER_MAX;
}

kf_err_t *kf_calendar_challenge(const char **out, const char *verifier, apr_pool_t *p)
{
    uint8_t digest[KF_SHA256_BYTES];
    kf_bytes_t part;
    char *text;

    if (!is_verifier(verifier)) {
        return kf_err(p, KF_E_INTERNAL, "This is not a PKCE verifier.");
    }
    part = KF_BYTES_STR(verifier);
    KF_TRY(kf_sha256(digest, &part, 1, p));
    text = apr_palloc(p, KF_BASE64URL_CHARS(sizeof(digest)) + 1);
    kf_base64url_write(text, digest, sizeof(digest));
    *out = text;
    return NULL;
}
