#ifndef KF_TEXT_HOURS_H
#define KF_TEXT_HOURS_H
/*
 * Opening hours as a person writes them:
 *
 *     mon-fri 09:00-13:00,14:00-18:00; sat 09:00-12:00
 *
 * Groups are separated by `;`. A group is days, a blank, and spans separated by
 * `,`. Days are three English letters in any case, alone, as a range (fri-mon
 * wraps around the week) or as a list "mon,wed,fri". A span is HH:MM-HH:MM, ends
 * after it starts, and may end at 24:00. Blanks around separators do not matter.
 */
#include <apr_tables.h>
#include <stdint.h>

#include "base/err.h"

typedef struct {
    int weekday; /* ISO: 1 Monday to 7 Sunday; 0 in kf_hours_spans() */
    int starts;  /* minutes from midnight, 0 to 1439 */
    int ends;    /* 1 to 1440 */
} kf_hours_t;

/**
 * Reads the text into rows of kf_hours_t, ordered by weekday and start. Overlapping
 * spans of one day are refused; spans that touch stay separate.
 * KF_E_INVALID of `field` otherwise; the detail quotes what cannot be read.
 */
kf_err_t *kf_hours_parse(apr_array_header_t **out, const char *field, const char *text,
                         apr_pool_t *p);

/** Spans alone, "10:00-12:00,15:00-16:00": rows with weekday 0. */
kf_err_t *kf_hours_spans(apr_array_header_t **out, const char *field, const char *text,
                         apr_pool_t *p);

/** "09:00", "24:00". */
const char *kf_hours_clock(int minutes, apr_pool_t *p);

#endif
