#ifndef KF_TEXT_CSV_H
#define KF_TEXT_CSV_H
/*
 * Comma-separated values (RFC 4180) for spreadsheets: UTF-8 with a byte order
 * mark, lines end in CRLF.
 *
 * A spreadsheet takes a cell that begins with = + - @ (or with a tab or a line
 * end before them) for a formula, whoever wrote it. Such cells get an apostrophe
 * in front, phone numbers in international form ("+57...") among them: the
 * apostrophe is what a spreadsheet itself writes for "this is text", and who
 * reads the file with a program takes one leading apostrophe off.
 */
#include "base/buf.h"

typedef struct {
    kf_buf_t *buf;
    bool begun; /* a cell of this row was written */
} kf_csv_t;

/** A writer that appends to `buf`, which may be emptied between two rows. */
void kf_csv_init(kf_csv_t *csv, kf_buf_t *buf);
/** The byte order mark, at the very beginning. */
void kf_csv_mark(kf_csv_t *csv);
/** One cell; NULL is an empty one. */
void kf_csv_text(kf_csv_t *csv, const char *text);
/** One cell with a whole number, which is no text: no apostrophe. */
void kf_csv_int(kf_csv_t *csv, int64_t value);
void kf_csv_end_row(kf_csv_t *csv);

#endif
