#include "image/svg.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <libxml/parser.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "image/svg_int.h"

typedef struct {
    kf_buf_t buf;
    apr_pool_t *p;
    int nodes;
} writer_t;

kf_err_t *kf_svg_bad(apr_pool_t *p, const char *why)
{
    return kf_err(p, KF_E_INVALID, "%s", why);
}

void kf_svg_init(void)
{
    xmlInitParser();
}

/* ---- text before it is parsed ---- */

static const char *skip_bom(const char *bytes, size_t *len)
{
    size_t bom = *len >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3) ? 3 : 0;

    *len -= bom;
    return bytes + bom;
}

bool kf_svg_is(const char *bytes, size_t len)
{
    const char *end;

    bytes = skip_bom(bytes, &len);
    end = bytes + len;
    while (bytes < end && apr_isspace(*bytes)) {
        bytes++;
    }
    return bytes < end && *bytes == '<' && memmem(bytes, (size_t)(end - bytes), "svg", 3) != NULL;
}

/* A tree is many times as large as its text: text with too many parts is not parsed. */
static bool too_many(const char *text, char mark)
{
    int n = 0;

    while ((text = strchr(text, mark))) {
        text++;
        n++;
    }
    return n > 3 * KF_MAX_SVG_NODES;
}

/* Markup that would make a parser define or fetch something never reaches it. */
static kf_err_t *check_markup(const char *text, apr_pool_t *p)
{
    const char *at;

    for (at = strstr(text, "<!"); at; at = strstr(at + 2, "<!")) {
        if (strncmp(at, "<!--", 4) != 0 && strncmp(at, "<![CDATA[", 9) != 0) {
            return kf_svg_bad(p, "The SVG file must not have a document type or entities (<!DOCTYPE, <!ENTITY).");
        }
    }
    for (at = strstr(text, "<?"); at; at = strstr(at + 2, "<?")) {
        if (at != text || strncmp(at, "<?xml", 5) != 0 || !apr_isspace(at[5])) {
            return kf_svg_bad(p, "The SVG file must not have processing instructions (<?...?>).");
        }
    }
    return NULL;
}

/* With another declared encoding than the one we use, other programs would read another file. */
static kf_err_t *check_encoding(const char *text, apr_pool_t *p)
{
    const char *end = strncmp(text, "<?xml", 5) ? NULL : strstr(text, "?>");
    const char *said = end ? strstr(text, "encoding") : NULL;

    if (said && said < end) {
        said += 8 + strspn(said + 8, " \t\r\n=\"'");
        if (strncasecmp(said, "utf-8", 5) != 0 && strncasecmp(said, "us-ascii", 8) != 0) {
            return kf_svg_bad(p, "The SVG file must be UTF-8.");
        }
    }
    return NULL;
}

static kf_err_t *read_text(const char **out, const char *bytes, size_t len, apr_pool_t *p)
{
    if (len > KF_MAX_SVG) {
        return kf_err_said(p, KF_E_INVALID, "An SVG file may be at most {1} KiB.", apr_itoa(p, KF_MAX_SVG / 1024), NULL);
    }
    bytes = skip_bom(bytes, &len);
    if (memchr(bytes, '\0', len) || !kf_utf8_valid(bytes, len)) {
        return kf_svg_bad(p, "The SVG file must be UTF-8 text.");
    }
    *out = apr_pstrmemdup(p, bytes, len);
    if (too_many(*out, '<') || too_many(*out, '=')) {
        return kf_svg_bad(p, "The picture has too many parts.");
    }
    KF_TRY(check_markup(*out, p));
    return check_encoding(*out, p);
}

/* ---- writing ---- */

static void write_escaped(kf_buf_t *buf, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '<':
            kf_buf_str(buf, "&lt;");
            break;
        case '>':
            kf_buf_str(buf, "&gt;");
            break;
        case '&':
            kf_buf_str(buf, "&amp;");
            break;
        case '"':
            kf_buf_str(buf, "&quot;");
            break;
        case '\r':
            kf_buf_str(buf, "&#13;");
            break;
        default:
            kf_buf_char(buf, *text);
        }
    }
}

static void write_attribute(writer_t *out, const char *name, const char *value)
{
    kf_buf_char(&out->buf, ' ');
    kf_buf_str(&out->buf, name);
    kf_buf_str(&out->buf, "=\"");
    write_escaped(&out->buf, value);
    kf_buf_char(&out->buf, '"');
}

