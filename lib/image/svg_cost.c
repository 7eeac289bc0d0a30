/*
 * The size of a picture when every reference is followed: a few lines that use
 * each other ten times over could keep a browser busy for ever.
 */
#include <apr_hash.h>
#include <apr_strings.h>
#include <string.h>

#include "base/limits.h"
#include "image/svg_int.h"

#define MOST 200000 /* elements when all is unfolded */
#define DEEPEST 200 /* references and elements inside each other */
#define RUNNING (-1)

typedef struct {
    apr_hash_t *ids;   /* id -> xmlNode */
    apr_hash_t *costs; /* xmlNode -> int *: RUNNING while it is being worked out */
    const char *sheet; /* the stylesheets, together */
    apr_pool_t *p;
} cost_t;

static const char *attribute_of(const xmlNode *node, const char *name, apr_pool_t *p)
{
    for (const xmlAttr *a = node->properties; a; a = a->next) {
        if (!strcmp((const char *)a->name, name)) {
            xmlChar *value = xmlNodeListGetString(node->doc, a->children, 1);
            const char *copy = value ? apr_pstrdup(p, (const char *)value) : NULL;

            xmlFree(value);
            return copy;
        }
    }
    return NULL;
}

static void collect(cost_t *all, xmlNode *node, int depth)
{
    for (; node && depth <= KF_MAX_SVG_DEPTH; node = node->next) {
        const char *id = node->type == XML_ELEMENT_NODE ? attribute_of(node, "id", all->p) : NULL;

        if (id) {
            apr_hash_set(all->ids, id, APR_HASH_KEY_STRING, node);
        }
        if (node->type == XML_ELEMENT_NODE && !strcmp((const char *)node->name, "style")) {
            xmlChar *text = xmlNodeGetContent(node);

            all->sheet = apr_pstrcat(all->p, all->sheet, text ? (const char *)text : "", NULL);
            xmlFree(text);
        }
        if (node->type == XML_ELEMENT_NODE) {
            collect(all, node->children, depth + 1);
        }
    }
}

static kf_err_t *cost_of(int *out, cost_t *all, xmlNode *node, int depth);

static kf_err_t *add_target(int *sum, cost_t *all, const char *id, int depth)
{
    xmlNode *target = apr_hash_get(all->ids, id, APR_HASH_KEY_STRING);
    int cost = 0;

    if (target) {
        KF_TRY(cost_of(&cost, all, target, depth + 1));
        *sum += cost;
    }
    return NULL;
}

static kf_err_t *add_references(int *sum, cost_t *all, const xmlNode *node, int depth)
{
    for (const xmlAttr *a = node->properties; a; a = a->next) {
        xmlChar *raw = xmlNodeListGetString(node->doc, a->children, 1);
        const char *value = raw ? apr_pstrdup(all->p, (const char *)raw) : "", *id;

        xmlFree(raw);
        if (!strcmp((const char *)a->name, "href") && value[0] == '#') {
            KF_TRY(add_target(sum, all, value + 1, depth));
        }
        while (*sum <= MOST && (id = kf_svg_next_ref(&value, all->p))) {
            KF_TRY(add_target(sum, all, id, depth));
        }
    }
    return NULL;
}

static kf_err_t *too_much(apr_pool_t *p)
{
    return kf_svg_bad(p, "The picture is too complex: its parts refer to each other too often.");
}

static kf_err_t *cost_of(int *out, cost_t *all, xmlNode *node, int depth)
{
    int *known = apr_hash_get(all->costs, &node, sizeof(node)), part = 0;

    if (known && *known == RUNNING) {
        return kf_svg_bad(all->p, "A part of the picture refers to itself.");
    }
    if (known) {
        *out = *known;
        return NULL;
    }
    if (depth > DEEPEST) {
        return too_much(all->p);
    }
    known = apr_palloc(all->p, sizeof(*known));
    *known = RUNNING;
    apr_hash_set(all->costs, apr_pmemdup(all->p, &node, sizeof(node)), sizeof(node), known);
    *out = 1;
    KF_TRY(add_references(out, all, node, depth));
    for (xmlNode *child = node->children; child; child = child->next) {
        if (child->type == XML_ELEMENT_NODE) {
            KF_TRY(cost_of(&part, all, child, depth + 1));
            *out += part;
        }
        if (*out > MOST) {
            return too_much(all->p);
        }
    }
    *known = *out;
    return *out > MOST ? too_much(all->p) : NULL;
}

/* A class applies to every element, so it must not reference anything that contains more. */
static kf_err_t *check_sheet(cost_t *all)
{
    const char *at = all->sheet, *id;

    while ((id = kf_svg_next_ref(&at, all->p))) {
        const xmlNode *target = apr_hash_get(all->ids, id, APR_HASH_KEY_STRING);
        const char *name = target ? (const char *)target->name : "linearGradient";

        if (strcmp(name, "linearGradient") && strcmp(name, "radialGradient") && strcmp(name, "clipPath")) {
            return kf_svg_bad(all->p, "The picture's stylesheet may refer only to gradients and clip paths.");
        }
    }
    return NULL;
}

kf_err_t *kf_svg_cost_check(xmlNode *root, apr_pool_t *p)
{
    cost_t all = {apr_hash_make(p), apr_hash_make(p), "", p};
    int cost;

    collect(&all, root, 0);
    KF_TRY(check_sheet(&all));
    return cost_of(&cost, &all, root, 0);
}
