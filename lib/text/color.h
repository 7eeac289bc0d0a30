#ifndef KF_TEXT_COLOR_H
#define KF_TEXT_COLOR_H
/*
 * Colours and their contrast: WCAG 2.2, "relative luminance" and "contrast
 * ratio". Ratios go from 1 (same) to 21 (black on white); text needs 4.5.
 */
#include <stdbool.h>
#include <stdint.h>

#define KF_COLOR_TEXT_RATIO 4.5 /* WCAG 2.2 AA, success criterion 1.4.3 */

typedef struct {
    uint8_t r, g, b;
} kf_color_t;

/** Reads "#RRGGBB" (any case); false if it is anything else. */
bool kf_color_parse(kf_color_t *out, const char *text);
/** Writes "#rrggbb" and a NUL. */
void kf_color_text(char out[8], kf_color_t c);
/** 0 for black to 1 for white. */
double kf_color_luminance(kf_color_t c);
double kf_color_ratio(kf_color_t a, kf_color_t b);
/** Black or white, whichever is easier to read on `back`. */
kf_color_t kf_color_on(kf_color_t back);
/**
 * The colour nearest to `c` (towards black on a light `back`, towards white on
 * a dark one) that has at least `ratio` on it; black or white if there is none.
 */
kf_color_t kf_color_readable(kf_color_t c, kf_color_t back, double ratio);

#endif
