#include "base/limits.h"
#include "test.h"
#include "text/mustache.h"

#include <apr_file_io.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

static json_t *json_of(const char *text)
{
    json_error_t why;
    json_t *json = json_loads(text, JSON_DECODE_ANY, &why);

    ck_assert_msg(json != NULL, "%s: %s", text, why.text);
    return json;
}

/* One or two partials, "p" and "q", may be given. */
static const struct {
    const char *text, *data, *page, *partial, *second;
} cases[] = {
    /* interpolation */
    {"plain {text} }} only", "{}", "plain {text} }} only", NULL, NULL},
    {"", "{}", "", NULL, NULL},
    {"Hola {{name}}.", "{\"name\":\"Ana\"}", "Hola Ana.", NULL, NULL},
    {"{{v}}", "{\"v\":\"<a href=\\\"x\\\">&'\"}", "&lt;a href=&quot;x&quot;&gt;&amp;&#39;", NULL,
     NULL},
    {"{{{v}}}{{&v}}{{& v }}", "{\"v\":\"<&>\"}", "<&><&><&>", NULL, NULL},
    {"{{v}} {{w}} {{x}}", "{\"v\":85,\"w\":1.21,\"x\":-3}", "85 1.21 -3", NULL, NULL},
    {"{{v}}", "{\"v\":9007199254740993}", "9007199254740993", NULL, NULL},
    {"[{{v}}{{nothing}}{{null}}]", "{\"v\":true,\"null\":null}", "[true]", NULL, NULL},
    {"[{{o}}{{l}}]", "{\"o\":{\"a\":1},\"l\":[1]}", "[]", NULL, NULL},
    {"{{a.b.c}}", "{\"a\":{\"b\":{\"c\":\"deep\"}}}", "deep", NULL, NULL},
    {"[{{a.b.c}}][{{a.x}}]", "{\"a\":{\"b\":5}}", "[][]", NULL, NULL},
    {"{{#a}}{{b.c}}{{/a}}", "{\"a\":{\"b\":{}},\"b\":{\"c\":\"outer\"}}", "", NULL, NULL},
    {"{{a.b}}", "{\"a.b\":\"flat\",\"a\":{\"b\":\"deep\"}}", "deep", NULL, NULL},
    {"{{.}}", "\"root\"", "root", NULL, NULL},
    {"  {{v}}\n", "{\"v\":\"-\"}", "  -\n", NULL, NULL},
    {"| {{ \t v \n }} |", "{\"v\":\"x\"}", "| x |", NULL, NULL},
    {"{{v}}", "{\"v\":\"{{w}}\",\"w\":\"no\"}", "{{w}}", NULL, NULL},
    /* sections */
    {"{{#b}}yes{{/b}}", "{\"b\":true}", "yes", NULL, NULL},
    {"[{{#b}}yes{{/b}}]", "{\"b\":false}", "[]", NULL, NULL},
    {"[{{#a}}{{/a}}{{#b}}b{{/b}}{{#c}}c{{/c}}{{#d}}d{{/d}}{{#e}}e{{/e}}]",
     "{\"b\":null,\"c\":\"\",\"d\":0,\"e\":[]}", "[]", NULL, NULL},
    {"[{{#b}}b{{/b}}{{#c}}c{{/c}}{{#d}}d{{/d}}]", "{\"b\":{},\"c\":\"0\",\"d\":0.5}", "[bcd]",
     NULL, NULL},
    {"{{#l}}({{.}}){{/l}}", "{\"l\":[1,\"a<\",2.5,true]}", "(1)(a&lt;)(2.5)(true)", NULL, NULL},
    {"{{#l}}{{{.}}}{{/l}}", "{\"l\":[\"<\",\">\"]}", "<>", NULL, NULL},
    {"{{#l}}({{#.}}{{.}}{{/.}}){{/l}}", "{\"l\":[[1,2],[3]]}", "(12)(3)", NULL, NULL},
    {"{{#l}}{{n}}{{top}} {{/l}}", "{\"top\":\"!\",\"l\":[{\"n\":1},{\"n\":2}]}", "1! 2! ", NULL,
     NULL},
    {"{{#a}}{{#b}}{{x}}{{y}}{{/b}}{{/a}}", "{\"x\":1,\"a\":{\"y\":2,\"b\":{\"y\":3}}}", "13",
     NULL, NULL},
    {"{{#a.b}}in{{/a.b}}[{{#a.c.d}}no{{/a.c.d}}]", "{\"a\":{\"b\":true}}", "in[]", NULL, NULL},
    {"{{#a}}{{#a}}{{v}}{{/a}}{{/a}}", "{\"a\":{\"v\":\"x\"}}", "x", NULL, NULL},
    {"a\n{{#b}}\nb\n{{/b}}\nc\n", "{\"b\":true}", "a\nb\nc\n", NULL, NULL},
    {"a\r\n  {{#b}}\t\r\nb\r\n {{/b}}\r\nc", "{\"b\":true}", "a\r\nb\r\nc", NULL, NULL},
    {"  {{#b}}\nx\n  {{/b}}", "{\"b\":true}", "x\n", NULL, NULL},
    {"| {{#b}} {{/b}} |\n", "{\"b\":true}", "|   |\n", NULL, NULL},
    {" {{#b}}x{{/b}}\n", "{\"b\":true}", " x\n", NULL, NULL},
    {"{{#a}}\n{{#b}}\nx\n{{/b}}\n{{/a}}\n", "{\"a\":1,\"b\":1}", "x\n", NULL, NULL},
    /* inverted */
    {"{{^b}}no{{/b}}", "{\"b\":false}", "no", NULL, NULL},
    {"[{{^b}}no{{/b}}]", "{\"b\":[0]}", "[]", NULL, NULL},
    {"{{^a}}a{{/a}}{{^b}}b{{/b}}{{^c}}c{{/c}}{{^d}}d{{/d}}", "{\"b\":[],\"c\":\"\",\"d\":0}",
     "abcd", NULL, NULL},
    {"{{^a.b}}none{{/a.b}}", "{\"a\":{}}", "none", NULL, NULL},
    {"x\n {{^b}}\ny\n {{/b}}\nz\n", "{}", "x\ny\nz\n", NULL, NULL},
    {"{{#b}}1{{/b}}{{^b}}2{{/b}}", "{\"b\":false}", "2", NULL, NULL},
    /* comments */
    {"a{{! not {{this}}b", "{}", "ab", NULL, NULL},
    {"a\n  {{! alone }}\nb\n", "{}", "a\nb\n", NULL, NULL},
    {"a\n{{!\n many\n lines\n}}\nb\n", "{}", "a\nb\n", NULL, NULL},
    {"  12 {{! 34 }}\n", "{}", "  12 \n", NULL, NULL},
    {"1 {{! x }} 2", "{}", "1  2", NULL, NULL},
    /* delimiters */
    {"{{=<% %>=}}<%v%> {{v}}", "{\"v\":1}", "1 {{v}}", NULL, NULL},
    {"{{=| |=}}|#b| |v| |={{ }}=|{{v}}{{/b}}", "{\"b\":true,\"v\":1}", " 1 1", NULL, NULL},
    {"a\n {{=@ @=}}\nb @v@", "{\"v\":1}", "a\nb 1", NULL, NULL},
    {"{{= | | =}}|v||&v||{v}|", "{\"v\":\"<\"}", "&lt;<<", NULL, NULL},
    {"{{=| |=}}|>p|{{v}}", "{\"v\":1}", "1{{v}}", "{{v}}", NULL},
    {"{{>p}}{{v}}", "{\"v\":1}", "11", "{{=| |=}}|v|", NULL},
    {"| {{=@ @=}} |", "{}", "|  |", NULL, NULL},
    /* partials */
    {"[{{>p}}]", "{\"v\":1}", "[v1]", "v{{v}}", NULL},
    {"[{{> missing }}]", "{}", "[]", NULL, NULL},
    {"{{>p}}", "{\"v\":\"X\",\"l\":[{\"v\":\"Y\",\"l\":[]}]}", "X<Y<>>",
     "{{v}}<{{#l}}{{>p}}{{/l}}>", NULL},
    {"  {{v}}  {{>p}}\n", "{\"v\":\"|\"}", "  |  >\n>\n", ">\n>", NULL},
    {"|\r\n{{>p}}\r\n|", "{}", "|\r\n>|", ">", NULL},
    {"\\\n {{>p}}\n/\n", "{\"v\":\"<\\n->\"}", "\\\n |\n <\n->\n |\n/\n", "|\n{{{v}}}\n|\n", NULL},
    {"  {{>p}}\n", "{\"l\":[1,2]}", "  a\n  1b\n  2b\n\n  c\n",
     "a\n{{#l}}\n{{.}}b\n{{/l}}\n\nc\n", NULL},
    {" {{>p}}\n", "{}", " a\n   q\n   r\n", "a\n  {{>q}}\n", "q\nr\n"},
    {" {{>p}}\n", "{}", " aq\nr\n\n", "a{{>q}}\n", "q\nr\n"},
    {" {{>p}}\n", "{\"b\":true}", " xq\n z\n", "{{#b}}x{{/b}}{{>q}}\nz\n", "q"},
};

