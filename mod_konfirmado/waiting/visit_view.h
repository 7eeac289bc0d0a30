#ifndef KFM_WAITING_VISIT_VIEW_H
#define KFM_WAITING_VISIT_VIEW_H
/* The customer's pages of the waiting list: join, confirm, leave and accept an offer. */
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
    bool has_times;           /* the entry was refused: the day has free times */
    bool done;                /* the entry was made and a mail is sent */
} kfm_join_page_t;

kf_err_t *kfm_page_waiting(kfm_call_t *call, const kfm_join_page_t *page);

typedef struct {
    kf_waiting_t waiting;
    const char *lang_forced;
    json_t *doc;              /* of kf.waiting_doc */
} kfm_waiting_page_t;

/** "/waiting/TOKEN" and `step`, with ?lang= if a language is forced. */
const char *kfm_waiting_url(kfm_call_t *call, const char *token, const char *step, const char *lang_forced);
/** The URL to book on the day of the entry; NULL if no link is known. */
const char *kfm_waiting_book_url(kfm_call_t *call, const kfm_waiting_page_t *page);

/** `confirmed`: the entry is confirmed. */
kf_err_t *kfm_page_waiting_confirm(kfm_call_t *call, const kfm_waiting_page_t *page, bool confirmed);
/** `left`: the customer has just left the list. */
kf_err_t *kfm_page_waiting_leave(kfm_call_t *call, const kfm_waiting_page_t *page, bool left);
kf_err_t *kfm_page_waiting_offer(kfm_call_t *call, const kfm_waiting_page_t *page);
/** `why`: a word of visit.end. */
kf_err_t *kfm_page_waiting_end(kfm_call_t *call, const kfm_waiting_page_t *page, int status, const char *why);

#endif
