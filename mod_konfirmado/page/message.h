#ifndef KFM_PAGE_MESSAGE_H
#define KFM_PAGE_MESSAGE_H
/* A message to the merchant's system, as the pages of bookings and of callbacks show it. */
#include "page/show.h"

/**
 * Adds to a message's document (kf.message_row, with or without its log): url (of its page), to (the address it goes
 * to) and site, event in words, badge, created, next, done, booking_url, can_resend, and to each line of the log what
 * it says in words.
 */
void kfm_message_show(json_t *doc, kfm_call_t *call);

#endif
