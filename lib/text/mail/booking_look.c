/*
 * The business's logo and colour. Mail programs support neither SVG pictures nor
 * custom properties, so colours are written out, for a dark screen as well as for
 * a light one.
 */
#include <apr_strings.h>
#include <string.h>
#include <strings.h>

#include "text/color.h"
#include "text/mail/letter.h"

#define PART_RATIO 3.0 /* WCAG 2.2, success criterion 1.4.11: parts of a control */

static const kf_color_t standard = {0x17, 0x62, 0x4f};
/* The backgrounds of the templates: cards on a light and on a dark screen. */
static const kf_color_t light = {0xff, 0xff, 0xff}, dark = {0x1d, 0x21, 0x26};

static void put_color(const kf_letter_t *m, json_t *look, const char *name, kf_color_t color)
{
    char text[8];

    kf_color_text(text, color);
    kf_letter_put(look, name, apr_pstrdup(m->p, text));
}

static json_t *colors(const kf_letter_t *m)
{
    kf_color_t own, night;
    json_t *look = json_object();

    if (!m->in->primary_color || !kf_color_parse(&own, m->in->primary_color)) {
        own = standard;
    }
    night = kf_color_readable(own, dark, PART_RATIO);
    put_color(m, look, "accent", own);
    put_color(m, look, "on_accent", kf_color_on(own));
    put_color(m, look, "edge", kf_color_readable(own, light, PART_RATIO));
    put_color(m, look, "link", kf_color_readable(own, light, KF_COLOR_TEXT_RATIO));
    put_color(m, look, "night", night);
    put_color(m, look, "on_night", kf_color_on(night));
    put_color(m, look, "night_link", kf_color_readable(own, dark, KF_COLOR_TEXT_RATIO));
    return look;
}

static bool is_plain_url(const char *url)
{
    for (const char *c = url; *c; c++) {
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f || strchr("\"'<>\\", *c)) {
            return false;
        }
    }
    return true;
}

/* An absolute address of a format that mail programs show; NULL: show only the name. */
static const char *logo(const kf_letter_t *m)
{
    const char *url = m->in->logo_url;
    size_t len = url ? strlen(url) : 0;

    if (len < 2 || !is_plain_url(url) || (len > 4 && !strcasecmp(url + len - 4, ".svg"))) {
        return NULL;
    }
    if (url[0] == '/' && url[1] != '/') {
        return apr_pstrcat(m->p, m->in->base_url, url, NULL);
    }
    return !strncmp(url, "https://", 8) ? url : NULL;
}

void kf_letter_put_look(const kf_letter_t *m)
{
    json_object_set_new(m->root, "look", colors(m));
    kf_letter_put(m->root, "logo", logo(m));
}