static kf_err_t *render_with(const char **out, const char *text, json_t *data, const char *partial,
                             const char *second)
{
    kf_mustache_set_t *set = kf_mustache_set_make(kf_test_pool);
    kf_mustache_t *t;
    apr_size_t len;

    if (partial) {
        ck_ok(kf_mustache_set_add(set, "p", partial, strlen(partial)));
    }
    if (second) {
        ck_ok(kf_mustache_set_add(set, "q", second, strlen(second)));
    }
    KF_TRY(kf_mustache_parse(&t, "main", text, strlen(text), kf_test_pool));
    KF_TRY(kf_mustache_render(out, &len, t, set, data, kf_test_pool));
    ck_assert_uint_eq(len, strlen(*out));
    return NULL;
}

START_TEST(renders)
{
    json_t *data = json_of(cases[_i].data);
    const char *page = NULL;

    ck_ok(render_with(&page, cases[_i].text, data, cases[_i].partial, cases[_i].second));
    ck_assert_msg(!strcmp(page, cases[_i].page), "%s\nwanted [%s]\ngot    [%s]", cases[_i].text,
                  cases[_i].page, page);
    json_decref(data);
}
END_TEST

static const struct {
    const char *text, *line, *says;
} wrong[] = {
    {"a\nb {{name", "line 2", "not closed; expected: }}"},
    {"{{{name}}", "line 1", "expected: }}}"},
    {"{{=<% %>}}", "line 1", "expected: =}}"},
    {"a\n\n{{#open}}\n\n", "line 3", "not closed: open"},
    {"{{#a}}\n{{/b}}", "line 2", "section a is open here, but another is closed: b"},
    {"x\n{{/a}}", "line 2", "not opened: a"},
    {"{{ }}", "line 1", "no name"},
    {"{{#}}{{/}}", "line 1", "no name"},
    {"{{a b}}", "line 1", "white space"},
    {"{{a..b}}", "line 1", "empty part"},
    {"{{.a}}", "line 1", "empty part"},
    {"{{a.}}", "line 1", "empty part"},
    {"{{a#b}}", "line 1", "may not"},
    {"{{=<%=}}", "line 1", "two delimiters"},
    {"{{=a b c=}}", "line 1", "two delimiters"},
    {"{{=123456789 b=}}", "line 1", "too long"},
};

