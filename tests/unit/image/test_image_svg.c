#include "base/limits.h"
#include "image/svg.h"
#include "test.h"

#include <apr_strings.h>
#include <string.h>

#define SVG "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\""
#define IN(x) SVG ">" x "</svg>"
#define NS "<svg xmlns=\"http://www.w3.org/2000/svg\""

static const char *out;
static size_t out_len;

static kf_err_t *clean(const char *text)
{
    return kf_svg_clean(&out, &out_len, text, strlen(text), kf_test_pool);
}

static const struct {
    const char *in, *out;
} kept[] = {
    {SVG " viewBox=\"0 0 1 1\" data-x=\"1\" role=\"img\"/>", NS " viewBox=\"0 0 1 1\"></svg>\n"},
    {"\xef\xbb\xbf \n<!-- x -->" IN("<path d=\"M0 0\"/>"), NS "><path d=\"M0 0\"></path></svg>\n"},
    {"<?xml version=\"1.0\" encoding='utf-8'?>" IN(""), NS "></svg>\n"},
    {IN("<g style=\"fill : red ;; stroke-width:2;position:fixed;x\"/>"),
     NS "><g style=\"fill:red;stroke-width:2;\"></g></svg>\n"},
    {IN("<style>.a{fill:red}a[href]{fill:red}.b{cursor:none;stroke:#000}</style>"),
     NS "><style>.a{fill:red;}.b{stroke:#000;}</style></svg>\n"},
    {IN("<metadata><script/></metadata><x:y xmlns:x=\"urn:x\"><rect/></x:y>hidden"), NS "></svg>\n"},
    {IN("<use xlink:href=\"#a\"/><rect id=\"a\" fill=\"url(#g)\"/><path href=\"#a\"/>"),
     NS "><use href=\"#a\"></use><rect id=\"a\" fill=\"url(#g)\"></rect><path></path></svg>\n"},
    {IN("<text>a &lt; b <![CDATA[<&>]]></text>"), NS "><text>a &lt; b &lt;&amp;&gt;</text></svg>\n"},
    {IN("<clipPath id=\"c\"><rect class=\"x\"/></clipPath>"),
     NS "><clipPath id=\"c\"><rect></rect></clipPath></svg>\n"},
};

START_TEST(writes_anew)
{
    ck_ok(clean(kept[_i].in));
    ck_assert_str_eq(out, kept[_i].out);
    ck_assert_uint_eq(out_len, strlen(out));
}
END_TEST

static const struct {
    const char *in, *word;
} refused[] = {
    {"", "well formed"},
    {"GIF89a", "well formed"},
    {"<svg/>", "must begin"},
    {"<html xmlns=\"http://www.w3.org/1999/xhtml\"/>", "must begin"},
    {IN("<g>"), "well formed"},
    {"<!DOCTYPE svg>" IN(""), "document type"},
    {"<!doctype svg [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" IN("<text>&x;</text>"), "document type"},
    {IN("<?php x?>"), "instructions"},
    {"<?xml-stylesheet href=\"x\"?>" IN(""), "instructions"},
    {"<?xml version=\"1.0\" encoding=\"UTF-7\"?>" IN(""), "UTF-8"},
    {IN("<title>\xff</title>"), "UTF-8"},
    {IN("<script>x</script>"), "\"script\""},
    {IN("<SCRIPT/>"), "\"SCRIPT\""},
    {IN("<a xlink:href=\"javascript:x\"/>"), "\"a\""},
    {IN("<image href=\"#a\"/>"), "\"image\""},
    {IN("<foreignObject/>"), "\"foreignObject\""},
    {IN("<animate/>"), "\"animate\""},
    {IN("<set attributeName=\"href\"/>"), "\"set\""},
    {IN("<script xmlns=\"http://www.w3.org/1999/xhtml\"/>"), "\"script\""},
    {IN("<script xmlns=\"\"/>"), "\"script\""},
    {SVG " onload=\"x\"/>", "event handlers"},
    {SVG " ONLOAD=\"x\"/>", "event handlers"},
    {IN("<use href=\"x.svg#a\"/>"), "link"},
    {IN("<use href=\" #a\"/>"), "link"},
    {IN("<rect xlink:href=\"data:text/html,x\"/>"), "link"},
    {IN("<rect xml:base=\"http://x/\"/>"), "xml:base"},
    {IN("<rect fill=\"url(//x)\"/>"), "outside"},
    {IN("<rect fill=\"u r l (http:x)\"/>"), "outside"},
    {IN("<rect fill=\"URL(&#34;http:x#a&#34;)\"/>"), "outside"},
    {IN("<rect style=\"fill:url(x)\"/>"), "outside"},
    {IN("<rect style=\"background:url(https://x)\"/>"), "outside"},
    {IN("<rect style=\"fill:\\75 rl(x)\"/>"), "escapes"},
    {IN("<rect style=\"x:expression(alert(1))\"/>"), "outside"},
    {IN("<style>@import 'x';</style>"), "@ rules"},
    {IN("<style>.a{fill:red;background:url(x)}</style>"), "outside"},
    {IN("<style>a[x]{background:url(x)}</style>"), "outside"},
    {IN("<style>.a{mask:url(#m)}</style><mask id=\"m\"/>"), "gradients and clip paths"},
    {IN("<g id=\"a\"><g id=\"b\"><use href=\"#a\"/></g></g>"), "itself"},
    {IN("<pattern id=\"p\"><rect fill=\"url(#p)\"/></pattern>"), "itself"},
};

