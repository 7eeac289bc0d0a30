#ifndef KFM_PAGE_VIEW_H
#define KFM_PAGE_VIEW_H
/*
 * The base of all pages: the members for the layout, the progress bar and the
 * message box, and the rendering of a view.
 *
 * A view's tree of values lives until the call's pool is cleared. Every member
 * that a template names always exists: without a value it is null.
 */
#include <jansson.h>

#include "http/call.h"
#include "money/money.h"
#include "repo/hold/offer.h"

typedef enum {
    KFM_STEP_NONE,
    KFM_STEP_SELECT,
    KFM_STEP_TIME,
    KFM_STEP_DETAILS,
    KFM_STEP_CONFIRM
} kfm_step_t;

typedef struct {
    kfm_call_t *call;
    const kf_tenant_t *tenant; /* NULL: not known */
    const char *forced;        /* "es" or "en" from ?lang=, else NULL */
    json_t *root;
} kfm_view_t;

/* The catalogue and the language of a call, as the first arguments of kf_catalog_...(). */
#define KFM_SAY(call) (call)->cfg->messages, (call)->lang

/** Creates a view with the members of the layout. `forced` (or NULL) sets the language of the call. */
void kfm_view_begin(kfm_view_t *out, kfm_call_t *call, const kf_tenant_t *tenant,
                    const char *forced);
/** The colours of a tenant as custom properties; NULL if it has none. Needs no escaping in HTML. */
const char *kfm_theme_css(const kf_tenant_t *tenant, apr_pool_t *p);
/** The hash source of a style element for the Content-Security-Policy: 'sha256-...'. NULL on error. */
const char *kfm_theme_source(const char *css, apr_pool_t *p);
/** Sets the title of the page, followed by the name of the business. */
void kfm_view_title(kfm_view_t *view, const char *title);
/** Sets the progress bar: the current step; all earlier steps are done. */
void kfm_view_step(kfm_view_t *view, kfm_step_t step);
/** Sets the links to the other languages. `url`: the page's own, without ?lang=. */
void kfm_view_languages(kfm_view_t *view, const char *url);
/** Sets the box at the top. `slots` (a list, or NULL for none) belongs to the view from here on. */
void kfm_view_message(kfm_view_t *view, const char *title, const char *text, json_t *slots);
/** The same with the texts of an error. */
void kfm_view_problem(kfm_view_t *view, const kf_err_t *err);

/** Sets a member {url, text}: the link to the business's site; null if the URL is NULL or not safe to follow. */
void kfm_view_back(kfm_view_t *view, const char *member, const char *url);

/** Renders a template of that name into `p`. */
kf_err_t *kfm_view_render(const char **html, apr_size_t *len, const kfm_view_t *view,
                          const char *name, apr_pool_t *p);
/** Renders and answers. */
kf_err_t *kfm_view_send(const kfm_view_t *view, int status, const char *name);

/* -- the process's cache of pages that are the same for everybody -- */

/**
 * The page cached under a key, if it was made at that version. Valid as long as the call,
 * whose style_source is set to that of the page.
 */
bool kfm_kept_get(const char **html, apr_size_t *len, kfm_call_t *call, const char *key,
                  int64_t version);
/** Caches a copy. The keys must be few: links and languages, never values that a client can vary. */
void kfm_kept_put(kfm_call_t *call, const char *key, int64_t version, const char *html,
                  apr_size_t len);

/* -- members -- */

/** A text, or null for NULL. */
void kfm_put(json_t *object, const char *name, const char *text);
/** true or null. */
void kfm_put_flag(json_t *object, const char *name, bool flag);
void kfm_put_null(json_t *object, const char *name);

/* -- words -- */

/**
 * "/book/LINK" and `step` ("/availability", or ""), with a query of (name, value)
 * pairs; the list ends with NULL. A pair whose value is NULL is omitted.
 */
const char *kfm_url(apr_pool_t *p, const char *link, const char *step, ...)
    __attribute__((sentinel));
/** The URL with one more parameter. */
const char *kfm_url_add(apr_pool_t *p, const char *url, const char *name, const char *value);
/** The text if it is a URL that is safe to follow (https, http, or a path), else NULL. */
const char *kfm_url_safe(const char *text);
/** The authority of a URL: "clinica.example", with the port if there is one. */
const char *kfm_url_site(const char *url, apr_pool_t *p);
/** The message of a key that is built at run time; `fallback` if there is none. */
const char *kfm_words(kfm_call_t *call, const char *key, const char *fallback);
/**
 * A message that names a provider: {provider}, {calendar}, {meeting} and {smallest} are words of the provider's own
 * catalogue. NULL if there is no such message.
 */
const char *kfm_words_of(kfm_call_t *call, const char *key, const char *provider);
/** "problem.CODE.PART" of an error, or that of an internal one. */
const char *kfm_words_problem(kfm_call_t *call, kf_code_t code, const char *part);
/** What to do about an error: the message of the invalid field, if it has one, else of the code. */
const char *kfm_words_error(kfm_call_t *call, const kf_err_t *err);
/** The first letter of a name, as a stand-in for a picture. */
const char *kfm_words_initial(const char *name, apr_pool_t *p);
/** "45 min", "1 h 30 min" */
const char *kfm_words_duration(kfm_call_t *call, int minutes);
const char *kfm_words_money(kfm_call_t *call, kf_money_t money);

/* -- the summary beside steps 2 and 3 -- */

typedef struct {
    const char *service, *professional; /* professional NULL: any */
    int minutes;
    kf_money_t price, charge;
} kfm_summary_t;

/** `when` (or NULL: no time yet) belongs to the view from here on. KF_E_INTERNAL. */
kf_err_t *kfm_view_summary(kfm_view_t *view, const kfm_summary_t *summary, json_t *when);

/** Installs the error page. */
void kfm_page_register(void);

#endif
