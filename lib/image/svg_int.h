#ifndef KF_IMAGE_SVG_INT_H
#define KF_IMAGE_SVG_INT_H
/* Shared by the files svg*.c alone. */
#include <libxml/tree.h>

#include "base/buf.h"
#include "image/svg.h"

#define KF_SVG_NS "http://www.w3.org/2000/svg"
#define KF_XLINK_NS "http://www.w3.org/1999/xlink"

/** An error of a picture: KF_E_INVALID with a sentence. */
kf_err_t *kf_svg_bad(apr_pool_t *p, const char *why);

/* svg_names.c: the lists */

/** An element that we keep; `kind` says what of it. */
typedef enum {
    KF_SVG_REFUSED, /* not of the list */
    KF_SVG_DROPPED, /* says something about the file */
    KF_SVG_SHAPE,   /* kept, without text of its own */
    KF_SVG_TEXT,    /* kept with its text */
    KF_SVG_STYLE
} kf_svg_kind_t;
kf_svg_kind_t kf_svg_element(const char *name);
/** True if href of this element is followed (inside the file). */
bool kf_svg_follows(const char *name);
/** A property of CSS that paints, also an attribute; and an attribute that is no property. */
bool kf_svg_property(const char *name, size_t len);
bool kf_svg_attribute(const char *name);

/* svg_css.c: values and stylesheets */

/** Refuses a value that reaches outside of the file: url() to anywhere but #..., or a scheme. */
kf_err_t *kf_svg_value_check(const char *value, apr_pool_t *p);
/** Writes the declarations of `css` that we keep: "fill:red;stroke:#000". */
kf_err_t *kf_svg_declarations(kf_buf_t *buf, const char *css, size_t len, apr_pool_t *p);
/** Writes the rules of a stylesheet that we keep. */
kf_err_t *kf_svg_rules(kf_buf_t *buf, const char *css, apr_pool_t *p);
/** The id in the next url(#id) at or behind *at; NULL at the end. Moves *at. */
const char *kf_svg_next_ref(const char **at, apr_pool_t *p);

/* svg_cost.c */

/** Refuses what refers to itself, or unfolds to more than a browser should paint. */
kf_err_t *kf_svg_cost_check(xmlNode *root, apr_pool_t *p);

#endif
