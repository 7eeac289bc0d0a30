#ifndef KFM_HANDLE_FIELDS_H
#define KFM_HANDLE_FIELDS_H
/*
 * The fields of what a merchant edits, with the limits that the database has too, so that all
 * bad ones are told at once. For the endpoints' bodies and the pages' forms alike
 * (kfm_fields_read() of handle/kit.h).
 */
#include "handle/kit.h"

extern const kfm_fields_t kfm_fields_service;
extern const kfm_fields_t kfm_fields_professional;
extern const kfm_fields_t kfm_fields_hours;
extern const kfm_fields_t kfm_fields_closed_day;
extern const kfm_fields_t kfm_fields_link;
extern const kfm_fields_t kfm_fields_endpoint;
extern const kfm_fields_t kfm_fields_branding;
extern const kfm_fields_t kfm_fields_account;
extern const kfm_fields_t kfm_fields_booking; /* a booking made by the merchant */
extern const kfm_fields_t kfm_fields_cancel;
extern const kfm_fields_t kfm_fields_move;
extern const kfm_fields_t kfm_fields_rules;
extern const kfm_fields_t kfm_fields_channel; /* its secret is sealed by kfm_channel_put() */

#endif