START_TEST(says_what_is_wrong)
{
    kf_mustache_t *t;
    kf_err_t *err = kf_mustache_parse(&t, "page/x", wrong[_i].text, strlen(wrong[_i].text),
                                      kf_test_pool);

    ck_assert_ptr_nonnull(err);
    ck_assert_int_eq(err->code, KF_E_CONFIG);
    ck_assert_msg(strstr(err->detail, "template page/x") && strstr(err->detail, wrong[_i].line) &&
                      strstr(err->detail, wrong[_i].says),
                  "%s gave: %s", wrong[_i].text, err->detail);
}
END_TEST

START_TEST(nests_so_far)
{
    const char *page, *text = "x";
    json_t *data = json_of("{\"a\":{\"b\":1}}");
    kf_err_t *err;

    for (int i = 0; i < KF_MAX_TEMPLATE_DEPTH; i++) {
        text = apr_pstrcat(kf_test_pool, "{{#a}}", text, "{{/a}}", NULL);
    }
    ck_ok(render_with(&page, text, data, NULL, NULL));
    ck_assert_str_eq(page, "x");
    text = apr_pstrcat(kf_test_pool, "{{#a}}", text, "{{/a}}", NULL);
    ck_fails(render_with(&page, text, data, NULL, NULL), KF_E_CONFIG);
    /* a partial that calls itself endlessly */
    err = render_with(&page, "{{>p}}", data, "{{#a}}{{>p}}{{/a}}", NULL);
    ck_assert_ptr_nonnull(err);
    ck_assert_int_eq(err->code, KF_E_INTERNAL);
    ck_assert_msg(strstr(err->detail, "template p") && strstr(err->detail, "32"), "%s",
                  err->detail);
    json_decref(data);
}
END_TEST

