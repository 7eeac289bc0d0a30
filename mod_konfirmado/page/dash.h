#ifndef KFM_PAGE_DASH_H
#define KFM_PAGE_DASH_H
/*
 * The shell of the pages under /dashboard: navigation, who is signed in, what was
 * just saved. Templates begin with {{> dash/head}} and end with {{> dash/foot}}
 * (the members are listed there); their own part stands between.
 *
 * Pages for people who are not signed in yet (login, register) use the same shell:
 * without call->who there is no navigation, one narrow column.
 */
#include "page/view.h"

/**
 * A view with the members of the shell. `nav`: the key of the current page ("home", "bookings",
 * "calendar", "refunds", "services", "professionals", "closed_days", "links", "branding",
 * "payments", "analytics", "callbacks", "audit", "staff", "api_keys", "account"), or NULL;
 * `title`: the words of the page's h1. ?done=KEY shows the notice dash.done.KEY; a KEY with a point
 * ("ops.resent") is of another catalogue: ops.done.resent. KF_E_MALFORMED for a broken query.
 */
kf_err_t *kfm_dash_begin(kfm_view_t *out, kfm_call_t *call, const char *nav, const char *title);

/** Renders and answers. */
kf_err_t *kfm_dash_send(const kfm_view_t *view, int status, const char *name);

/** 303 to a path of ours; `key` (or NULL) is what the notice there says. */
kf_err_t *kfm_dash_go(kfm_call_t *call, const char *path, const char *key);

/** A whole page about an error: for what is below /dashboard. */
kf_err_t *kfm_dash_error(const char **html, apr_size_t *len, kfm_call_t *call, int status, const kf_err_t *err);

/** Where "back" leads, above the title. */
void kfm_dash_back(kfm_view_t *view, const char *url, const char *text);

/** A box on top of the page with the words of an error. */
void kfm_dash_problem(kfm_view_t *view, const kf_err_t *err);

/**
 * Adds to a document, at any depth, what people read:
 *   X_cents with a `currency` beside it or further out   X_text  "$ 120.000"
 *   X_at, at, start, end (RFC 3339)                      X_text, X_day, X_time; in the offset written
 *   day, X_day, from, to (YYYY-MM-DD)                    X_text
 *   status, state                                        X_text (dash.status.VALUE), X_class: "good",
 *                                                        "wait", "bad" or "off"
 * What is null or reads as nothing gets no words. X of "X_cents" and "X_at" is without the ending.
 */
void kfm_dash_words(json_t *doc, kfm_call_t *call);

/** true or false of a document's member; false when it is not there. */
bool kfm_dash_is(const json_t *doc, const char *name);
/** The text of a document's member, or NULL. */
const char *kfm_dash_text(const json_t *doc, const char *name);

#endif
