#ifndef KFM_PAGE_MESSAGE_H
#define KFM_PAGE_MESSAGE_H
/* A message to the merchant's system, for the pages of bookings and callbacks. */
#include "page/show.h"

/**
 * Adds to a message's document (kf.message_row, with or without its log): url (of its page), to (its target URL) and
 * site, event as text, badge, created, next, done, booking_url, can_resend, and the texts of each line of the log.
 */
void kfm_message_show(json_t *doc, kfm_call_t *call);

#endif
