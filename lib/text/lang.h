#ifndef KF_TEXT_LANG_H
#define KF_TEXT_LANG_H
/*
 * Which of our languages to use: RFC 9110, section 12.5.4 (Accept-Language).
 */
#include <apr.h>

/**
 * "es" or "en": the one with the higher q-value in `len` bytes of the header
 * (may be NULL), the earlier one if equal, `fallback` if neither is accepted.
 * Malformed pieces are skipped. Never NULL, static text.
 */
const char *kf_lang_choose(const char *header, apr_size_t len, const char *fallback);

#endif
