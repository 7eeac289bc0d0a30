#ifndef KFM_HANDLE_AFTER_KIT_H
#define KFM_HANDLE_AFTER_KIT_H
/* Shared by the endpoints and the pages of what follows a booking. */
#include "flow/feed.h"
#include "handle/admin_fields.h"

/** The mails about a booking that can be sent to its customer once more. after_booking.c */
extern const char *const kfm_words_booking_mails[];

/** A new feed of a professional; its address is in `out` alone. */
kf_err_t *kfm_feed_make(kf_feed_made_t *out, kfm_call_t *call, const kf_uuid_t *professional);

/**
 * Sets the business's own mail server. `doc` is what kfm_fields_channel lets pass, borrowed; its `secret`
 * is sealed. `version`: KF_NULL for whatever there is. KF_E_INVALID, KF_E_PRECONDITION.
 */
kf_err_t *kfm_channel_put(const char **json, kfm_call_t *call, kf_arg_t version, const json_t *doc);
/** A test mail by it, to who asks or an owner; its result comes later. KF_E_NOT_FOUND: there is none. */
kf_err_t *kfm_channel_try(const char **json, kfm_call_t *call);

#endif
