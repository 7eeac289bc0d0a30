#ifndef KF_TEXT_QR_H
#define KF_TEXT_QR_H
/*
 * QR codes (ISO/IEC 18004) as SVG pictures: black on white with the quiet zone
 * of four modules that readers need, error correction M, no style, no script,
 * and a viewBox, so that it scales to any size.
 */
#include <apr_pools.h>

#include "base/err.h"

/** A whole SVG document for `text` (UTF-8). KF_E_TOO_LARGE above KF_MAX_URL bytes. */
kf_err_t *kf_qr_svg(const char **svg, const char *text, apr_pool_t *p);

#endif
