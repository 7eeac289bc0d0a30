/* Classifies answers of the API. */
#include "pay/wompi/int.h"

#include <apr_strings.h>
#include <apr_tables.h>
#include <string.h>

#define TIMEOUT_MS 10000

void kf_wompi_request(kf_http_req_t *out, const kf_pay_account_t *account, const char *method,
                      const char *path, apr_pool_t *p)
{
    apr_table_t *headers = apr_table_make(p, 4);

    memset(out, 0, sizeof(*out));
    apr_table_setn(headers, "Accept", "application/json");
    apr_table_setn(headers, "Authorization",
                   apr_pstrcat(p, "Bearer ", account->private_key ? account->private_key : "",
                               NULL));
    out->method = method;
    out->url = apr_pstrcat(p, kf_wompi_api(account), path, NULL);
    out->headers = headers;
    out->timeout_ms = TIMEOUT_MS;
}

/* {"error":{"type":..,"reason":..}} or {"error":{"type":..,"messages":{"field":["text"]}}} */
static const char *message_of(json_t *root, apr_pool_t *p)
{
    json_t *error = json_object_get(root, "error");
    const char *type = json_string_value(json_object_get(error, "type"));
    const char *reason = json_string_value(json_object_get(error, "reason"));
    json_t *messages = json_object_get(error, "messages");
    void *first = json_object_iter(messages);

    if (!type) {
        return NULL;
    }
    if (first) {
        json_t *list = json_object_iter_value(first);

        reason = json_string_value(json_is_array(list) ? json_array_get(list, 0) : list);
        reason = apr_pstrcat(p, json_object_iter_key(first), ": ", reason ? reason : "", NULL);
    }
    return apr_pstrcat(p, type, " ", reason ? reason : "", NULL);
}

kf_pay_verdict_t kf_wompi_answer(json_t **root, const char **message, const kf_http_res_t *res,
                                 apr_pool_t *p)
{
    return kf_pay_answer_read(root, message, res, message_of, p);
}
