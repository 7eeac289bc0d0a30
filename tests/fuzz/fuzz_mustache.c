/* Templates. An input is a template, a NUL, a partial `p`, a NUL, a context in JSON (a default one if it is
 * invalid). In any template a value in double braces never becomes markup. */
#include "fuzz.h"

#include "base/limits.h"
#include "text/mustache.h"

#define CONTEXT                                                                           \
    "{\"a\":\"<b>\",\"b\":{\"c\":[1,2,{\"d\":\"x\"}],\"e\":\"\"},\"t\":true,\"f\":false," \
    "\"list\":[{\"n\":1},{\"n\":2}],\"empty\":[],\"null\":null,\"r\":1.5}"

static fuzz_in_t part(fuzz_in_t *in)
{
    const uint8_t *end = in->left > 0 ? memchr(in->at, '\0', in->left) : NULL;
    size_t len = end ? (size_t)(end - in->at) : in->left;
    fuzz_in_t out = {in->at, len};

    in->at += len + (end != NULL);
    in->left -= len + (end != NULL);
    return out;
}

static json_t *read_context(fuzz_in_t in)
{
    json_t *context = in.left > 0 ? json_loadb((const char *)in.at, in.left, 0, NULL) : NULL;

    return context ? context : json_loads(CONTEXT, 0, NULL);
}

/* Text of the input as a value between double quotes of an attribute. */
static void escapes(fuzz_in_t text, apr_pool_t *p)
{
    static const char shape[] = "<i title=\"{{v}}\">{{v}}</i>";
    json_t *context = json_pack("{s:s%}", "v", text.at ? (const char *)text.at : "", text.left);
    kf_mustache_t *t;
    const char *page, *inside;
    apr_size_t len;

    if (!context) { /* not UTF-8 */
        return;
    }
    FUZZ_CHECK(!kf_mustache_parse(&t, "shape", shape, sizeof(shape) - 1, p), "the shape");
    if (!kf_mustache_render(&page, &len, t, NULL, context, p)) {
        inside = page + strlen("<i title=\"");
        FUZZ_CHECK(strcspn(inside, "<>'\"") == strcspn(inside, "\""), "markup in an attribute");
        inside = strchr(inside, '"') + 2;
        FUZZ_CHECK(strcmp(inside + strcspn(inside, "<>'\""), "</i>") == 0, "markup in the text");
    }
    json_decref(context);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size}, whole, partial;
    kf_mustache_set_t *set = kf_mustache_set_make(p);
    const char *page;
    apr_size_t len;
    json_t *context;

    whole = part(&in);
    partial = part(&in);
    context = read_context(in);
    (void)kf_mustache_set_add(set, "p", (const char *)partial.at, partial.left);
    if (!kf_mustache_set_add(set, "t", (const char *)whole.at, whole.left)
        && !kf_mustache_render(&page, &len, kf_mustache_set_get(set, "t"), set, context, p)) {
        FUZZ_CHECK(len <= KF_MAX_PAGE && page[len] == '\0', "the end of the page");
        if (!memmem(whole.at, whole.left, "{{", 2) && whole.left > 0) {
            FUZZ_CHECK(len == whole.left && memcmp(page, whole.at, len) == 0, "text without a tag");
        }
    }
    escapes(partial, p);
    json_decref(context);
    apr_pool_destroy(p);
    return 0;
}
