#ifndef KFM_AUTH_CSRF_H
#define KFM_AUTH_CSRF_H
/* Private to auth/. */
#include "auth/auth.h"

/**
 * Checks a change with a session. KF_E_FORBIDDEN from another site, KF_E_CSRF without the token,
 * KF_E_MEDIA_TYPE for an API body that is neither JSON nor multipart, and the errors of reading the body.
 */
kf_err_t *kfm_csrf_gate(kfm_call_t *call);

#endif
