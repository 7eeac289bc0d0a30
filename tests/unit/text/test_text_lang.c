#include "test.h"
#include "text/lang.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *header, *fallback, *chosen;
} cases[] = {
    {NULL, "es", "es"}, {NULL, "en", "en"}, {NULL, NULL, "es"}, {"", "en", "en"},
    {"en", "es", "en"}, {"EN-gb", "es", "en"}, {"es-CO", "en", "es"}, {"es-419,es;q=0.9", "en", "es"},
    {"en,es", "es", "en"}, {"es,en", "en", "es"}, {"en;q=0.5,es;q=0.8", "en", "es"},
    {"en;q=0.8 , es;q=0.5", "es", "en"}, {"es ; q=0.1 , en ; q=0.2", "es", "en"},
    {"fr,de;q=0.9", "en", "en"}, {"fr,en;q=0.1", "es", "en"}, {"en;q=0", "en", "en"},
    {"en;q=0,*;q=0.5", "en", "es"}, {"*", "en", "en"}, {"*,en;q=0.5", "en", "es"},
    {"es;q=0.9,es-CO,en;q=0.95", "en", "es"}, {"eng", "es", "es"}, {"est", "en", "en"},
    {"en;q=2,es;q=0.1", "en", "es"}, {"en;q=abc,es;q=0.1", "en", "es"},
    {"en;q=0.1234,es;q=0.1", "en", "es"}, {"en;q=1.001,es;q=0.1", "en", "es"},
    {"en;q=1.000,es;q=0.999", "es", "en"}, {"en;level=1;q=0.2,es;q=0.3", "en", "es"},
    {"en;Q=0.9,es;q=0.3", "es", "en"}, {",,;;q=,en", "es", "en"}, {"en;q=,es;q=0.001", "en", "es"},
    {"en-US,en;q=0.9,es;q=0.8", "es", "en"}, {"en;q=0.001,es;q=0", "es", "en"},
    {"en;q=0,es;q=0", "en", "en"}, {"xx", "zz", "es"},
};

/* The header in its own block: a sanitizer detects a read beyond its end. */
START_TEST(chooses)
{
    const char *header = cases[_i].header;
    apr_size_t len = header ? strlen(header) : 0;
    char *bytes = len ? malloc(len) : NULL;
    const char *chosen;

    if (bytes) {
        memcpy(bytes, header, len);
    }
    chosen = kf_lang_choose(bytes, len, cases[_i].fallback);
    ck_assert_msg(!strcmp(chosen, cases[_i].chosen), "%s: %s", header ? header : "NULL", chosen);
    free(bytes);
}
END_TEST

Suite *kf_suite_text_lang(void)
{
    Suite *suite = suite_create("text_lang");
    TCase *tc = kf_test_case(suite, "lang");

    tcase_add_loop_test(tc, chooses, 0, KF_COUNT(cases));
    return suite;
}
