#ifndef KF_IMAGE_SVG_H
#define KF_IMAGE_SVG_H
/*
 * SVG pictures (SVG 1.1 and 2, static) that strangers may be shown.
 *
 * The file is read without network, without document types and without entities,
 * looked through against a list of elements and attributes, and written anew from
 * what was read: no byte of the original reaches a browser. What could run or
 * fetch something is refused with a sentence (scripts, event handlers,
 * foreignObject, links, url() to anywhere, stylesheets, document types,
 * processing instructions); what merely describes is dropped (comments,
 * metadata, the namespaces of editors, ids of no use, data-* and aria-*).
 */
#include <apr_pools.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/** Once per process, before there are threads. */
void kf_svg_init(void);

/** True if the bytes look like text whose first element could be an svg. */
bool kf_svg_is(const char *bytes, size_t len);

/**
 * The picture as we write it, UTF-8, in `p`. KF_E_INVALID with a sentence (no field):
 * not well formed, not an SVG, larger than KF_MAX_SVG, more than KF_MAX_SVG_NODES or
 * deeper than KF_MAX_SVG_DEPTH, or holding what is refused.
 */
kf_err_t *kf_svg_clean(const char **out, size_t *out_len, const char *bytes, size_t len,
                       apr_pool_t *p);

#endif
