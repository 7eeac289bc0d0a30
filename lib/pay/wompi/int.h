#ifndef KF_PAY_WOMPI_INT_H
#define KF_PAY_WOMPI_INT_H
/* Shared by the files of Wompi; see wompi.h. */
#include <jansson.h>

#include "pay/answer.h"
#include "pay/wompi/wompi.h"

#define KF_WOMPI_CURRENCY "COP"
#define KF_WOMPI_MAX_ID 64
#define KF_WOMPI_MAX_REFERENCE 255

/** The status for Wompi's word; pending for an unknown one. */
kf_pay_tx_status_t kf_wompi_status(const char *word);
/** The API's base URL of the account's mode. */
const char *kf_wompi_api(const kf_pay_account_t *account);

/* wompi.c, checkout.c, event.c, api.c, refund.c: see kf_pay_provider_t */
kf_err_t *kf_wompi_create(kf_pay_started_t *out, const kf_pay_account_t *account,
                          const kf_pay_order_t *order, apr_pool_t *p);
kf_err_t *kf_wompi_event_verify(kf_pay_event_t *out, const kf_pay_account_t *account,
                                const kf_pay_delivery_t *delivery, apr_pool_t *p);
kf_err_t *kf_wompi_tx_request(kf_http_req_t *out, const kf_pay_account_t *account, const char *id,
                              apr_pool_t *p);
kf_err_t *kf_wompi_find_request(kf_http_req_t *out, const kf_pay_account_t *account,
                                const char *reference, apr_pool_t *p);
void kf_wompi_tx_parse(kf_pay_answer_t *out, const kf_http_res_t *res, apr_pool_t *p);
kf_err_t *kf_wompi_refund_request(kf_pay_refund_t *out, kf_http_req_t *req,
                                  const kf_pay_account_t *account, const kf_pay_give_t *give,
                                  apr_pool_t *p);
void kf_wompi_refund_parse(kf_pay_refund_t *out, kf_pay_way_t way, const kf_http_res_t *res,
                           apr_pool_t *p);
kf_err_t *kf_wompi_test_request(kf_http_req_t *out, const kf_pay_account_t *account, int step,
                                apr_pool_t *p);
void kf_wompi_test_parse(kf_pay_test_t *out, int step, const kf_http_res_t *res, apr_pool_t *p);

/* -- answers of the API: answer.c -- */

/** As kf_pay_answer_read(). */
kf_pay_verdict_t kf_wompi_answer(json_t **root, const char **message,
                                 const kf_http_res_t *res, apr_pool_t *p);

/** Fills a GET or POST of `path` below the API's base with the private key. */
void kf_wompi_request(kf_http_req_t *out, const kf_pay_account_t *account, const char *method,
                      const char *path, apr_pool_t *p);

#endif
