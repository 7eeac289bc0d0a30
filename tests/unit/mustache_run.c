/*
 * Renders cases from standard input, one JSON object a line: name, template,
 * data, expected and maybe partials. Prints each failure and, last,
 * "N passed, N failed". mustache_spec.sh feeds it the public specification.
 */
#include <apr_general.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/mustache.h"

#define MAX_LINE (64 * 1024)

static const char *text_of(const json_t *test, const char *member)
{
    const char *text = json_string_value(json_object_get(test, member));

    return text ? text : "";
}

static kf_err_t *render(const char **out, json_t *test, apr_pool_t *p)
{
    kf_mustache_set_t *set = kf_mustache_set_make(p);
    kf_mustache_t *t;
    const char *name, *text = text_of(test, "template");
    apr_size_t len;
    json_t *partial;

    json_object_foreach(json_object_get(test, "partials"), name, partial) {
        KF_TRY(kf_mustache_set_add(set, name, json_string_value(partial),
                                   json_string_length(partial)));
    }
    KF_TRY(kf_mustache_parse(&t, "case", text, strlen(text), p));
    return kf_mustache_render(out, &len, t, set, json_object_get(test, "data"), p);
}

/* 1 if the case passes. */
static int run(const char *line)
{
    json_error_t why;
    json_t *test = json_loads(line, 0, &why);
    const char *got = "";
    apr_pool_t *p;
    kf_err_t *err;
    int good;

    if (!test) {
        printf("not JSON: %s\n", why.text);
        return 0;
    }
    apr_pool_create(&p, NULL);
    err = render(&got, test, p);
    good = !err && !strcmp(got, text_of(test, "expected"));
    if (!good) {
        printf("FAILED %s\n  template: %s\n  expected: [%s]\n  got:      [%s]\n",
               text_of(test, "name"), text_of(test, "template"), text_of(test, "expected"),
               err ? err->detail : got);
    }
    apr_pool_destroy(p);
    json_decref(test);
    return good;
}

int main(void)
{
    static char line[MAX_LINE];
    int passed = 0, failed = 0;

    apr_initialize();
    while (fgets(line, sizeof(line), stdin)) {
        if (run(line)) {
            passed++;
        } else {
            failed++;
        }
    }
    apr_terminate();
    printf("%d passed, %d failed\n", passed, failed);
    return failed || !passed ? EXIT_FAILURE : EXIT_SUCCESS;
}
