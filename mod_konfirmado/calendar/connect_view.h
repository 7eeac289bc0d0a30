#ifndef KFM_CALENDAR_CONNECT_VIEW_H
#define KFM_CALENDAR_CONNECT_VIEW_H
/*
 * The pages on which a professional connects a calendar. They make no decisions and no database
 * queries. Their URL contains a token, so other servers get only the origin as the referrer. Only the
 * form that leads to the provider may be submitted to another origin.
 */
#include "flow/calendar/connect.h"
#include "json/decode.h"
#include "page/view.h"

/* The key of the words: connect.END.title, .text and, if there is a way on, .act. */
typedef enum {
    KFM_CONNECT_UNKNOWN,  /* no such invitation */
    KFM_CONNECT_EXPIRED,
    KFM_CONNECT_USED,
    KFM_CONNECT_ATTEMPT,  /* state, browser or grant does not match */
    KFM_CONNECT_OFF       /* no provider is configured */
} kfm_connect_end_t;

/** The page of a dead end. `token` (or NULL) leads back to the invitation. */
kf_err_t *kfm_page_connect_end(kfm_call_t *call, int status, kfm_connect_end_t end, const char *token);

/** What will be read and written, and the button. `why`: the result of the attempt before, or NULL. */
kf_err_t *kfm_page_connect(kfm_call_t *call, const kf_connect_view_t *view, const char *why);

typedef struct {
    const kf_connect_view_t *view;
    const char *token;
    json_t *choice;           /* of kf_flow_connect_choice() */
    const kf_form_t *typed;   /* NULL: nothing yet */
    const kf_err_t *errors;   /* of "read" and "write", or NULL */
} kfm_connect_choice_t;

/** The calendars. The fields are read.N (the id) and write (an id, or empty). */
kf_err_t *kfm_page_connect_choice(kfm_call_t *call, int status, const kfm_connect_choice_t *page);

kf_err_t *kfm_page_connect_done(kfm_call_t *call, const kf_connect_view_t *view);

/** The ids of the ticked calendars of a form, NULL-terminated, in call->pool. */
const char *const *kfm_connect_ticked(kfm_call_t *call, const kf_form_t *form);

#endif
