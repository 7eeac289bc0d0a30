/* CSV: what is written is read again as the same cells, and none of them is a formula. */
#include "fuzz.h"

#include "text/csv.h"

#define MOST 64

/* One cell by RFC 4180; *at goes behind it, to a comma or a line end. */
static const char *read_cell(const char **at, apr_pool_t *p)
{
    char *cell = apr_palloc(p, strlen(*at) + 1), *out = cell;
    const char *from = *at;

    if (*from != '"') {
        while (*from && *from != ',' && *from != '\r') {
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

static void check_cell(const char *cell, const char *was)
{
    FUZZ_CHECK(!*cell || !strchr("=+-@\t\r\n", *cell), "a formula");
    if (*was && strchr("=+-@\t\r\n", *was)) {
        FUZZ_CHECK(*cell++ == '\'', "no apostrophe");
    }
    FUZZ_CHECK(strcmp(cell, was) == 0, "a cell changed");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size};
    const char *cells[MOST], *at;
    int n = 0;
    kf_buf_t buf;
    kf_csv_t csv;

    kf_buf_init(&buf, p, 256, 1 << 20);
    kf_csv_init(&csv, &buf);
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
        check_cell(read_cell(&at, p), cells[i]);
        FUZZ_CHECK(i == n - 1 || *at++ == ',', "no comma");
    }
    FUZZ_CHECK(strcmp(at, "\r\n") == 0, "the end of the row");
    apr_pool_destroy(p);
    return 0;
}
