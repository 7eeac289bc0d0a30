#ifndef KF_TEXT_CSV_H
#define KF_TEXT_CSV_H
/*
 * Separated values (RFC 4180) for spreadsheets: UTF-8 with a byte order mark,
 * lines end in CRLF. The caller chooses the separator, because a spreadsheet
 * expects the list separator of its own language.
 *
 * A spreadsheet treats a cell that begins with = + - @, or with their full-width
 * forms, as a formula. Such a sign gets an apostrophe in front, also in phone
 * numbers in international form ("+57..."): spreadsheets themselves use it for
 * "this is text". A program that reads the file removes it.
 *
 * A spreadsheet may also split a cell, depending on its language or the import
 * settings: at a comma, a semicolon, a tab or a line end. It may skip blanks and
 * quotes there. So a sign is marked after each of those too.
 */
#include "base/buf.h"

typedef struct {
    kf_buf_t *buf;
    char sep;
    bool begun; /* a cell of this row was written */
} kf_csv_t;

/** A writer that appends to `buf`, which may be emptied between two rows. `sep`: ',', ';' or a tab. */
void kf_csv_init(kf_csv_t *csv, kf_buf_t *buf, char sep);
/** The byte order mark, at the very beginning. */
void kf_csv_mark(kf_csv_t *csv);
/** One cell; NULL is an empty one. */
void kf_csv_text(kf_csv_t *csv, const char *text);
/** One cell with a whole number, without an apostrophe. */
void kf_csv_int(kf_csv_t *csv, int64_t value);
void kf_csv_end_row(kf_csv_t *csv);

#endif
