#ifndef KFM_AUTH_HTTPD_H
#define KFM_AUTH_HTTPD_H
/* What an operator can use for locations of their own. Private to auth/. */
#include <httpd.h>

#include "auth/auth.h"

/** AuthType Konfirmado, AuthBasicProvider konfirmado and the two words of Require. */
void kfm_auth_httpd_register(apr_pool_t *p);

/** Whoever signed the request for such a location; NULL: nobody. */
const kfm_who_t *kfm_auth_of(const request_rec *r);
void kfm_auth_remember(request_rec *r, const kfm_who_t *who);

/** The providers of `Require` (authz.c). */
void kfm_authz_register(apr_pool_t *p);

#endif
