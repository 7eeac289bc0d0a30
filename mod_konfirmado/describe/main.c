/* describe OUT describe/openapi.json NOUN/openapi.json...: writes the description of the API. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "describe/describe.h"

void describe_fail(const char *what, const char *name)
{
    fprintf(stderr, "describe: %s: %s\n", name, what);
    exit(1);
}

/* -- reading -- */

static json_t *load(const char *path)
{
    json_error_t where;
    json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, &where);

    if (!json) {
        fprintf(stderr, "describe: %s:%d: %s\n", path, where.line, where.text);
        exit(1);
    }
    return json;
}

/* Adds the members of one file to those of all files. */
static void gather(json_t *all, json_t *own)
{
    const char *name;
    json_t *one;

    json_object_foreach (own, name, one) {
        if (json_object_get(all, name)) {
            describe_fail("it is described twice", name);
        }
        json_object_set(all, name, one);
    }
}

/* Sets the tag of the file in operations without their own. */
static void put_tags(json_t *operations, json_t *tag)
{
    const char *name;
    json_t *one;

    json_object_foreach (operations, name, one) {
        if (!json_object_get(one, "tag")) {
            json_object_set(one, "tag", tag);
        }
    }
}

static void read_noun(words_t *words, const char *path)
{
    json_t *file = load(path), *operations = json_object_get(file, "operations");

    put_tags(operations, json_object_get(file, "tag"));
    gather(words->operations, operations);
    gather(words->fields, json_object_get(file, "fields"));
    gather(words->schemas, json_object_get(file, "schemas"));
    json_decref(file);
}

/* -- checks for unknown names -- */

static bool has_field(const kf_noun_t *set, const char *name)
{
    for (size_t i = 0; set && i < set->n; i++) {
        if (!strcmp(set->fields[i].name, name)) {
            return true;
        }
    }
    return set && !strcmp(name, "*");
}

static bool has_route(const char *name)
{
    for (const row_t *row = describe_rows; row->pattern; row++) {
        if (!strncmp(row->pattern, "/api/", 5) && !strcmp(row->name, name)) {
            return true;
        }
    }
    return false;
}

static void check_used(const words_t *words)
{
    const char *set, *name;
    json_t *fields, *one;

    json_object_foreach (words->operations, name, one) {
        if (!has_route(name)) {
            describe_fail("there is no such route", name);
        }
    }
    json_object_foreach (words->fields, set, fields) {
        json_object_foreach (fields, name, one) {
            if (!has_field(describe_set(set), name)) {
                describe_fail("there is no such field", name);
            }
        }
    }
}

/* -- the document -- */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The same members, sorted by name. Takes the reference to `object`. */
static json_t *sorted(json_t *object)
{
    const char **names = calloc(json_object_size(object) + 1, sizeof(*names)), *name;
    json_t *out = json_object(), *one;
    size_t n = 0;

    json_object_foreach (object, name, one) {
        names[n++] = name;
    }
    qsort(names, n, sizeof(*names), by_name);
    for (size_t i = 0; i < n; i++) {
        json_object_set(out, names[i], json_object_get(object, names[i]));
    }
    free(names);
    json_decref(object);
    return out;
}

static json_t *schemas_of(const words_t *words)
{
    json_t *out = json_object(), *one;
    const char *name;

    json_object_foreach (words->schemas, name, one) {
        json_object_set_new(out, name, describe_schema(words, one));
    }
    return sorted(out);
}

static json_t *paths_of(const words_t *words, const json_t *schemas)
{
    json_t *out = json_object(), *item;

    for (const row_t *row = describe_rows; row->pattern; row++) {
        char method[8] = "";

        if (strncmp(row->pattern, "/api/", 5)) {
            continue;
        }
        for (size_t i = 0; i < sizeof(method) - 1 && row->method[i]; i++) {
            method[i] = (char)(row->method[i] - 'A' + 'a');
        }
        item = json_object_get(out, row->pattern);
        if (!item) {
            item = json_object();
            json_object_set_new(out, row->pattern, item);
        }
        json_object_set_new(item, method, describe_operation(words, row, schemas));
    }
    return sorted(out);
}

/* Adds the codes of problems (base/errors.def) and of their fields, which are reasons or the same codes. */
static void put_codes(json_t *schemas)
{
    json_t *codes = json_object(), *reasons = json_object();
    json_t *members = json_object_get(json_object_get(schemas, "Problem"), "properties");
    json_t *item = json_object_get(json_object_get(members, "errors"), "items");

#define KF_ERROR(name, sqlstate, text, http, title) json_object_set_new(codes, text, json_null());
#define KF_REASON(name, text) json_object_set_new(reasons, text, json_null());
#include "base/errors.def"
    json_object_update(reasons, codes);
    codes = sorted(codes);
    reasons = sorted(reasons);
    for (int i = 0; i < 2; i++) {
        json_t *list = json_array(), *one;
        const char *code;

        json_object_foreach (i ? reasons : codes, code, one) {
            json_array_append_new(list, json_string(code));
        }
        json_object_set_new(json_object_get(i ? json_object_get(item, "properties") : members, "code"), "enum", list);
    }
    json_decref(codes);
    json_decref(reasons);
}

/* The skeleton with the paths and schemas inserted. */
static json_t *document(const words_t *words)
{
    json_t *schemas = schemas_of(words), *components = json_object_get(words->skeleton, "components"), *out;

    put_codes(schemas);
    out = json_copy(words->skeleton);
    json_object_del(out, "schemas");
    json_object_del(out, "components");
    json_object_set_new(out, "paths", paths_of(words, schemas));
    json_object_set(out, "components", components);
    json_object_set_new(components, "schemas", schemas);
    return out;
}

int main(int argc, char **argv)
{
    words_t words = {NULL, json_object(), json_object(), json_object()};
    json_t *out;
    int failed;

    if (argc < 3) {
        fprintf(stderr, "usage: describe OUT describe/openapi.json NOUN/openapi.json...\n");
        return 2;
    }
    words.skeleton = load(argv[2]);
    gather(words.schemas, json_object_get(words.skeleton, "schemas"));
    for (int i = 3; i < argc; i++) {
        read_noun(&words, argv[i]);
    }
    check_used(&words);
    out = document(&words);
    failed = json_dump_file(out, argv[1], JSON_INDENT(1));
    json_decref(out);
    json_decref(words.skeleton);
    json_decref(words.operations);
    json_decref(words.fields);
    json_decref(words.schemas);
    if (failed) {
        describe_fail("it cannot be written", argv[1]);
    }
    return 0;
}
