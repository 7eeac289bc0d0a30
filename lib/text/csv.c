#include "text/csv.h"

void kf_csv_init(kf_csv_t *csv, kf_buf_t *buf)
{
    csv->buf = buf;
    csv->begun = false;
}

void kf_csv_mark(kf_csv_t *csv)
{
    kf_buf_str(csv->buf, "\xef\xbb\xbf");
}

static void next_cell(kf_csv_t *csv)
{
    if (csv->begun) {
        kf_buf_char(csv->buf, ',');
    }
    csv->begun = true;
}

void kf_csv_text(kf_csv_t *csv, const char *text)
{
    bool formula, quoted;

    next_cell(csv);
    if (!text || !*text) {
        return;
    }
    formula = strchr("=+-@\t\r\n", *text) != NULL;
    quoted = formula || *text == ' ' || text[strlen(text) - 1] == ' ' || strpbrk(text, ",;\"\r\n\t");
    if (quoted) {
        kf_buf_char(csv->buf, '"');
    }
    if (formula) {
        kf_buf_char(csv->buf, '\'');
    }
    for (; *text; text++) {
        if (*text == '"') {
            kf_buf_char(csv->buf, '"');
        }
        kf_buf_char(csv->buf, *text);
    }
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
