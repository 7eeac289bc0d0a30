#include <apr_strings.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "text/mustache_int.h"

#define FIRST_PAGE 4096

typedef struct {
    apr_pool_t *p;
    const kf_mustache_set_t *set;
    const kf_mustache_t *t; /* the template being rendered, for messages */
    const char *indent;     /* what every line of its text starts with */
    apr_size_t indent_len;
    char *page;
    apr_size_t len, size;
    const json_t *stack[KF_MAX_TEMPLATE_DEPTH + 1]; /* contexts, the innermost last */
    int contexts;
    int depth; /* of sections and partials together */
} render_t;

static kf_err_t *nodes(render_t *r, const kf_mustache_node_t *node);

/* ---- the page ---- */

static kf_err_t *grow(render_t *r, apr_size_t more)
{
    apr_size_t size = r->size * 2;
    char *page;

    if (more > KF_MAX_PAGE || r->len + more > KF_MAX_PAGE) {
        return kf_err(r->p, KF_E_INTERNAL, "template %s makes a page of more than %d bytes",
                      r->t->name, KF_MAX_PAGE);
    }
    while (size < r->len + more) {
        size *= 2;
    }
    page = apr_palloc(r->p, size + 1);
    memcpy(page, r->page, r->len);
    r->page = page;
    r->size = size;
    return NULL;
}

static kf_err_t *put(render_t *r, const char *bytes, apr_size_t len)
{
    if (len > r->size - r->len) {
        KF_TRY(grow(r, len));
    }
    memcpy(r->page + r->len, bytes, len);
    r->len += len;
    return NULL;
}

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static kf_err_t *put_escaped(render_t *r, const char *bytes, apr_size_t len)
{
    const char *end = bytes + len, *run = bytes;

    for (const char *c = bytes; c < end; c++) {
        const char *e = entity(*c);

        if (e) {
            KF_TRY(put(r, run, (apr_size_t)(c - run)));
            KF_TRY(put(r, e, strlen(e)));
            run = c + 1;
        }
    }
    return put(r, run, (apr_size_t)(end - run));
}

/* Text inside an indented partial: its lines that are not empty get the indent. */
static kf_err_t *put_indented(render_t *r, const kf_mustache_node_t *node)
{
    const char *c = node->text, *end = c + node->len;
    bool fresh = node->starts_line;

    while (c < end) {
        const char *eol = memchr(c, '\n', (apr_size_t)(end - c));
        const char *stop = eol ? eol + 1 : end;

        if (fresh && *c != '\n' && *c != '\r') {
            KF_TRY(put(r, r->indent, r->indent_len));
        }
        KF_TRY(put(r, c, (apr_size_t)(stop - c)));
        fresh = true;
        c = stop;
    }
    return NULL;
}

/* ---- values ---- */

static const json_t *find(const render_t *r, const kf_mustache_node_t *node)
{
    const json_t *value = NULL;

    if (!node->path_len) {
        return r->stack[r->contexts - 1];
    }
    for (int i = r->contexts - 1; i >= 0 && !value; i--) {
        value = json_object_get(r->stack[i], node->path[0]);
    }
    for (int i = 1; i < node->path_len && value; i++) {
        value = json_object_get(value, node->path[i]);
    }
    return value;
}

static bool is_true(const json_t *value)
{
    switch (value ? json_typeof(value) : JSON_NULL) {
    case JSON_NULL:
    case JSON_FALSE:
        return false;
    case JSON_STRING:
        return json_string_length(value) > 0;
    case JSON_ARRAY:
        return json_array_size(value) > 0;
    case JSON_INTEGER:
    case JSON_REAL:
        return json_number_value(value) != 0;
    default:
        return true;
    }
}

/* The shortest text that reads back as the same number: 1.21, not 1.2100000000000000088. */
static kf_err_t *put_real(render_t *r, double value)
{
    char text[40];

    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, value);
        if (strtod(text, NULL) == value) {
            break;
        }
    }
    return put(r, text, strlen(text));
}

static kf_err_t *put_value(render_t *r, const json_t *value, bool raw)
{
    char number[32];

    switch (value ? json_typeof(value) : JSON_NULL) {
    case JSON_STRING:
        return raw ? put(r, json_string_value(value), json_string_length(value))
                   : put_escaped(r, json_string_value(value), json_string_length(value));
    case JSON_INTEGER:
        snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        return put(r, number, strlen(number));
    case JSON_REAL:
        return put_real(r, json_real_value(value));
    case JSON_TRUE:
        return put(r, "true", 4);
    case JSON_FALSE:
        return put(r, "false", 5);
    default:
        return NULL;
    }
}

