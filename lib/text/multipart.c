#include "text/multipart.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/utf8.h"

#define MAX_BOUNDARY 70

typedef struct {
    kf_part_t part;
    const char *text; /* of a field */
} entry_t;

struct kf_multipart_t {
    int count;
    entry_t entries[KF_MAX_PARTS];
};

/* The rest of the body, and the delimiter that ends every part: CRLF, two hyphens, the boundary. */
typedef struct {
    const char *at, *end;
    const char *mark;
    size_t mark_len;
    apr_pool_t *p;
} reader_t;

static kf_err_t *bad(const reader_t *in, const char *field, const char *why)
{
    return kf_err_field(in->p, KF_E_MALFORMED, field, "%s", why);
}

/* ---- the boundary ---- */

static bool boundary_char(char c)
{
    return apr_isalnum(c) || (c && strchr("'()+_,-./:=?", c));
}

/* The one parameter `boundary` of the type, as a token or quoted; NULL if there is none. */
static const char *boundary_of(const char *type, apr_pool_t *p)
{
    static const char wanted[] = "multipart/form-data";
    const char *at = type, *from;
    bool quoted;
    size_t len = 0;

    if (!type || strncasecmp(type, wanted, sizeof(wanted) - 1) != 0) {
        return NULL;
    }
    at += sizeof(wanted) - 1;
    at += strspn(at, " \t");
    if (*at != ';') {
        return NULL;
    }
    at++;
    at += strspn(at, " \t");
    if (strncasecmp(at, "boundary=", 9) != 0) {
        return NULL;
    }
    quoted = at[9] == '"';
    from = at + 9 + quoted;
    while (boundary_char(from[len])) {
        len++;
    }
    if (len == 0 || len > MAX_BOUNDARY || (quoted && from[len] != '"')) {
        return NULL;
    }
    at = from + len + quoted;
    return at[strspn(at, " \t")] == '\0' ? apr_pstrmemdup(p, from, len) : NULL;
}

/* ---- the headers of a part ---- */

/* A quoted parameter, as browsers write it: %22, %0D and %0A encode the characters that it may not contain. */
static kf_err_t *read_quoted(const char **out, reader_t *in, const char **at, const char *end,
                             size_t max)
{
    const char *from = *at, *close;

    if (from == end || *from != '"' || !(close = memchr(from + 1, '"', (size_t)(end - from - 1)))) {
        return bad(in, NULL, "A parameter of Content-Disposition must be in quotes.");
    }
    if ((size_t)(close - from - 1) > max) {
        return bad(in, NULL, "The name of a field or of a file is too long.");
    }
    *out = apr_pstrmemdup(in->p, from + 1, (size_t)(close - from - 1));
    if (strlen(*out) != (size_t)(close - from - 1) || !kf_utf8_valid(*out, strlen(*out))) {
        return bad(in, NULL, "The name of a field or of a file must be UTF-8.");
    }
    if (strchr(*out, '\\') || kf_utf8_has_control(*out, strlen(*out), NULL)) {
        return bad(in, NULL, "The name of a field or of a file has a character that is not allowed.");
    }
    *at = close + 1;
    return NULL;
}

static kf_err_t *of_part(kf_err_t *err, const char *name)
{
    if (err) {
        err->field = name;
    }
    return err;
}

/* `; name="..."` or `; filename="..."`, each once. */
static kf_err_t *read_parameter(kf_part_t *part, reader_t *in, const char **at, const char *end)
{
    static const struct {
        const char *word;
        size_t len, max;
    } known[] = {{"name=", 5, KF_MAX_PART_NAME}, {"filename=", 9, KF_MAX_FILE_NAME}};
    const char **slots[] = {&part->name, &part->file};

    (*at)++;
    while (*at < end && (**at == ' ' || **at == '\t')) {
        (*at)++;
    }
    for (int i = 0; i < 2; i++) {
        if ((size_t)(end - *at) > known[i].len && !strncasecmp(*at, known[i].word, known[i].len)) {
            if (*slots[i]) {
                return bad(in, NULL, "A parameter of Content-Disposition was sent twice.");
            }
            *at += known[i].len;
            return of_part(read_quoted(slots[i], in, at, end, known[i].max), i ? part->name : NULL);
        }
    }
    return bad(in, NULL, "Content-Disposition may have only name and filename.");
}

static kf_err_t *read_disposition(kf_part_t *part, reader_t *in, const char *at, const char *end)
{
    static const char wanted[] = "form-data";

    while (at < end && (*at == ' ' || *at == '\t')) {
        at++;
    }
    if (part->name) {
        return bad(in, NULL, "A part has two Content-Disposition headers.");
    }
    if ((size_t)(end - at) < sizeof(wanted) - 1 || strncasecmp(at, wanted, sizeof(wanted) - 1)) {
        return bad(in, NULL, "Content-Disposition of a part must be form-data.");
    }
    at += sizeof(wanted) - 1;
    while (at < end) {
        if (*at == ' ' || *at == '\t') {
            at++;
        } else if (*at == ';') {
            KF_TRY(read_parameter(part, in, &at, end));
        } else {
            return bad(in, NULL, "Content-Disposition could not be read.");
        }
    }
    return part->name && *part->name ? NULL
                                     : bad(in, NULL, "Content-Disposition of a part must have a name.");
}

