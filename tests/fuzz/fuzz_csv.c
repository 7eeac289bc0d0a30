/* CSV: written cells are parsed as the same cells, and none of them is a formula. */
#include "fuzz.h"

#include "text/csv.h"

#define MOST 64

/* One cell by RFC 4180; *at goes behind it, to a separator or a line end. */
static const char *read_cell(const char **at, char sep, apr_pool_t *p)
{
    char *cell = apr_palloc(p, strlen(*at) + 1), *out = cell;
    const char *from = *at;

    if (*from != '"') {
        while (*from && *from != sep && *from != '\r') {
            FUZZ_CHECK(*from != '"' && *from != '\n', "a character outside of quotes");
            *out++ = *from++;
        }
    } else {
        for (from++; from[0] != '"' || from[1] == '"'; from++) {
            FUZZ_CHECK(*from, "quotes do not end");
            from += *from == '"';
            *out++ = *from;
        }
        from++;
    }
    *out = '\0';
    *at = from;
    return cell;
}

static bool is_sign(const char *s)
{
    return strchr("=+-@", *s) || strncmp(s, "＝", 3) == 0 || strncmp(s, "＋", 3) == 0 || strncmp(s, "－", 3) == 0
           || strncmp(s, "＠", 3) == 0;
}

/* However a spreadsheet splits it, no part begins with an operator. */
static void check_pieces(const char *cell)
{
    while (*cell) {
        cell += strspn(cell, ",;\t\r\n \"");
        FUZZ_CHECK(!*cell || !is_sign(cell), "a formula");
        cell += strcspn(cell, ",;\t\r\n");
    }
}

/* Unchanged except for apostrophes before operators, and before a tab or a line end at the start. */
static void check_cell(const char *cell, const char *was)
{
    check_pieces(cell);
    if (*was && strchr("\t\r\n", *was)) {
        FUZZ_CHECK(*cell++ == '\'', "no apostrophe");
    }
    for (; *was; was++, cell++) {
        if (*cell == '\'' && *was != '\'') {
            FUZZ_CHECK(is_sign(was), "an apostrophe too many");
            cell++;
        }
        FUZZ_CHECK(*cell == *was, "a cell changed");
    }
    FUZZ_CHECK(!*cell, "a cell grew");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size};
    const char *cells[MOST], *at;
    int n = 0;
    kf_buf_t buf;
    kf_csv_t csv;
    char sep = ",;\t"[size % 3];

    kf_buf_init(&buf, p, 256, 1 << 20);
    kf_csv_init(&csv, &buf, sep);
    while (in.left && n < MOST) {
        const uint8_t *end = memchr(in.at, 0, in.left);
        size_t len = end ? (size_t)(end - in.at) : in.left;

        cells[n] = apr_pstrmemdup(p, (const char *)in.at, len);
        kf_csv_text(&csv, cells[n++]);
        in.at += len + (end != NULL);
        in.left -= len + (end != NULL);
    }
    kf_csv_end_row(&csv);
    FUZZ_CHECK(!kf_buf_check(&buf, "row", p), "the room");
    at = kf_buf_text(&buf);
    for (int i = 0; i < n; i++) {
        check_cell(read_cell(&at, sep, p), cells[i]);
        FUZZ_CHECK(i == n - 1 || *at++ == sep, "no separator");
    }
    FUZZ_CHECK(strcmp(at, "\r\n") == 0, "the end of the row");
    apr_pool_destroy(p);
    return 0;
}
