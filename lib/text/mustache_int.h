#ifndef KF_TEXT_MUSTACHE_INT_H
#define KF_TEXT_MUSTACHE_INT_H
/*
 * The tree of a template, shared by its parser, its renderer and the set. Not
 * for use outside mustache_*.c.
 */
#include <apr_tables.h>

#include "text/mustache.h"

typedef enum {
    KF_MUSTACHE_TEXT,     /* literal bytes */
    KF_MUSTACHE_LINE,     /* a line that starts with a tag: where a partial's indent goes */
    KF_MUSTACHE_VALUE,    /* {{name}} */
    KF_MUSTACHE_RAW,      /* {{{name}}}, {{&name}} */
    KF_MUSTACHE_SECTION,  /* {{#name}} */
    KF_MUSTACHE_INVERTED, /* {{^name}} */
    KF_MUSTACHE_PARTIAL   /* {{>name}} */
} kf_mustache_kind_t;

typedef struct kf_mustache_node_t kf_mustache_node_t;
struct kf_mustache_node_t {
    kf_mustache_kind_t kind;
    int starts_line;           /* TEXT: it is the first of its line */
    const char *text;          /* TEXT: the bytes; else the name as written */
    apr_size_t len;
    const char *const *path;   /* VALUE, RAW, SECTION, INVERTED: the parts of a dotted name */
    int path_len;              /* 0: the implicit iterator */
    const char *indent;        /* PARTIAL alone on its line: the white space before it */
    kf_mustache_node_t *child; /* SECTION, INVERTED: the first node inside */
    kf_mustache_node_t *next;
};

struct kf_mustache_t {
    const char *name;
    apr_size_t len; /* of the source: first estimate of the page's size */
    kf_mustache_node_t *first;
    apr_array_header_t *partials; /* const char *: the names that are called */
};

#endif
