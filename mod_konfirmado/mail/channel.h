#ifndef KFM_MAIL_CHANNEL_H
#define KFM_MAIL_CHANNEL_H
/* The business's own mail server. */
#include "handle/kit.h"

/**
 * Sets the business's own mail server. `doc` is what kfm_fields_channel lets pass, borrowed; its `secret`
 * is sealed. `version`: KF_NULL for whatever there is. KF_E_INVALID, KF_E_PRECONDITION.
 */
kf_err_t *kfm_channel_put(const char **json, kfm_call_t *call, kf_arg_t version, const json_t *doc);
/** A test mail by it, to who asks or an owner; its result comes later. KF_E_NOT_FOUND: there is none. */
kf_err_t *kfm_channel_try(const char **json, kfm_call_t *call);

#endif
