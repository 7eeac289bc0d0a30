/*
 * A tenant's colours as a style element of the page, which saves a request. The use of
 * each property and the contrast that it needs are documented in htdocs/styles/tokens.css.
 */
#include <apr_strings.h>
#include <string.h>

#include "crypto/hash.h"
#include "page/view.h"
#include "text/color.h"

#define LINE_RATIO 3.0 /* WCAG 2.2, success criterion 1.4.11: parts of a control */

/* The backgrounds of tokens.css with the least contrast: the light page and the dark card. */
static const kf_color_t light = {0xf5, 0xf6, 0xf8}, dark = {0x1d, 0x21, 0x26};

static const char *property(apr_pool_t *p, const char *css, const char *name, kf_color_t color)
{
    char text[8];

    kf_color_text(text, color);
    return apr_pstrcat(p, css, "--", name, ":", text, ";", NULL);
}

/* A colour and its text colour: black or white, one of which always has a contrast of 4.5. */
static const char *pair(apr_pool_t *p, const char *css, const char *name, kf_color_t color)
{
    css = property(p, css, name, color);
    return property(p, css, apr_pstrcat(p, name, "-text", NULL), kf_color_on(color));
}

static const char *accent(apr_pool_t *p, const char *css, kf_color_t color)
{
    css = pair(p, css, "accent", color);
    css = property(p, css, "accent-line", kf_color_readable(color, light, LINE_RATIO));
    return pair(p, css, "accent-dark", kf_color_readable(color, dark, LINE_RATIO));
}

static const char *secondary(apr_pool_t *p, const char *css, kf_color_t color)
{
    css = pair(p, css, "secondary", kf_color_readable(color, light, LINE_RATIO));
    return pair(p, css, "secondary-dark", kf_color_readable(color, dark, LINE_RATIO));
}

const char *kfm_theme_css(const kf_tenant_t *tenant, apr_pool_t *p)
{
    const char *css = ":root{";
    kf_color_t color;

    if (kf_color_parse(&color, tenant->primary_color)) {
        css = accent(p, css, color);
    }
    if (kf_color_parse(&color, tenant->secondary_color)) {
        css = secondary(p, css, color);
    }
    return css[strlen(css) - 1] == '{' ? NULL : apr_pstrcat(p, css, "}", NULL);
}

const char *kfm_theme_source(const char *css, apr_pool_t *p)
{
    uint8_t digest[KF_SHA256_BYTES];
    char text[KF_BASE64_CHARS(KF_SHA256_BYTES) + 1];

    if (kf_sha256(digest, &KF_BYTES_STR(css), 1, p)) {
        return NULL;
    }
    kf_base64_write(text, digest, sizeof(digest));
    return apr_pstrcat(p, "'sha256-", text, "'", NULL);
}