/* Many siblings are not deep. */
START_TEST(goes_on_for_long)
{
    json_t *data = json_of("{\"a\":1,\"l\":[1,2]}");
    const char *page, *text = "";

    for (int i = 0; i < 2 * KF_MAX_TEMPLATE_DEPTH; i++) {
        text = apr_pstrcat(kf_test_pool, text, "{{#a}}1{{/a}}{{#l}}{{/l}}{{^b}}{{/b}}{{>p}}", NULL);
    }
    ck_ok(render_with(&page, text, data, "2", NULL));
    ck_assert_uint_eq(strlen(page), 4 * KF_MAX_TEMPLATE_DEPTH);
    json_decref(data);
}
END_TEST

START_TEST(page_has_a_cap)
{
    json_t *data = json_object(), *list = json_array();
    char *piece = apr_pcalloc(kf_test_pool, 1025);
    const char *page;

    memset(piece, 'x', 1024);
    for (int i = 0; i < KF_MAX_PAGE / 1024; i++) {
        json_array_append_new(list, json_string(piece));
    }
    json_object_set_new(data, "l", list);
    ck_ok(render_with(&page, "{{#l}}{{.}}{{/l}}", data, NULL, NULL));
    ck_assert_uint_eq(strlen(page), KF_MAX_PAGE);
    ck_fails(render_with(&page, "{{#l}}{{.}}{{/l}}!", data, NULL, NULL), KF_E_INTERNAL);
    json_decref(data);
}
END_TEST

START_TEST(template_has_a_cap)
{
    char *text = apr_pcalloc(kf_test_pool, KF_MAX_TEMPLATE + 1);
    kf_mustache_t *t;

    ck_ok(kf_mustache_parse(&t, "long", text, KF_MAX_TEMPLATE, kf_test_pool));
    ck_fails(kf_mustache_parse(&t, "long", text, KF_MAX_TEMPLATE + 1, kf_test_pool),
             KF_E_TOO_LARGE);
}
END_TEST

/* Unterminated bytes, in their own block so that a sanitizer detects an overrun. */
START_TEST(any_bytes)
{
    static const char *const odd[] = {"{{", "{{{", "{{=", "{{!", "{{#a", "{{a}", "{{{a}}", "{",
                                      "{{\n", "{{#a}}{{/a", "{{>p", "{{&", "{{^"};

    for (int i = 0; i < KF_COUNT(odd); i++) {
        apr_size_t len = strlen(odd[i]);
        char *bytes = malloc(len);
        kf_mustache_t *t;
        kf_err_t *err;

        memcpy(bytes, odd[i], len);
        err = kf_mustache_parse(&t, "odd", bytes, len, kf_test_pool);
        ck_assert_msg((err == NULL) == (strcmp(odd[i], "{") == 0), "%s", odd[i]);
        free(bytes);
    }
    ck_ok(kf_mustache_parse(&(kf_mustache_t *){NULL}, "nul", "a\0b", 3, kf_test_pool));
    ck_fails(kf_mustache_parse(&(kf_mustache_t *){NULL}, "nul", "{{a\0b}}", 7, kf_test_pool),
             KF_E_CONFIG);
}
END_TEST

