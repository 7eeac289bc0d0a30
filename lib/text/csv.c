#include "text/csv.h"

void kf_csv_init(kf_csv_t *csv, kf_buf_t *buf, char sep)
{
    csv->buf = buf;
    csv->sep = sep;
    csv->begun = false;
}

void kf_csv_mark(kf_csv_t *csv)
{
    kf_buf_str(csv->buf, "\xef\xbb\xbf");
}

static void next_cell(kf_csv_t *csv)
{
    if (csv->begun) {
        kf_buf_char(csv->buf, csv->sep);
    }
    csv->begun = true;
}

/* The length of a sign at `s` that begins a formula, 0 if there is none. */
static size_t sign_len(const char *s)
{
    static const char *const wide[] = {"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"}; /* ＝ ＋ － ＠ */

    if (*s && strchr("=+-@", *s)) {
        return 1;
    }
    for (size_t i = 0; i < sizeof(wide) / sizeof(*wide); i++) {
        if (strncmp(s, wide[i], strlen(wide[i])) == 0) {
            return strlen(wide[i]);
        }
    }
    return 0;
}

/* Some spreadsheets skip a tab or a line end at the start. */
static bool is_odd(const char *text)
{
    return strchr("\t\r\n", *text) || sign_len(text);
}

static bool needs_quotes(const char *text)
{
    return is_odd(text) || *text == ' ' || text[strlen(text) - 1] == ' ' || strpbrk(text, ",;\"\r\n\t");
}

static void write_marked(kf_buf_t *buf, const char *text)
{
    bool start = true; /* a spreadsheet may read what follows as the start of a cell */

    if (is_odd(text)) {
        kf_buf_char(buf, '\'');
        start = !sign_len(text);
    }
    for (; *text; text++) {
        if (start && sign_len(text)) {
            kf_buf_char(buf, '\'');
        }
        start = strchr(",;\t\r\n", *text) || (start && strchr(" \"", *text));
        if (*text == '"') {
            kf_buf_char(buf, '"');
        }
        kf_buf_char(buf, *text);
    }
}

void kf_csv_text(kf_csv_t *csv, const char *text)
{
    bool quoted;

    next_cell(csv);
    if (!text || !*text) {
        return;
    }
    quoted = needs_quotes(text);
    if (quoted) {
        kf_buf_char(csv->buf, '"');
    }
    write_marked(csv->buf, text);
    if (quoted) {
        kf_buf_char(csv->buf, '"');
    }
}

void kf_csv_int(kf_csv_t *csv, int64_t value)
{
    next_cell(csv);
    kf_buf_int(csv->buf, value);
}

void kf_csv_end_row(kf_csv_t *csv)
{
    kf_buf_str(csv->buf, "\r\n");
    csv->begun = false;
}
