#ifndef KFM_PAGE_DASH_H
#define KFM_PAGE_DASH_H
/*
 * The shell of the pages under /dashboard: navigation, the signed-in person, the
 * notice about what was just saved. Templates begin with {{> dash/head}} and end
 * with {{> dash/foot}}, which list the members; their own part is in between.
 *
 * Pages before the sign-in (login, register) use the same shell: without call->who
 * it has no navigation and one narrow column.
 */
#include "page/view.h"

/**
 * A view with the members of the shell. `nav`: the key of the current page ("home", "bookings",
 * "calendar", "refunds", "services", "professionals", "closed_days", "links", "branding",
 * "payments", "analytics", "callbacks", "audit", "staff", "api_keys", "account"), or NULL;
 * `title`: the text of the page's h1. ?done=KEY shows the notice dash.done.KEY; a KEY with a dot
 * ("ops.resent") is from another group of the catalogue: ops.done.resent. KF_E_MALFORMED for a malformed query.
 */
kf_err_t *kfm_dash_begin(kfm_view_t *out, kfm_call_t *call, const char *nav, const char *title);

/** Renders and answers. */
kf_err_t *kfm_dash_send(const kfm_view_t *view, int status, const char *name);

/** 303 to one of our paths; `key` (or NULL) selects the notice shown there. */
kf_err_t *kfm_dash_go(kfm_call_t *call, const char *path, const char *key);

/** The error page of the paths below /dashboard. */
kf_err_t *kfm_dash_error(const char **html, apr_size_t *len, kfm_call_t *call, int status, const kf_err_t *err);

/** Sets the link "back" above the title. */
void kfm_dash_back(kfm_view_t *view, const char *url, const char *text);

/** Shows an error in a box at the top of the page. */
void kfm_dash_problem(kfm_view_t *view, const kf_err_t *err);

/**
 * Adds the text for people to a document, at any depth:
 *   X_cents with a `currency` in it or an outer object   X_text  "$ 120.000"
 *   X_at, at, start, end (RFC 3339)                      X_text, X_day, X_time; in the offset written
 *   day, X_day, from, to (YYYY-MM-DD)                    X_text
 *   status, state                                        X_text (dash.status.VALUE), X_class: "good",
 *                                                        "wait", "bad" or "off"
 * A member that is null or cannot be parsed gets no text. X of "X_cents" and "X_at" is the name without that suffix.
 */
void kfm_dash_words(json_t *doc, kfm_call_t *call);

/** A boolean member of a document; false if missing. */
bool kfm_dash_is(const json_t *doc, const char *name);
/** A text member of a document, or NULL. */
const char *kfm_dash_text(const json_t *doc, const char *name);

#endif
