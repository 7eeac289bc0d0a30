#ifndef KFM_AUTH_HTTPD_H
#define KFM_AUTH_HTTPD_H
/* Authentication for the operator's own locations. Private to auth/. */
#include <httpd.h>

#include "auth/auth.h"

/** Registers AuthType Konfirmado, AuthBasicProvider konfirmado and the two `Require` providers. */
void kfm_auth_httpd_register(apr_pool_t *p);

/** The identity of an authenticated request to such a location; NULL: none. */
const kfm_who_t *kfm_auth_of(const request_rec *r);
void kfm_auth_remember(request_rec *r, const kfm_who_t *who);

/** Registers the `Require` providers (authz.c). */
void kfm_authz_register(apr_pool_t *p);

#endif
