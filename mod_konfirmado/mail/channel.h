#ifndef KFM_MAIL_CHANNEL_H
#define KFM_MAIL_CHANNEL_H
/* The business's own mail server. */
#include "handle/kit.h"

/**
 * Sets the business's own mail server. `doc` is checked by kfm_fields_channel and borrowed; its `secret`
 * is sealed. `version`: KF_NULL for any version. KF_E_INVALID, KF_E_PRECONDITION.
 */
kf_err_t *kfm_channel_put(const char **json, kfm_call_t *call, kf_arg_t version, const json_t *doc);
/** Queues a test mail to the caller or an owner. The result comes later. KF_E_NOT_FOUND: no own mail server. */
kf_err_t *kfm_channel_try(const char **json, kfm_call_t *call);

#endif
