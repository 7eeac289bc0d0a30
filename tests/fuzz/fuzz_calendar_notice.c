/* Notices from arbitrary senders: lines "Name: value", from which the reader requests headers. Either the notice is
 * refused, or its parts are well-formed. */
#include "fuzz.h"

#include "base/limits.h"
#include "calendar/google/google.h"

#define MAX_HEADERS 16

typedef struct {
    const char *names[MAX_HEADERS], *values[MAX_HEADERS];
    int n;
} headers_t;

static const char *header_of(void *baton, const char *name)
{
    const headers_t *headers = baton;

    for (int i = 0; i < headers->n; i++) {
        if (strcasecmp(headers->names[i], name) == 0) {
            return headers->values[i];
        }
    }
    return NULL;
}

static void read_headers(headers_t *headers, fuzz_in_t *in, apr_pool_t *p)
{
    while (in->left > 0 && headers->n < MAX_HEADERS) {
        char *line = fuzz_line(in, p), *colon = strchr(line, ':');

        if (colon) {
            *colon++ = '\0';
            headers->names[headers->n] = line;
            headers->values[headers->n++] = colon + (*colon == ' ');
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size};
    headers_t headers = {.n = 0};
    kf_calendar_notice_t notice;
    kf_uuid_t uuid;
    kf_err_t *err;

    read_headers(&headers, &in, p);
    memset(&notice, 0x55, sizeof(notice));
    err = kf_calendar_google.notice_read(&notice, header_of, &headers, p);
    if (err) {
        FUZZ_CHECK(err->code == KF_E_MALFORMED && err->detail, "the error");
    } else {
        const char *state = header_of(&headers, "X-Goog-Resource-State");

        FUZZ_CHECK(kf_uuid_read(&uuid, notice.channel_id, strlen(notice.channel_id)), "a channel");
        FUZZ_CHECK(*notice.resource_id && strlen(notice.resource_id) <= KF_MAX_CHANNEL_WORD,
                   "a resource");
        FUZZ_CHECK(strlen(notice.token) <= KF_MAX_CHANNEL_WORD, "a token");
        FUZZ_CHECK(notice.number >= 1, "a number");
        FUZZ_CHECK(notice.hello == (strcmp(state, "sync") == 0), "the first one");
    }
    apr_pool_destroy(p);
    return 0;
}