/* ---- nodes ---- */

static kf_err_t *enter(render_t *r, const char *name)
{
    if (r->depth == KF_MAX_TEMPLATE_DEPTH) {
        return kf_err(r->p, KF_E_INTERNAL,
                      "template %s: sections and partials nest deeper than %d at %s", r->t->name,
                      KF_MAX_TEMPLATE_DEPTH, name);
    }
    r->depth++;
    return NULL;
}

static kf_err_t *within(render_t *r, const json_t *context, const kf_mustache_node_t *node)
{
    r->stack[r->contexts++] = context;
    KF_TRY(nodes(r, node->child));
    r->contexts--;
    return NULL;
}

static kf_err_t *section(render_t *r, const kf_mustache_node_t *node)
{
    const json_t *value = find(r, node);

    if (!is_true(value)) {
        return NULL;
    }
    KF_TRY(enter(r, node->text));
    if (json_is_array(value)) {
        for (apr_size_t i = 0; i < json_array_size(value); i++) {
            KF_TRY(within(r, json_array_get(value, i), node));
        }
    } else {
        KF_TRY(within(r, value, node));
    }
    r->depth--;
    return NULL;
}

static kf_err_t *inverted(render_t *r, const kf_mustache_node_t *node)
{
    if (is_true(find(r, node))) {
        return NULL;
    }
    KF_TRY(enter(r, node->text));
    KF_TRY(nodes(r, node->child));
    r->depth--;
    return NULL;
}

/* A partial alone on its line passes its indent on; one within a line does not. */
static kf_err_t *partial(render_t *r, const kf_mustache_node_t *node)
{
    const kf_mustache_t *t = r->set ? kf_mustache_set_get(r->set, node->text) : NULL;
    const kf_mustache_t *outer_t = r->t;
    const char *outer_indent = r->indent;
    apr_size_t outer_len = r->indent_len;

    if (!t) {
        return NULL;
    }
    KF_TRY(enter(r, node->text));
    r->t = t;
    if (!node->indent) {
        r->indent = "";
    } else if (*node->indent) {
        r->indent = *outer_indent ? apr_pstrcat(r->p, outer_indent, node->indent, NULL)
                                  : node->indent;
    }
    r->indent_len = strlen(r->indent);
    KF_TRY(nodes(r, t->first));
    r->t = outer_t;
    r->indent = outer_indent;
    r->indent_len = outer_len;
    r->depth--;
    return NULL;
}

static kf_err_t *one(render_t *r, const kf_mustache_node_t *node)
{
    switch (node->kind) {
    case KF_MUSTACHE_TEXT:
        return r->indent_len ? put_indented(r, node) : put(r, node->text, node->len);
    case KF_MUSTACHE_LINE:
        return r->indent_len ? put(r, r->indent, r->indent_len) : NULL;
    case KF_MUSTACHE_VALUE:
        return put_value(r, find(r, node), false);
    case KF_MUSTACHE_RAW:
        return put_value(r, find(r, node), true);
    case KF_MUSTACHE_SECTION:
        return section(r, node);
    case KF_MUSTACHE_INVERTED:
        return inverted(r, node);
    default:
        return partial(r, node);
    }
}

static kf_err_t *nodes(render_t *r, const kf_mustache_node_t *node)
{
    for (; node; node = node->next) {
        KF_TRY(one(r, node));
    }
    return NULL;
}

kf_err_t *kf_mustache_render(const char **out, apr_size_t *len, const kf_mustache_t *t,
                             const kf_mustache_set_t *set, const json_t *context, apr_pool_t *p)
{
    render_t r = {.p = p, .set = set, .t = t, .indent = "", .contexts = 1};

    r.stack[0] = context;
    r.size = t->len > FIRST_PAGE / 2 ? t->len * 2 : FIRST_PAGE;
    r.page = apr_palloc(p, r.size + 1);
    KF_TRY(nodes(&r, t->first));
    r.page[r.len] = '\0';
    *out = r.page;
    *len = r.len;
    return NULL;
}
