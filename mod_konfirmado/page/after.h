#ifndef KFM_PAGE_AFTER_H
#define KFM_PAGE_AFTER_H
/*
 * The pages of what follows a booking, beside those of the booking itself (page/ops.h): mails, the
 * merchant's own server for them, data and privacy, the waiting list, feeds. Documents are borrowed.
 */
#include "page/dash_form.h"

/* /dashboard/mails */
typedef struct {
    const kfm_form_t *form;
    json_t *channel; /* kf.mail_channel_get; NULL: mails go by ours */
    json_t *trouble; /* kf.mail_trouble */
} kfm_mails_page_t;
kf_err_t *kfm_page_mails(kfm_call_t *call, int status, const kfm_mails_page_t *page);
/** Adds what mails need to a list of {text, url}: that some wait, or were given up. */
void kfm_mails_trouble(json_t *list, kfm_call_t *call, const json_t *trouble);

/** /dashboard/mails/server. `form`->doc: the channel as it is saved, or NULL. */
kf_err_t *kfm_page_channel(kfm_call_t *call, int status, const kfm_form_t *form, const kf_err_t *problem);
kf_err_t *kfm_page_channel_ask(kfm_call_t *call, const json_t *channel);

/* /dashboard/privacy */
typedef struct {
    const kfm_form_t *form;
    const char *email;       /* as typed, or NULL */
    json_t *erased;          /* what was just erased (counts), or NULL */
    const kf_err_t *problem; /* of the customer's part, or NULL */
} kfm_privacy_page_t;
kf_err_t *kfm_page_privacy(kfm_call_t *call, int status, const kfm_privacy_page_t *page);
/** What follows, and are you sure. */
kf_err_t *kfm_page_erase_ask(kfm_call_t *call, const char *email);

/** /dashboard/waiting. `doc`: kf.waiting_page, or NULL with a problem. */
kf_err_t *kfm_page_waiting_list(kfm_call_t *call, const kf_form_t *query, json_t *doc, const kf_err_t *problem);

/* /dashboard/professionals/{id}/feed */
typedef struct {
    json_t *professional;
    json_t *feed;    /* kf.feed_get; NULL: there is none */
    const char *url; /* one just made, shown this once; or NULL */
} kfm_feed_page_t;
kf_err_t *kfm_page_feed(kfm_call_t *call, const kfm_feed_page_t *page);
kf_err_t *kfm_page_feed_ask(kfm_call_t *call, const kfm_feed_page_t *page);

#endif
