/* Multipart forms: parts lie inside the body, and are the same after encoding and parsing again. */
#include "fuzz.h"

#include "base/limits.h"
#include "text/multipart.h"
#include "base/utf8.h"

#define TYPE "multipart/form-data; boundary="

/* A boundary that occurs in none of the parts. */
static const char *fresh_boundary(const char *body, size_t len, apr_pool_t *p)
{
    const char *boundary;
    int n = 0;

    do {
        boundary = apr_psprintf(p, "again%d", n++);
    } while (len && memmem(body, len, boundary, strlen(boundary)));
    return boundary;
}

static void add(char **at, const void *bytes, size_t len)
{
    if (len) {
        memcpy(*at, bytes, len);
    }
    *at += len;
}

static void add_part(char **at, const kf_part_t *part, const char *boundary, apr_pool_t *p)
{
    const char *head = apr_pstrcat(p, "--", boundary, "\r\ncontent-disposition: FORM-DATA; name=\"", part->name,
                                   "\"", part->file ? "; filename=\"" : "", part->file ? part->file : "",
                                   part->file ? "\"" : "", "\r\n\r\n", NULL);

    add(at, head, strlen(head));
    add(at, part->bytes, part->len);
    add(at, "\r\n", 2);
}

static void same(const kf_multipart_t *a, const kf_multipart_t *b)
{
    FUZZ_CHECK(kf_multipart_count(a) == kf_multipart_count(b), "the count changed");
    for (int i = 0; i < kf_multipart_count(a); i++) {
        const kf_part_t *x = kf_multipart_at(a, i), *y = kf_multipart_at(b, i);

        FUZZ_CHECK(strcmp(x->name, y->name) == 0, "a name changed");
        FUZZ_CHECK(!x->file == !y->file && (!x->file || strcmp(x->file, y->file) == 0), "a file's name changed");
        FUZZ_CHECK(x->len == y->len && memcmp(x->bytes, y->bytes, x->len) == 0, "the bytes changed");
    }
}

static void look(const kf_multipart_t *form, const char *body, size_t len)
{
    FUZZ_CHECK(kf_multipart_count(form) >= 1 && kf_multipart_count(form) <= KF_MAX_PARTS, "the cap");
    for (int i = 0; i < kf_multipart_count(form); i++) {
        const kf_part_t *part = kf_multipart_at(form, i);
        const char *text = kf_multipart_field(form, part->name);

        FUZZ_CHECK(kf_multipart_part(form, part->name) == part, "a part is not found by its name");
        FUZZ_CHECK(part->bytes >= body && part->bytes + part->len <= body + len, "outside the body");
        FUZZ_CHECK(strlen(part->name) <= KF_MAX_PART_NAME && *part->name, "a name");
        FUZZ_CHECK(!part->file == (text != NULL), "a field or a file");
        FUZZ_CHECK(!text || (strlen(text) == part->len && kf_utf8_valid(text, part->len)), "a text");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size};
    const char *type = fuzz_line(&in, p), *boundary, *end;
    kf_multipart_t *form, *again;
    size_t len;
    char *body = fuzz_rest(&in, &len, p), *copy, *at;

    if (!kf_multipart_parse(&form, type, body, len, p)) {
        look(form, body, len);
        boundary = fresh_boundary(body, len, p);
        copy = at = apr_palloc(p, len + (size_t)KF_MAX_PARTS * 512 + 512);
        for (int i = 0; i < kf_multipart_count(form); i++) {
            add_part(&at, kf_multipart_at(form, i), boundary, p);
        }
        end = apr_pstrcat(p, "--", boundary, "--", NULL);
        add(&at, end, strlen(end));
        FUZZ_CHECK(!kf_multipart_parse(&again, apr_pstrcat(p, TYPE, boundary, NULL), copy, (size_t)(at - copy), p),
                   "it cannot be read again");
        same(form, again);
    }
    apr_pool_destroy(p);
    return 0;
}
