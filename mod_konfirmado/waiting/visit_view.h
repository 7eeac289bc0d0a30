#ifndef KFM_WAITING_VISIT_VIEW_H
#define KFM_WAITING_VISIT_VIEW_H
/* The pages of the waiting list: joining it, confirming that, leaving it, taking what it offers. */
#include "flow/waiting/waiting.h"
#include "visit/view.h"
#include "wizard/view.h"

typedef struct {
    const kf_offer_t *offer;
    int service;              /* index */
    const char *link;
    const kfm_choice_t *choice;
    kf_date_t day;
    const char *name, *email; /* as typed; NULL: nothing yet */
    const kf_err_t *errors;   /* of name and email, or NULL */
    bool has_times;           /* nothing is written down: the day has free times */
    bool done;                /* a mail is on its way */
} kfm_join_page_t;

kf_err_t *kfm_page_waiting(kfm_call_t *call, const kfm_join_page_t *page);

typedef struct {
    kf_waiting_t waiting;
    const char *lang_forced;
    json_t *doc;              /* of kf.waiting_doc */
} kfm_waiting_page_t;

/** "/waiting/TOKEN" and what follows. */
const char *kfm_waiting_url(kfm_call_t *call, const char *token, const char *step, const char *lang_forced);
/** By which link to book, on the day that was waited for; NULL: none is known. */
const char *kfm_waiting_book_url(kfm_call_t *call, const kfm_waiting_page_t *page);

/** `confirmed`: they are on the list. */
kf_err_t *kfm_page_waiting_confirm(kfm_call_t *call, const kfm_waiting_page_t *page, bool confirmed);
/** `left`: they have just left it. */
kf_err_t *kfm_page_waiting_leave(kfm_call_t *call, const kfm_waiting_page_t *page, bool left);
kf_err_t *kfm_page_waiting_offer(kfm_call_t *call, const kfm_waiting_page_t *page);
/** `why`: a word of visit.end. */
kf_err_t *kfm_page_waiting_end(kfm_call_t *call, const kfm_waiting_page_t *page, int status, const char *why);

#endif
