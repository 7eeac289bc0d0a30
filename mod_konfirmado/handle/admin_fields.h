#ifndef KFM_HANDLE_ADMIN_FIELDS_H
#define KFM_HANDLE_ADMIN_FIELDS_H
/*
 * The fields of what a merchant edits, with the limits that the database has too, so that all
 * bad ones are told at once. For the endpoints' bodies and the pages' forms alike
 * (kfm_fields_read() of handle/admin_kit.h).
 */
#include "handle/admin_kit.h"

extern const kfm_fields_t kfm_fields_service;      /* admin_service.c */
extern const kfm_fields_t kfm_fields_professional; /* admin_professional.c */
extern const kfm_fields_t kfm_fields_hours;
extern const kfm_fields_t kfm_fields_closed_day;   /* admin_closed.c */
extern const kfm_fields_t kfm_fields_link;         /* admin_link.c */
extern const kfm_fields_t kfm_fields_endpoint;     /* admin_endpoint.c */
extern const char *const kfm_words_form[];         /* "full", "thin": of messages to an endpoint */
extern const kfm_fields_t kfm_fields_branding;     /* admin_branding.c */
extern const kfm_fields_t kfm_fields_account;      /* admin_payments.c */
extern const kfm_fields_t kfm_fields_booking;      /* admin_booking.c: a booking made by the merchant */
extern const kfm_fields_t kfm_fields_cancel;
extern const kfm_fields_t kfm_fields_move;
extern const kfm_fields_t kfm_fields_rules;        /* after_rules.c */
extern const kfm_fields_t kfm_fields_channel;      /* after_channel.c: its secret is sealed by kfm_channel_put() */

#endif
