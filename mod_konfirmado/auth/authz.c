/* Require konfirmado-role and Require konfirmado-tenant. */
#include <httpd.h>

#include <ap_provider.h>
#include <apr_strings.h>
#include <http_config.h>
#include <http_log.h>
#include <http_request.h>
#include <mod_auth.h>
#include <string.h>

#include "auth/httpd.h"
#include "flow/hold/offer.h"
#include "flow_ctx.h"
#include "log_bridge.h"

APLOG_USE_MODULE(konfirmado);

enum { OWNER = 1, STAFF = 2 };

/* -- konfirmado-role owner|staff -- */

static const char *parse_role(cmd_parms *cmd, const char *line, const void **parsed)
{
    unsigned *roles = apr_pcalloc(cmd->pool, sizeof(*roles));

    while (*line) {
        const char *word = ap_getword_conf(cmd->pool, &line);

        if (strcmp(word, "owner") == 0) {
            *roles |= OWNER;
        } else if (strcmp(word, "staff") == 0) {
            *roles |= STAFF;
        } else if (*word) {
            return apr_psprintf(cmd->pool, "Require konfirmado-role: %s is neither owner nor staff", word);
        }
    }
    *parsed = roles;
    return *roles ? NULL : "Require konfirmado-role needs owner, staff or both";
}

/* An owner has all rights of the staff. A key has no role. */
static authz_status check_role(request_rec *r, const char *line, const void *parsed)
{
    const kfm_who_t *who = kfm_auth_of(r);
    unsigned roles = *(const unsigned *)parsed;

    (void)line;
    if (!r->user) {
        return AUTHZ_DENIED_NO_USER;
    }
    return who && !who->key && (who->owner || (roles & STAFF)) ? AUTHZ_GRANTED : AUTHZ_DENIED;
}

/* -- konfirmado-tenant SUBDOMAIN... -- */

static const char *parse_tenant(cmd_parms *cmd, const char *line, const void **parsed)
{
    apr_array_header_t *names = apr_array_make(cmd->pool, 2, sizeof(char *));

    while (*line) {
        const char *word = ap_getword_conf(cmd->pool, &line);

        if (*word) {
            APR_ARRAY_PUSH(names, const char *) = word;
        }
    }
    *parsed = names;
    return names->nelts ? NULL : "Require konfirmado-tenant needs the subdomain of a business";
}

static authz_status check_tenant(request_rec *r, const char *line, const void *parsed)
{
    const apr_array_header_t *names = parsed;
    const kfm_who_t *who = kfm_auth_of(r);
    const kf_tenant_t *tenant = NULL;
    kf_err_t *err;

    (void)line;
    if (!r->user) {
        return AUTHZ_DENIED_NO_USER;
    }
    if (!who) {
        return AUTHZ_DENIED;
    }
    err = kf_flow_tenant(&tenant, kfm_flow_of(r->server), "id", kf_uuid_text(&who->tenant, r->pool), r->pool);
    if (err) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r, KFLOGNO(00241) "cannot read the business of the signed-in account: "
                      "%s%s%s", err->detail, err->cause ? ": " : "", err->cause ? err->cause : "");
        return AUTHZ_GENERAL_ERROR;
    }
    for (int i = 0; tenant && i < names->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(names, i, const char *), tenant->subdomain) == 0) {
            return AUTHZ_GRANTED;
        }
    }
    return AUTHZ_DENIED;
}

static const authz_provider role_provider = {check_role, parse_role};
static const authz_provider tenant_provider = {check_tenant, parse_tenant};

void kfm_authz_register(apr_pool_t *p)
{
    ap_register_auth_provider(p, AUTHZ_PROVIDER_GROUP, "konfirmado-role", AUTHZ_PROVIDER_VERSION, &role_provider,
                              AP_AUTH_INTERNAL_PER_CONF);
    ap_register_auth_provider(p, AUTHZ_PROVIDER_GROUP, "konfirmado-tenant", AUTHZ_PROVIDER_VERSION, &tenant_provider,
                              AP_AUTH_INTERNAL_PER_CONF);
}