static kf_err_t *write_href(writer_t *out, const xmlNode *node, const char *value)
{
    if (value[0] != '#' || value[strspn(value + 1, "#") + 1] == '\0') {
        return kf_svg_bad(out->p, "The picture has a link (href) to something outside itself.");
    }
    if (kf_svg_follows((const char *)node->name)) {
        write_attribute(out, "href", value);
    }
    return NULL;
}

static kf_err_t *write_style(writer_t *out, const char *value)
{
    kf_buf_t css;

    kf_buf_init(&css, out->p, 256, KF_MAX_SVG);
    if (strpbrk(value, "@\\<")) {
        return kf_svg_bad(out->p, "A style of the picture has escapes or @ rules, which are not accepted.");
    }
    KF_TRY(kf_svg_declarations(&css, value, strlen(value), out->p));
    if (css.len) {
        write_attribute(out, "style", kf_buf_text(&css));
    }
    return NULL;
}

/* Clip paths are shapes alone: a class could clip them again and again. */
static bool in_clip_path(const xmlNode *node)
{
    for (const xmlNode *up = node->parent; up; up = up->parent) {
        if (up->type == XML_ELEMENT_NODE && !strcmp((const char *)up->name, "clipPath")) {
            return true;
        }
    }
    return false;
}

static kf_err_t *write_plain(writer_t *out, const xmlNode *node, const char *name, const char *value)
{
    if (!strncasecmp(name, "on", 2)) {
        return kf_svg_bad(out->p, "The picture has event handlers (on...), which could run a script.");
    }
    if (!strcmp(name, "href") || !strcmp(name, "src")) {
        return write_href(out, node, value);
    }
    if (!strcmp(name, "style")) {
        return write_style(out, value);
    }
    if (!kf_svg_attribute(name) || (!strcmp(name, "class") && in_clip_path(node))) {
        return NULL;
    }
    if (strcmp(name, "id") && strcmp(name, "class")) {
        KF_TRY(kf_svg_value_check(value, out->p));
    }
    write_attribute(out, name, value);
    return NULL;
}

static kf_err_t *write_one(writer_t *out, const xmlNode *node, const xmlAttr *a, const char *value)
{
    const char *ns = a->ns ? (const char *)a->ns->href : NULL, *name = (const char *)a->name;

    if (!ns || !strcmp(ns, KF_SVG_NS)) {
        return write_plain(out, node, name, value);
    }
    if (!strcmp(ns, KF_XLINK_NS)) {
        return strcmp(name, "href") ? NULL : write_href(out, node, value);
    }
    if (!strcmp(ns, (const char *)XML_XML_NAMESPACE)) {
        if (!strcmp(name, "base")) {
            return kf_svg_bad(out->p, "The picture has xml:base, which is not accepted.");
        }
        if (!strcmp(name, "space")) {
            write_attribute(out, "xml:space", strcmp(value, "preserve") ? "default" : "preserve");
        }
    }
    return NULL;
}

static kf_err_t *count(writer_t *out)
{
    return ++out->nodes <= KF_MAX_SVG_NODES ? NULL : kf_svg_bad(out->p, "The picture has too many parts.");
}

static kf_err_t *write_attributes(writer_t *out, const xmlNode *node)
{
    for (const xmlAttr *a = node->properties; a; a = a->next) {
        xmlChar *raw = xmlNodeListGetString(node->doc, a->children, 1);
        const char *value = raw ? apr_pstrdup(out->p, (const char *)raw) : "";

        xmlFree(raw);
        KF_TRY(count(out));
        KF_TRY(write_one(out, node, a, value));
    }
    return NULL;
}

static kf_err_t *write_sheet(writer_t *out, const xmlNode *node)
{
    xmlChar *raw = xmlNodeGetContent(node);
    const char *text = raw ? apr_pstrdup(out->p, (const char *)raw) : "";
    kf_buf_t css;

    xmlFree(raw);
    kf_buf_init(&css, out->p, 1024, KF_MAX_SVG);
    KF_TRY(kf_svg_rules(&css, text, out->p));
    if (css.len) {
        kf_buf_str(&out->buf, "<style>");
        write_escaped(&out->buf, kf_buf_text(&css));
        kf_buf_str(&out->buf, "</style>");
    }
    return NULL;
}

