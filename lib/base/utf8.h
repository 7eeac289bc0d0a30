#ifndef KF_BASE_UTF8_H
#define KF_BASE_UTF8_H
/*
 * UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Decodes the first character of `len` bytes into `*c` and returns how many
 * bytes it has; 0 if they are not valid or `len` is 0.
 */
size_t kf_utf8_next(uint32_t *c, const char *s, size_t len);
/** Whether all bytes are valid UTF-8. A NUL is valid here. */
bool kf_utf8_valid(const char *s, size_t len);
/** How many code points there are; the bytes must be valid. */
size_t kf_utf8_count(const char *s, size_t len);
/**
 * Whether a valid text holds a character that must not be displayed: C0, DEL, C1,
 * line and paragraph separators, and the marks that change the direction of
 * text. `allowed` (may be NULL) lists permitted ASCII controls: "\n\t".
 */
bool kf_utf8_has_control(const char *s, size_t len, const char *allowed);

#endif
