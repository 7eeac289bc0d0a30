/* Well-known files of each host: robots.txt, favicon.ico, /.well-known/security.txt (RFC 9116), the manifest. */
#include <apr_strings.h>
#include <apr_time.h>
#include <string.h>

#include "handle/acts.h"
#include "http/reply.h"
#include "page/view.h"
#include "time/instant.h"

#define DAY_S "86400"
#define SECURITY_DAYS 90 /* until the Expires of security.txt, from the time of the request */

/* Excludes the pages behind a token and those of signed-in people. The public pages may be indexed. */
static const char robots[] = "User-agent: *\n"
                             "Disallow: /api/\n"
                             "Disallow: /booking/\n"
                             "Disallow: /connect-calendar/\n"
                             "Disallow: /dashboard\n"
                             "Disallow: /feed/\n"
                             "Disallow: /waiting/\n";

static const char favicon[] = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\">"
                              "<rect width=\"32\" height=\"32\" rx=\"8\" fill=\"#17624f\"/>"
                              "<path d=\"m9 16.5 5 5 9.5-11\" fill=\"none\" stroke=\"#fff\" stroke-width=\"3.5\"/></svg>\n";

kf_err_t *kfm_handle_robots(kfm_call_t *call)
{
    kfm_reply_header(call, "Cache-Control", "public, max-age=" DAY_S);
    return kfm_reply_bytes(call, 200, "text/plain; charset=utf-8", robots, sizeof(robots) - 1);
}

kf_err_t *kfm_handle_favicon(kfm_call_t *call)
{
    kfm_reply_header(call, "Cache-Control", "public, max-age=" DAY_S);
    return kfm_reply_bytes(call, 200, "image/svg+xml", favicon, sizeof(favicon) - 1);
}

kf_err_t *kfm_handle_security(kfm_call_t *call)
{
    kf_instant_t until = kf_instant_now() + (int64_t)SECURITY_DAYS * 86400 * KF_SECOND;
    const char *text;

    if (!call->cfg->set.security_contact) {
        return kf_err(call->pool, KF_E_NOT_FOUND, "There is nothing at this address.");
    }
    text = apr_pstrcat(call->pool, "Contact: ", call->cfg->set.security_contact,
                       "\nExpires: ", kf_instant_utc(until, call->pool), "\nPreferred-Languages: es, en\nCanonical: ",
                       call->cfg->base_url, "/.well-known/security.txt\n", NULL);
    kfm_reply_header(call, "Cache-Control", "public, max-age=" DAY_S);
    return kfm_reply_bytes(call, 200, "text/plain; charset=utf-8", text, strlen(text));
}

/* Web App Manifest (https://www.w3.org/TR/appmanifest/), for an icon on a phone's home screen. */
kf_err_t *kfm_handle_manifest(kfm_call_t *call)
{
    const kf_tenant_t *tenant = call->tenant;
    const char *logo = tenant ? kfm_url_safe(tenant->logo_url) : NULL, *text;
    json_t *doc = json_pack("{s:s, s:s, s:s, s:s, s:[{s:s, s:s}]}", "name", tenant ? tenant->name : "Konfirmado",
                            "start_url", "/", "display", "minimal-ui", "lang", call->lang, "icons", "src",
                            logo ? logo : "/favicon.ico", "sizes", "any");

    if (tenant && tenant->primary_color) {
        json_object_set_new(doc, "theme_color", json_string(tenant->primary_color));
    }
    text = kfm_admin_text(call, doc);
    json_decref(doc);
    return kfm_reply_bytes(call, 200, "application/manifest+json", text, strlen(text));
}
