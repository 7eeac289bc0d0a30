/* SVG images: the output contains nothing that could run or fetch, and is parsed and written again unchanged. */
#include "fuzz.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <strings.h>

#include "image/svg.h"

static void look_at_value(const char *name, const char *value)
{
    const char *url = value;

    FUZZ_CHECK(strncasecmp(name, "on", 2) != 0, "an event handler");
    FUZZ_CHECK(strcmp(name, "href") != 0 || value[0] == '#', "a link");
    FUZZ_CHECK(strcmp(name, "src") != 0, "a source");
    if (!strcmp(name, "id") || !strcmp(name, "class") || !strcmp(name, "href")) {
        return;
    }
    FUZZ_CHECK(!strcasestr(value, "javascript:"), "a script");
    FUZZ_CHECK(!strchr(value, '\\'), "an escape");
    while ((url = strcasestr(url, "url("))) {
        url += 4 + strspn(url + 4, " \t\r\n\"'");
        FUZZ_CHECK(*url == '#', "a url()");
    }
}

static void look_at(const xmlNode *node)
{
    static const char *const never[] = {"script", "foreignObject", "image", "a", "animate", "set", "iframe", NULL};

    for (; node; node = node->next) {
        FUZZ_CHECK(node->type == XML_ELEMENT_NODE || node->type == XML_TEXT_NODE, "a kind of node");
        for (int i = 0; never[i] && node->type == XML_ELEMENT_NODE; i++) {
            FUZZ_CHECK(strcasecmp((const char *)node->name, never[i]) != 0, "an element");
        }
        if (node->type == XML_ELEMENT_NODE) {
            FUZZ_CHECK(node->ns && !strcmp((const char *)node->ns->href, "http://www.w3.org/2000/svg"), "a namespace");
            for (const xmlAttr *a = node->properties; a; a = a->next) {
                xmlChar *value = xmlNodeListGetString(node->doc, a->children, 1);

                look_at_value((const char *)a->name, value ? (const char *)value : "");
                xmlFree(value);
            }
            if (!strcmp((const char *)node->name, "style")) {
                xmlChar *text = xmlNodeGetContent(node);

                FUZZ_CHECK(!strchr((const char *)text, '@'), "an @ rule");
                look_at_value("style", (const char *)text);
                xmlFree(text);
            }
            look_at(node->children);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size};
    const char *out, *again;
    size_t len, out_len, again_len;
    char *bytes = fuzz_rest(&in, &len, p);

    if (!kf_svg_clean(&out, &out_len, bytes, len, p)) {
        xmlDoc *doc = xmlReadMemory(out, (int)out_len, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR
                                    | XML_PARSE_NOWARNING);

        FUZZ_CHECK(doc, "it is not well formed");
        FUZZ_CHECK(kf_svg_is(out, out_len), "it does not look like one");
        look_at(xmlDocGetRootElement(doc));
        xmlFreeDoc(doc);
        FUZZ_CHECK(!kf_svg_clean(&again, &again_len, out, out_len, p), "it cannot be read again");
        FUZZ_CHECK(again_len == out_len && !memcmp(again, out, out_len), "it changed");
    }
    apr_pool_destroy(p);
    return 0;
}
