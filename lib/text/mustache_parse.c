#include <apr_strings.h>
#include <stdbool.h>
#include <string.h>

#include "base/limits.h"
#include "text/mustache_int.h"

#define MAX_DELIMITER 8

typedef struct {
    kf_mustache_node_t *node;  /* the section that is open, NULL for the template itself */
    kf_mustache_node_t **tail; /* where the next node goes */
    const char *at;            /* its tag, for the message when it is never closed */
} level_t;

typedef struct {
    apr_pool_t *p;
    kf_mustache_t *t;
    const char *start, *end;
    const char *text; /* first byte that no node has taken yet */
    char open[MAX_DELIMITER + 1], close[MAX_DELIMITER + 1];
    level_t levels[KF_MAX_TEMPLATE_DEPTH + 1];
    int depth;
} parser_t;

/* One tag: [at, after) with its content [body, body_end). */
typedef struct {
    char kind; /* '#', '^', '/', '>', '!', '=', '&' or 0 for {{name}} */
    const char *at, *after;
    const char *body, *body_end;
    const char *line;      /* alone on its line: the line's first byte, else NULL */
    const char *next_line; /* alone on its line: the first byte after the line */
} tag_t;

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static kf_err_t *bad(const parser_t *s, const char *at, const char *what, const char *name)
{
    int line = 1;

    for (const char *c = s->start; c < at; c++) {
        line += *c == '\n';
    }
    return kf_err(s->p, KF_E_CONFIG, "template %s, line %d: %s%s%s", s->t->name, line, what,
                  name ? ": " : "", name ? name : "");
}

/* ---- nodes ---- */

static kf_mustache_node_t *append(parser_t *s, kf_mustache_kind_t kind, const char *text,
                                  apr_size_t len)
{
    kf_mustache_node_t *node = apr_pcalloc(s->p, sizeof(*node));
    level_t *level = &s->levels[s->depth];

    node->kind = kind;
    node->text = text;
    node->len = len;
    *level->tail = node;
    level->tail = &node->next;
    return node;
}

static bool starts_line(const parser_t *s, const char *at)
{
    return at == s->start || at[-1] == '\n';
}

static void append_text(parser_t *s, const char *until)
{
    if (until > s->text) {
        kf_mustache_node_t *node =
            append(s, KF_MUSTACHE_TEXT, s->text, (apr_size_t)(until - s->text));

        node->starts_line = starts_line(s, s->text);
    }
    s->text = until;
}

/* ---- names ---- */

static kf_err_t *read_name(const char **out, const parser_t *s, const tag_t *tag)
{
    const char *from = tag->body, *to = tag->body_end;

    while (from < to && is_space(*from)) {
        from++;
    }
    while (to > from && is_space(to[-1])) {
        to--;
    }
    if (from == to) {
        return bad(s, tag->at, "a tag has no name", NULL);
    }
    *out = apr_pstrmemdup(s->p, from, (apr_size_t)(to - from));
    for (const char *c = from; c < to; c++) {
        if ((unsigned char)*c <= ' ' || *c == 0x7f) {
            return bad(s, tag->at, "a name has white space or a control character", NULL);
        }
        if (strchr("#^/>!=&{}<>\"'", *c) && (*c != '/' || c == from)) {
            return bad(s, tag->at, "a name has a character that it may not have", *out);
        }
    }
    return NULL;
}

static kf_err_t *read_path(kf_mustache_node_t *node, const parser_t *s, const tag_t *tag)
{
    int parts = 1;
    const char **path;
    char *rest = apr_pstrdup(s->p, node->text);

    if (!strcmp(rest, ".")) {
        return NULL;
    }
    for (const char *c = rest; *c; c++) {
        parts += *c == '.';
    }
    path = apr_palloc(s->p, (apr_size_t)parts * sizeof(*path));
    for (int i = 0; i < parts; i++) {
        char *dot = strchr(rest, '.');

        if (dot) {
            *dot = '\0';
        }
        if (!*rest) {
            return bad(s, tag->at, "a dotted name has an empty part", node->text);
        }
        path[i] = rest;
        rest = dot ? dot + 1 : rest;
    }
    node->path = path;
    node->path_len = parts;
    return NULL;
}

/* ---- finding tags ---- */

/* Sets the lines around a tag that has nothing but blanks beside it. */
static void find_standalone(const parser_t *s, tag_t *tag)
{
    const char *from = tag->at, *to = tag->after;

    if (!tag->kind || tag->kind == '&') {
        return;
    }
    while (from > s->start && is_blank(from[-1])) {
        from--;
    }
    while (to < s->end && is_blank(*to)) {
        to++;
    }
    if (to + 1 < s->end && to[0] == '\r' && to[1] == '\n') {
        to++;
    }
    if (starts_line(s, from) && (to == s->end || *to == '\n')) {
        tag->line = from;
        tag->next_line = to == s->end ? to : to + 1;
    }
}

/* The next tag; tag->at is NULL when there is none. */
static kf_err_t *find_tag(tag_t *tag, const parser_t *s)
{
    char stop[MAX_DELIMITER + 2];
    const char *found;

    memset(tag, 0, sizeof(*tag));
    tag->at = memmem(s->text, (apr_size_t)(s->end - s->text), s->open, strlen(s->open));
    if (!tag->at) {
        return NULL;
    }
    tag->body = tag->at + strlen(s->open);
    if (tag->body < s->end && *tag->body && strchr("#^/>!=&{", *tag->body)) {
        tag->kind = *tag->body++;
    }
    apr_snprintf(stop, sizeof(stop), "%s%s",
                 tag->kind == '{' ? "}" : tag->kind == '=' ? "=" : "", s->close);
    found = memmem(tag->body, (apr_size_t)(s->end - tag->body), stop, strlen(stop));
    if (!found) {
        return bad(s, tag->at, "a tag is not closed; expected", stop);
    }
    tag->body_end = found;
    tag->after = found + strlen(stop);
    tag->kind = tag->kind == '{' ? '&' : tag->kind;
    find_standalone(s, tag);
    return NULL;
}

