#ifndef KFM_AUTH_CSRF_H
#define KFM_AUTH_CSRF_H
/* Private to auth/. */
#include "auth/auth.h"

/**
 * For a change with a session: KF_E_FORBIDDEN from another site, KF_E_CSRF without its token,
 * KF_E_MEDIA_TYPE for a document that is none; what reading the body may answer.
 */
kf_err_t *kfm_csrf_gate(kfm_call_t *call);

#endif
