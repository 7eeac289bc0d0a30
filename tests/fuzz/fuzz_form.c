/* Forms and queries: a parsed field is found by its name, and is the same after encoding and parsing again. */
#include "fuzz.h"

#include "base/uri.h"
#include "base/limits.h"
#include "text/form.h"
#include "base/utf8.h"

static const char *write_again(const kf_form_t *form, apr_pool_t *p)
{
    const char *text = "";

    for (int i = 0; i < kf_form_count(form); i++) {
        const char *name, *value;

        kf_form_at(&name, &value, form, i);
        FUZZ_CHECK(kf_form_get(form, name) == value, "a field is not found by its name");
        FUZZ_CHECK(kf_utf8_valid(name, strlen(name)), "a name");
        FUZZ_CHECK(kf_utf8_valid(value, strlen(value)), "a value");
        text = apr_pstrcat(p, text, i ? "&" : "", kf_uri_encode(name, p), "=",
                           kf_uri_encode(value, p), NULL);
    }
    return text;
}

static void same(const kf_form_t *a, const kf_form_t *b)
{
    FUZZ_CHECK(kf_form_count(a) == kf_form_count(b), "the count changed");
    for (int i = 0; i < kf_form_count(a); i++) {
        const char *name_a, *value_a, *name_b, *value_b;

        kf_form_at(&name_a, &value_a, a, i);
        kf_form_at(&name_b, &value_b, b, i);
        FUZZ_CHECK(strcmp(name_a, name_b) == 0, "a name changed");
        FUZZ_CHECK(strcmp(value_a, value_b) == 0, "a value changed");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size};
    kf_form_t *form, *again;
    size_t len;
    char *bytes = fuzz_rest(&in, &len, p);

    if (!kf_form_parse(&form, bytes, len, p)) {
        const char *text = write_again(form, p);

        FUZZ_CHECK(kf_form_count(form) <= KF_MAX_FORM_FIELDS, "the cap");
        /* an encoded text may be three times as long, and exceed another limit */
        if (strlen(text) <= KF_MAX_BODY) {
            FUZZ_CHECK(!kf_form_parse(&again, text, strlen(text), p), "it cannot be read again");
            same(form, again);
        }
    }
    apr_pool_destroy(p);
    return 0;
}