static bool is_header(const char *line, const char *end, const char *name)
{
    size_t len = strlen(name);

    return (size_t)(end - line) > len && line[len] == ':' && !strncasecmp(line, name, len);
}

/* The header lines of a part and the empty line behind them. */
static kf_err_t *read_headers(kf_part_t *part, reader_t *in)
{
    const char *limit = in->end - in->at > KF_MAX_PART_HEADERS ? in->at + KF_MAX_PART_HEADERS : in->end;

    for (;;) {
        const char *line = in->at, *stop = memmem(line, (size_t)(limit - line), "\r\n", 2);

        if (!stop) {
            return bad(in, NULL, "The headers of a part do not end, or are too long.");
        }
        in->at = stop + 2;
        if (stop == line) {
            return part->name ? NULL : bad(in, NULL, "A part has no Content-Disposition.");
        }
        if (memchr(line, '\0', (size_t)(stop - line)) || !memchr(line, ':', (size_t)(stop - line))) {
            return bad(in, NULL, "A header of a part could not be read.");
        }
        if (is_header(line, stop, "Content-Disposition")) {
            KF_TRY(read_disposition(part, in, line + 20, stop));
        } else if (!is_header(line, stop, "Content-Type")) {
            return bad(in, part->name, "A part may have only the headers Content-Disposition and Content-Type.");
        }
    }
}

/* ---- parts ---- */

static kf_err_t *keep_text(entry_t *entry, const reader_t *in)
{
    const kf_part_t *part = &entry->part;

    if (!kf_utf8_valid(part->bytes, part->len)) {
        return bad(in, part->name, "The value must be UTF-8.");
    }
    if (kf_utf8_has_control(part->bytes, part->len, "\t\r\n")) {
        return bad(in, part->name, "The value has a character that is not allowed.");
    }
    entry->text = apr_pstrmemdup(in->p, part->bytes, part->len);
    return NULL;
}

/* in->at is after the boundary's line; afterwards after the next boundary. */
static kf_err_t *read_part(kf_multipart_t *form, reader_t *in)
{
    entry_t entry = {{NULL, NULL, NULL, 0}, NULL};
    const char *stop;

    if (form->count == KF_MAX_PARTS) {
        return kf_err_said(in->p, KF_E_MALFORMED, "A form may have at most {1} parts.", apr_itoa(in->p, KF_MAX_PARTS), NULL);
    }
    KF_TRY(read_headers(&entry.part, in));
    if (kf_multipart_part(form, entry.part.name)) {
        return bad(in, entry.part.name, "The field was sent more than once.");
    }
    stop = memmem(in->at, (size_t)(in->end - in->at), in->mark, in->mark_len);
    if (!stop) {
        return bad(in, entry.part.name, "A part does not end: the body is incomplete.");
    }
    entry.part.bytes = in->at;
    entry.part.len = (size_t)(stop - in->at);
    in->at = stop + in->mark_len;
    if (!entry.part.file) {
        KF_TRY(keep_text(&entry, in));
    }
    form->entries[form->count++] = entry;
    return NULL;
}

static bool skip(reader_t *in, const char *word)
{
    size_t len = strlen(word);

    if ((size_t)(in->end - in->at) < len || memcmp(in->at, word, len) != 0) {
        return false;
    }
    in->at += len;
    return true;
}

static kf_err_t *read_parts(kf_multipart_t *form, reader_t *in)
{
    if (!skip(in, in->mark + 2)) {
        return bad(in, NULL, "The body does not begin with its boundary.");
    }
    while (!skip(in, "--")) {
        if (!skip(in, "\r\n")) {
            return bad(in, NULL, "A boundary must be followed by a line break.");
        }
        KF_TRY(read_part(form, in));
    }
    skip(in, "\r\n");
    if (in->at != in->end) {
        return bad(in, NULL, "There is data after the last boundary.");
    }
    return form->count ? NULL : bad(in, NULL, "The form has no fields.");
}

kf_err_t *kf_multipart_parse(kf_multipart_t **out, const char *type, const char *bytes, size_t len,
                             apr_pool_t *p)
{
    const char *boundary = boundary_of(type, p);
    reader_t in = {.p = p};

    if (!boundary) {
        return kf_err(p, KF_E_MEDIA_TYPE, "Send the body as multipart/form-data with a boundary.");
    }
    bytes = len ? bytes : "";
    in.at = bytes;
    in.end = bytes + len;
    in.mark = apr_pstrcat(p, "\r\n--", boundary, NULL);
    in.mark_len = strlen(in.mark);
    *out = apr_pcalloc(p, sizeof(**out));
    return read_parts(*out, &in);
}

/* ---- asking ---- */

const kf_part_t *kf_multipart_part(const kf_multipart_t *form, const char *name)
{
    for (int i = 0; i < form->count; i++) {
        if (!strcmp(form->entries[i].part.name, name)) {
            return &form->entries[i].part;
        }
    }
    return NULL;
}

const char *kf_multipart_field(const kf_multipart_t *form, const char *name)
{
    const kf_part_t *part = kf_multipart_part(form, name);

    return part && !part->file ? ((const entry_t *)(const void *)part)->text : NULL;
}

int kf_multipart_count(const kf_multipart_t *form)
{
    return form->count;
}

const kf_part_t *kf_multipart_at(const kf_multipart_t *form, int i)
{
    return &form->entries[i].part;
}
