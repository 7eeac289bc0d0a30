#ifndef KFM_HANDLE_SHOWN_H
#define KFM_HANDLE_SHOWN_H
/*
 * Pages of the dashboard that show a list as the database returns it, and the buttons of its items: the rows VIEW and
 * PRESS of the route table.
 */
#include "handle/kit.h"
#include "page/say.h"

typedef struct {
    kfm_view_t view;
    json_t *doc;             /* borrowed; NULL if the filters were refused: then there is a problem */
    const kf_form_t *query;
    const kf_err_t *problem; /* NULL: none, or the page has shown it */
} kfm_shown_t;

/** Adds what the template needs beside the members of the documents. */
typedef kf_err_t *kfm_show_fn(kfm_shown_t *page);

typedef struct {
    const kf_stmt_t *stmt;  /* (tenant, filters) */
    const char *nav;        /* key of the navigation: "waiting" */
    const char *words;      /* WORDS.title is the title, WORDS.intro the text below it, if there is one */
    const char *template;
    kfm_show_fn *show;
} kfm_list_page_t;

/** The handler of VIEW. The query has the fields of the row's set. */
kf_err_t *kfm_do_view(kfm_call_t *call);

typedef struct {
    const kf_stmt_t *stmt;  /* (tenant, {id} of the path) */
    const char *page;       /* path of a VIEW, which follows; it also shows why the act was refused */
    const char *done;       /* the message of kfm_dash_go() */
} kfm_press_t;

/** Shows the VIEW of that path with the reason of a refused act. Returns an error that no page shows. */
kf_err_t *kfm_view_refused(kfm_call_t *call, const char *page, kf_err_t *err);

/** The handler of PRESS. */
kf_err_t *kfm_do_press(kfm_call_t *call);

#endif