static void write_file(const char *dir, const char *name, const char *text)
{
    apr_file_t *file;
    const char *path = apr_pstrcat(kf_test_pool, dir, "/", name, NULL);

    ck_assert_int_eq(apr_file_open(&file, path, APR_FOPEN_WRITE | APR_FOPEN_CREATE |
                                   APR_FOPEN_TRUNCATE, APR_FPROT_OS_DEFAULT, kf_test_pool), 0);
    apr_file_write_full(file, text, strlen(text), NULL);
    apr_file_close(file);
}

START_TEST(loads_a_folder)
{
    char dir[] = "/tmp/kf-mustache-XXXXXX";
    kf_mustache_set_t *set;
    json_t *data = json_of("{\"v\":1}");
    const char *page;
    apr_size_t len;
    kf_err_t *err;

    ck_assert_ptr_nonnull(mkdtemp(dir));
    ck_fails(kf_mustache_set_load(&set, dir, kf_test_pool), KF_E_CONFIG);
    apr_dir_make(apr_pstrcat(kf_test_pool, dir, "/mail", NULL), APR_FPROT_OS_DEFAULT, kf_test_pool);
    write_file(dir, "head.mustache", "<{{v}}>");
    write_file(dir, "notes.txt", "{{#not a template");
    write_file(dir, ".head.mustache", "{{#an editor's own");
    write_file(dir, "mail/paid.mustache", "{{>head}} paid");
    ck_ok(kf_mustache_set_load(&set, dir, kf_test_pool));
    ck_assert_ptr_nonnull(kf_mustache_set_get(set, "head"));
    ck_assert_ptr_null(kf_mustache_set_get(set, "notes"));
    ck_ok(kf_mustache_render(&page, &len, kf_mustache_set_get(set, "mail/paid"), set, data,
                             kf_test_pool));
    ck_assert_str_eq(page, "<1> paid");
    ck_fails(kf_mustache_set_add(set, "head", "", 0), KF_E_CONFIG);

    write_file(dir, "mail/paid.mustache", "{{>headd}} paid");
    err = kf_mustache_set_load(&set, dir, kf_test_pool);
    ck_assert_ptr_nonnull(err);
    ck_assert_str_eq(err->detail, "template mail/paid calls headd, which does not exist");
    write_file(dir, "mail/paid.mustache", "a\n{{#b}}");
    err = kf_mustache_set_load(&set, dir, kf_test_pool);
    ck_assert_ptr_nonnull(err);
    ck_assert_str_eq(err->detail, "template mail/paid, line 2: a section is not closed: b");

    for (int i = 0; i < 4; i++) {
        static const char *const names[] = {"head.mustache", "notes.txt", ".head.mustache",
                                            "mail/paid.mustache"};
        apr_file_remove(apr_pstrcat(kf_test_pool, dir, "/", names[i], NULL), kf_test_pool);
    }
    apr_dir_remove(apr_pstrcat(kf_test_pool, dir, "/mail", NULL), kf_test_pool);
    ck_assert_int_eq(apr_dir_remove(dir, kf_test_pool), 0);
    ck_fails(kf_mustache_set_load(&set, dir, kf_test_pool), KF_E_CONFIG);
    json_decref(data);
}
END_TEST

/* The shipped templates parse, and call only existing partials. */
START_TEST(our_own_templates)
{
    kf_mustache_set_t *set;

    ck_ok(kf_mustache_set_load(&set, KF_SRCDIR "/htdocs/templates", kf_test_pool));
}
END_TEST

Suite *kf_suite_text_mustache(void)
{
    Suite *suite = suite_create("text_mustache");
    TCase *tc = kf_test_case(suite, "mustache");

    tcase_add_loop_test(tc, renders, 0, KF_COUNT(cases));
    tcase_add_loop_test(tc, says_what_is_wrong, 0, KF_COUNT(wrong));
    tcase_add_test(tc, nests_so_far);
    tcase_add_test(tc, goes_on_for_long);
    tcase_add_test(tc, page_has_a_cap);
    tcase_add_test(tc, template_has_a_cap);
    tcase_add_test(tc, any_bytes);
    tcase_add_test(tc, loads_a_folder);
    tcase_add_test(tc, our_own_templates);
    return suite;
}
