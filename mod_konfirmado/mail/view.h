#ifndef KFM_MAIL_VIEW_H
#define KFM_MAIL_VIEW_H
/* The pages of mails and of the business's own server for them. Documents are borrowed. */
#include "page/form.h"

/* /dashboard/mails */
typedef struct {
    const kfm_form_t *form;
    json_t *channel; /* kf.mail_channel_get; NULL: the platform's mail server is used */
    json_t *trouble; /* kf.mail_trouble */
} kfm_mails_page_t;
kf_err_t *kfm_page_mails(kfm_call_t *call, int status, const kfm_mails_page_t *page);
/** Adds warnings about delayed and abandoned mails to a list of {text, url}. */
void kfm_mails_trouble(json_t *list, kfm_call_t *call, const json_t *trouble);

/** The name of a kind of mail; of an unknown one the kind itself. */
const char *kfm_mail_name(kfm_call_t *call, const char *kind);
/** The key of what the merchant's switch says: mail.KIND.choice, or else the name. */
const char *kfm_mail_choice(kfm_call_t *call, const char *kind);

/** /dashboard/mails/server. `form`->doc: the saved channel, or NULL. */
kf_err_t *kfm_page_channel(kfm_call_t *call, int status, const kfm_form_t *form, const kf_err_t *problem);
kf_err_t *kfm_page_channel_ask(kfm_call_t *call, const json_t *channel);

#endif
