#ifndef KF_TEXT_LOCAL_H
#define KF_TEXT_LOCAL_H
/*
 * Checks an address from outside that a page may lead to (`?next=`): only a path
 * of this site passes. Browsers read `//x`, `/\x`, `/<tab>/x` and much more
 * as another host, so this is a list of what is allowed:
 *
 *     ROOT, or ROOT "/" segments, then optionally "?" and a query
 *     segments  [A-Za-z0-9._~-], none empty, none only of dots
 *     query     [A-Za-z0-9._~=&+:,@/-] and %XX that is no control character
 */
#include <stdbool.h>

#define KF_MAX_LOCAL 512 /* bytes */

/** True if `text` is such a path below `root` ("/dashboard"). NULL is not. */
bool kf_local_path(const char *text, const char *root);

#endif