START_TEST(refuses)
{
    kf_err_t *err = clean(refused[_i].in);

    ck_assert_msg(err && err->code == KF_E_INVALID, "%s -> %s", refused[_i].in, err ? "" : out);
    ck_assert_msg(strstr(err->detail, refused[_i].word) != NULL, "%s: %s", refused[_i].in, err->detail);
}
END_TEST

static const char *times(const char *text, int n)
{
    apr_size_t len = strlen(text);
    char *all = apr_palloc(kf_test_pool, len * (apr_size_t)n + 1);

    for (int i = 0; i < n; i++) {
        memcpy(all + len * (apr_size_t)i, text, len);
    }
    all[len * (apr_size_t)n] = '\0';
    return all;
}

START_TEST(caps)
{
    const char *chain = "";

    ck_ok(clean(apr_pstrcat(kf_test_pool, SVG ">", times("<g>", KF_MAX_SVG_DEPTH),
                            times("</g>", KF_MAX_SVG_DEPTH), "</svg>", NULL)));
    ck_fails(clean(apr_pstrcat(kf_test_pool, SVG ">", times("<g>", KF_MAX_SVG_DEPTH + 1),
                               times("</g>", KF_MAX_SVG_DEPTH + 1), "</svg>", NULL)), KF_E_INVALID);
    ck_fails(clean(apr_pstrcat(kf_test_pool, SVG ">", times("<g>", 5000), times("</g>", 5000), "</svg>", NULL)),
             KF_E_INVALID);
    ck_ok(clean(apr_pstrcat(kf_test_pool, SVG ">", times("<g/>", KF_MAX_SVG_NODES - 1), "</svg>", NULL)));
    ck_fails(clean(apr_pstrcat(kf_test_pool, SVG ">", times("<g/>", KF_MAX_SVG_NODES), "</svg>", NULL)),
             KF_E_INVALID);
    ck_fails(clean(apr_pstrcat(kf_test_pool, SVG ">", times(" ", KF_MAX_SVG), "</svg>", NULL)), KF_E_INVALID);
    ck_fails(clean(apr_pstrcat(kf_test_pool, SVG ">", times("<g/>", 3 * KF_MAX_SVG_NODES), "</svg>", NULL)),
             KF_E_INVALID);
    ck_fails(clean(apr_pstrcat(kf_test_pool, SVG " a=\"", times("=", 3 * KF_MAX_SVG_NODES), "\"/>", NULL)),
             KF_E_INVALID);
    /* an image whose normalized form is longer than the limit */
    ck_fails(clean(apr_pstrcat(kf_test_pool, SVG "><text>", times(">>>>>>>>", KF_MAX_UPLOAD / 16), "</text></svg>", NULL)),
             KF_E_TOO_LARGE);
    for (int i = 0; i < 300; i++) {
        chain = apr_psprintf(kf_test_pool, "%s<use id=\"a%d\" href=\"#a%d\"/>", chain, i, i + 1);
    }
    ck_fails(clean(apr_pstrcat(kf_test_pool, SVG ">", chain, "</svg>", NULL)), KF_E_INVALID);
    ck_fails(kf_svg_clean(&out, &out_len, IN("\0"), sizeof(IN("\0")) - 1, kf_test_pool), KF_E_INVALID);
}
END_TEST

START_TEST(looks_like_one)
{
    ck_assert(kf_svg_is(" <?xml?><svg", 12));
    ck_assert(kf_svg_is("<s:svg>", 7));
    ck_assert(!kf_svg_is(" <?xml?><svg", 11));
    ck_assert(!kf_svg_is("", 0));
    ck_assert(!kf_svg_is("x<svg", 5));
}
END_TEST

Suite *kf_suite_image_svg(void)
{
    Suite *suite = suite_create("image_svg");
    TCase *tc = kf_test_case(suite, "svg");

    kf_svg_init();
    tcase_add_loop_test(tc, writes_anew, 0, KF_COUNT(kept));
    tcase_add_loop_test(tc, refuses, 0, KF_COUNT(refused));
    tcase_add_test(tc, caps);
    tcase_add_test(tc, looks_like_one);
    return suite;
}