/* Names come from the file: only a well-formed name is repeated in an error. */
static kf_err_t *refused_element(writer_t *out, const char *name)
{
    size_t len = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");

    return kf_err_said(out->p, KF_E_INVALID, "The picture has an element \"{1}\", which is not accepted; shapes, text, "
                                             "gradients and filters are.", len && len < 40 ? apr_pstrmemdup(out->p, name, len) : "?", NULL);
}

static kf_err_t *write_children(writer_t *out, const xmlNode *node, bool text, int depth);

static kf_err_t *write_element(writer_t *out, const xmlNode *node, int depth)
{
    const char *name = (const char *)node->name, *ns = node->ns ? (const char *)node->ns->href : "";
    kf_svg_kind_t kind = kf_svg_element(name);

    KF_TRY(count(out));
    if (depth > KF_MAX_SVG_DEPTH) {
        return kf_svg_bad(out->p, "The parts of the picture are nested too deeply.");
    }
    if (!*ns || !strcmp(ns, "http://www.w3.org/1999/xhtml")) {
        return refused_element(out, name);
    }
    if (strcmp(ns, KF_SVG_NS) != 0 || kind == KF_SVG_DROPPED) {
        return NULL; /* of an editor: neither it nor what is in it is written */
    }
    if (kind == KF_SVG_REFUSED) {
        return refused_element(out, name);
    }
    if (kind == KF_SVG_STYLE) {
        return write_sheet(out, node);
    }
    kf_buf_char(&out->buf, '<');
    kf_buf_str(&out->buf, name);
    if (depth == 0) {
        write_attribute(out, "xmlns", KF_SVG_NS);
    }
    KF_TRY(write_attributes(out, node));
    kf_buf_char(&out->buf, '>');
    KF_TRY(write_children(out, node, kind == KF_SVG_TEXT, depth + 1));
    kf_buf_str(&out->buf, "</");
    kf_buf_str(&out->buf, name);
    kf_buf_char(&out->buf, '>');
    return NULL;
}

static kf_err_t *write_children(writer_t *out, const xmlNode *node, bool text, int depth)
{
    for (const xmlNode *child = node->children; child; child = child->next) {
        switch (child->type) {
        case XML_ELEMENT_NODE:
            KF_TRY(write_element(out, child, depth));
            break;
        case XML_TEXT_NODE:
        case XML_CDATA_SECTION_NODE:
            if (text && child->content) {
                write_escaped(&out->buf, (const char *)child->content);
            }
            break;
        case XML_COMMENT_NODE:
            break;
        default:
            return kf_svg_bad(out->p, "The SVG file has entities or instructions, which are not accepted.");
        }
    }
    return NULL;
}

/* ---- the whole ---- */

static kf_err_t *clean_tree(writer_t *out, xmlDoc *doc)
{
    xmlNode *root = xmlDocGetRootElement(doc);

    if (!root || doc->intSubset || doc->extSubset || strcmp((const char *)root->name, "svg") != 0 || !root->ns
        || strcmp((const char *)root->ns->href, KF_SVG_NS) != 0) {
        return kf_svg_bad(out->p, "This is not an SVG file: it must begin with an svg element of the SVG "
                                  "namespace.");
    }
    KF_TRY(write_element(out, root, 0));
    KF_TRY(kf_svg_cost_check(root, out->p));
    kf_buf_char(&out->buf, '\n');
    return kf_buf_check(&out->buf, "picture", out->p);
}

kf_err_t *kf_svg_clean(const char **out, size_t *out_len, const char *bytes, size_t len,
                       apr_pool_t *p)
{
    writer_t writer = {.p = p};
    const char *text = "";
    kf_err_t *err;
    xmlDoc *doc;

    KF_TRY(read_text(&text, bytes, len, p));
    doc = xmlReadMemory(text, (int)strlen(text), NULL, "UTF-8", XML_PARSE_NONET | XML_PARSE_NOERROR
                        | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA | XML_PARSE_COMPACT);
    if (!doc) {
        return kf_svg_bad(p, "The SVG file is not well formed.");
    }
    kf_buf_init(&writer.buf, p, len, KF_MAX_UPLOAD);
    err = clean_tree(&writer, doc);
    xmlFreeDoc(doc);
    KF_TRY(err);
    *out = kf_buf_text(&writer.buf);
    *out_len = writer.buf.len;
    return NULL;
}
