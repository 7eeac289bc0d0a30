/* Accept-Language, colours, tokens and UTF-8: small parsers for input from browsers and tenants. */
#include "fuzz.h"

#include "crypto/token.h"
#include "text/color.h"
#include "text/lang.h"
#include "base/utf8.h"

static void languages(const char *header, size_t len, apr_pool_t *p)
{
    const char *es = kf_lang_choose(header, len, "es"), *en = kf_lang_choose(header, len, "en");
    const char *first = apr_pstrcat(p, "en;q=1,", apr_pstrmemdup(p, header, len), NULL);

    FUZZ_CHECK(strcmp(es, "es") == 0 || strcmp(es, "en") == 0, "another language");
    /* the fallback counts only if neither is acceptable: then both calls fall back */
    FUZZ_CHECK(strcmp(es, en) == 0 || (strcmp(es, "es") == 0 && strcmp(en, "en") == 0),
               "the fallback changed a choice");
    /* nothing wins over an earlier q of 1 */
    FUZZ_CHECK(strcmp(kf_lang_choose(first, strlen(first), "es"), "en") == 0,
               "a later piece won over the highest");
}

static void colors(const char *text)
{
    kf_color_t color, white = {255, 255, 255}, black = {0, 0, 0};
    char back[8];

    if (!kf_color_parse(&color, text)) {
        return;
    }
    kf_color_text(back, color);
    FUZZ_CHECK(strcasecmp(back, text) == 0, "a colour changed");
    FUZZ_CHECK(kf_color_ratio(kf_color_on(color), color) >= KF_COLOR_TEXT_RATIO, "on the colour");
    FUZZ_CHECK(kf_color_ratio(kf_color_readable(color, white, KF_COLOR_TEXT_RATIO), white)
                   >= KF_COLOR_TEXT_RATIO,
               "readable on white");
    FUZZ_CHECK(kf_color_ratio(kf_color_readable(color, black, KF_COLOR_TEXT_RATIO), black)
                   >= KF_COLOR_TEXT_RATIO,
               "readable on black");
}

static void tokens(const char *text, apr_pool_t *p)
{
    uint8_t one[KF_TOKEN_HASH_BYTES], two[KF_TOKEN_HASH_BYTES];

    if (kf_token_shaped(text)) {
        FUZZ_CHECK(strlen(text) == KF_TOKEN_CHARS, "the length of a token");
        FUZZ_CHECK(!kf_token_hash(one, "booking", text, p) && !kf_token_hash(two, "link", text, p),
                   "no hash");
        FUZZ_CHECK(memcmp(one, two, sizeof(one)) != 0, "the purpose does not count");
    } else {
        FUZZ_CHECK(kf_token_hash(one, "booking", text, p), "a hash of something else");
    }
}

static void characters(const char *bytes, size_t len)
{
    size_t at = 0, count = 0;
    uint32_t c;

    while (at < len) {
        size_t n = kf_utf8_next(&c, bytes + at, len - at);

        if (n == 0) {
            break;
        }
        FUZZ_CHECK(n <= 4 && n <= len - at, "beyond the end");
        FUZZ_CHECK(c <= 0x10ffff && (c < 0xd800 || c > 0xdfff), "not a character");
        FUZZ_CHECK(n == (c < 0x80 ? 1u : c < 0x800 ? 2u : c < 0x10000 ? 3u : 4u), "overlong");
        at += n;
        count++;
    }
    FUZZ_CHECK((at == len) == kf_utf8_valid(bytes, len), "valid or not");
    FUZZ_CHECK(at < len || kf_utf8_count(bytes, len) == count, "the count");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size}, again = in;
    size_t len;
    char *text = fuzz_text(&again, p), *bytes = fuzz_rest(&in, &len, p);

    languages(bytes, len, p);
    colors(text);
    tokens(text, p);
    characters(bytes, len);
    apr_pool_destroy(p);
    return 0;
}