/* ---- tags ---- */

static kf_err_t *take_delimiters(parser_t *s, const tag_t *tag)
{
    char *rest, *open, *close;

    open = apr_strtok(apr_pstrmemdup(s->p, tag->body, (apr_size_t)(tag->body_end - tag->body)),
                      " \t\r\n", &rest);
    close = open ? apr_strtok(NULL, " \t\r\n", &rest) : NULL;
    if (!close || apr_strtok(NULL, " \t\r\n", &rest)) {
        return bad(s, tag->at, "a delimiter tag needs two delimiters", NULL);
    }
    if (strlen(open) > MAX_DELIMITER || strlen(close) > MAX_DELIMITER || strchr(open, '=') ||
        strchr(close, '=')) {
        return bad(s, tag->at, "a delimiter is too long or holds '='", NULL);
    }
    apr_cpystrn(s->open, open, sizeof(s->open));
    apr_cpystrn(s->close, close, sizeof(s->close));
    return NULL;
}

static kf_err_t *open_section(parser_t *s, const tag_t *tag)
{
    kf_mustache_node_t *node;
    const char *name;

    KF_TRY(read_name(&name, s, tag));
    if (s->depth == KF_MAX_TEMPLATE_DEPTH) {
        return bad(s, tag->at, "sections are nested too deeply", name);
    }
    node = append(s, tag->kind == '#' ? KF_MUSTACHE_SECTION : KF_MUSTACHE_INVERTED, name,
                  strlen(name));
    KF_TRY(read_path(node, s, tag));
    s->levels[++s->depth] = (level_t){.node = node, .tail = &node->child, .at = tag->at};
    return NULL;
}

static kf_err_t *close_section(parser_t *s, const tag_t *tag)
{
    const char *name;

    KF_TRY(read_name(&name, s, tag));
    if (!s->depth) {
        return bad(s, tag->at, "a section is closed that was not opened", name);
    }
    if (strcmp(s->levels[s->depth].node->text, name)) {
        return bad(s, tag->at,
                   apr_psprintf(s->p, "section %s is open here, but another is closed",
                                s->levels[s->depth].node->text),
                   name);
    }
    s->depth--;
    return NULL;
}

static kf_err_t *take_partial(parser_t *s, const tag_t *tag)
{
    kf_mustache_node_t *node;
    const char *name;

    KF_TRY(read_name(&name, s, tag));
    node = append(s, KF_MUSTACHE_PARTIAL, name, strlen(name));
    if (tag->line) {
        node->indent = apr_pstrmemdup(s->p, tag->line, (apr_size_t)(tag->at - tag->line));
    }
    APR_ARRAY_PUSH(s->t->partials, const char *) = name;
    return NULL;
}

static kf_err_t *take_value(parser_t *s, const tag_t *tag)
{
    const char *name;

    KF_TRY(read_name(&name, s, tag));
    return read_path(append(s, tag->kind ? KF_MUSTACHE_RAW : KF_MUSTACHE_VALUE, name,
                            strlen(name)),
                     s, tag);
}

static kf_err_t *take_tag(parser_t *s, const tag_t *tag)
{
    switch (tag->kind) {
    case '!':
        return NULL;
    case '=':
        return take_delimiters(s, tag);
    case '#':
    case '^':
        return open_section(s, tag);
    case '/':
        return close_section(s, tag);
    case '>':
        return take_partial(s, tag);
    default:
        return take_value(s, tag);
    }
}

static kf_err_t *parse(parser_t *s)
{
    tag_t tag;

    for (;;) {
        KF_TRY(find_tag(&tag, s));
        if (!tag.at) {
            append_text(s, s->end);
            break;
        }
        append_text(s, tag.line ? tag.line : tag.at);
        if (!tag.line && starts_line(s, tag.at)) {
            append(s, KF_MUSTACHE_LINE, "", 0);
        }
        KF_TRY(take_tag(s, &tag));
        s->text = tag.line ? tag.next_line : tag.after;
    }
    if (s->depth) {
        return bad(s, s->levels[s->depth].at, "a section is not closed",
                   s->levels[s->depth].node->text);
    }
    return NULL;
}

kf_err_t *kf_mustache_parse(kf_mustache_t **out, const char *name, const char *text,
                            apr_size_t len, apr_pool_t *p)
{
    kf_mustache_t *t = apr_pcalloc(p, sizeof(*t));
    parser_t s = {.p = p, .t = t, .open = "{{", .close = "}}"};

    t->name = apr_pstrdup(p, name);
    t->len = len;
    t->partials = apr_array_make(p, 2, sizeof(const char *));
    if (len > KF_MAX_TEMPLATE) {
        return kf_err(p, KF_E_TOO_LARGE, "template %s has more than %d bytes", name,
                      KF_MAX_TEMPLATE);
    }
    s.start = s.text = apr_pstrmemdup(p, text, len);
    s.end = s.start + len;
    s.levels[0].tail = &t->first;
    KF_TRY(parse(&s));
    *out = t;
    return NULL;
}
