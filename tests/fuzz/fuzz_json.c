/* JSON bodies: jansson accepts whatever the strict parser accepts, within the limits; the mapping by a table; and
 * the writer of strings. */
#include "fuzz.h"

#include "base/buf.h"
#include "base/limits.h"
#include "json/decode.h"
#include "json/encode.h"
#include "base/utf8.h"

static const char *const words[] = {"total", "percent", "fixed", NULL};

static const kf_field_t fields[] = {
    {.name = "name", .type = KF_F_TEXT, .required = true, .min = 2, .max = 100},
    {.name = "notes", .type = KF_F_AREA, .nullable = true},
    {.name = "duration", .type = KF_F_INT, .min = 5, .max = 480},
    {.name = "on", .type = KF_F_BOOL},
    {.name = "customer", .type = KF_F_OBJECT},
    {.name = "list", .type = KF_F_ARRAY, .min = 1, .max = 5},
    {.name = "id", .type = KF_F_UUID},
    {.name = "start", .type = KF_F_INSTANT},
    {.name = "day", .type = KF_F_DATE},
    {.name = "charge", .type = KF_F_WORD, .words = words},
};
#define N_FIELDS (sizeof(fields) / sizeof(*fields))

static const kf_field_t inner[] = {
    {.name = "email", .type = KF_F_TEXT, .required = true, .min = 3, .max = 254},
    {.name = "phone", .type = KF_F_TEXT, .nullable = true, .max = 20},
};
#define N_INNER (sizeof(inner) / sizeof(*inner))

/* Deepest nesting and number of members. */
static size_t measure(json_t *value, size_t *keys)
{
    size_t deepest = 0, i;
    const char *key;
    json_t *item;

    if (json_is_object(value)) {
        json_object_foreach(value, key, item) {
            size_t depth = measure(item, keys);

            ++*keys;
            deepest = depth > deepest ? depth : deepest;
        }
        return deepest + 1;
    }
    json_array_foreach(value, i, item) {
        size_t depth = measure(item, keys);

        deepest = depth > deepest ? depth : deepest;
    }
    return json_is_array(value) ? deepest + 1 : 0;
}

static void map(json_t *body, apr_pool_t *p)
{
    kf_json_value_t v[N_FIELDS], w[N_INNER];

    if (kf_json_map(v, body, fields, N_FIELDS, "", p)) {
        return;
    }
    FUZZ_CHECK(v[0].present && v[0].len >= 2 && strlen(v[0].s) == v[0].len, "name");
    FUZZ_CHECK(kf_utf8_count(v[0].s, v[0].len) <= 100, "the length of name");
    FUZZ_CHECK(!kf_utf8_has_control(v[0].s, v[0].len, NULL), "a control character in name");
    FUZZ_CHECK(!v[1].present || !v[1].null, "there and null");
    FUZZ_CHECK(!v[2].present || (v[2].i >= 5 && v[2].i <= 480), "the range of duration");
    FUZZ_CHECK(!v[5].present || (json_array_size(v[5].json) >= 1 && json_array_size(v[5].json) <= 5),
               "the length of list");
    FUZZ_CHECK(!v[9].present || strcmp(words[v[9].i], v[9].s) == 0, "the word");
    if (v[4].present && !kf_json_map(w, v[4].json, inner, N_INNER, "customer", p)) {
        FUZZ_CHECK(w[0].present && w[0].len >= 3, "email");
    }
}

/* Any bytes yield a valid JSON string; UTF-8 is preserved. */
static void write_string(const char *bytes, size_t len, apr_pool_t *p)
{
    kf_buf_t buf;
    json_t *back;

    kf_buf_init(&buf, p, 64, 8 * len + 64);
    kf_json_open(&buf, '[');
    kf_json_strn(&buf, NULL, bytes, len);
    kf_json_close(&buf, ']');
    FUZZ_CHECK(!kf_buf_check(&buf, "text", p), "the buffer");
    FUZZ_CHECK(!memchr(buf.data, '<', buf.len), "a script could be closed");
    back = json_loadb(buf.data, buf.len, JSON_ALLOW_NUL, NULL);
    FUZZ_CHECK(back, "a written string cannot be read");
    if (kf_utf8_valid(bytes, len)) {
        json_t *text = json_array_get(back, 0);

        FUZZ_CHECK(json_string_length(text) == len, "a string changed its length");
        FUZZ_CHECK(memcmp(json_string_value(text), bytes, len) == 0, "a string changed");
    }
    json_decref(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size};
    size_t len, keys = 0;
    char *bytes = fuzz_rest(&in, &len, p);
    json_t *body, *answer, *plain;

    write_string(bytes, len, p);
    if (!kf_json_decode(&body, bytes, len, p)) {
        size_t depth = measure(body, &keys);

        FUZZ_CHECK(json_is_object(body), "not an object");
        FUZZ_CHECK(depth <= KF_MAX_JSON_DEPTH && keys <= KF_MAX_JSON_KEYS, "a limit");
        plain = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, NULL);
        FUZZ_CHECK(plain && json_equal(plain, body), "another value than the library's");
        json_decref(plain);
        map(body, p);
        FUZZ_CHECK(!kf_json_decode_within(&answer, bytes, len, &kf_json_answer, p),
                   "a request, but no answer");
    }
    apr_pool_destroy(p);
    return 0;
}
