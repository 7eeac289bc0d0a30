#ifndef KF_TEXT_POLICY_H
#define KF_TEXT_POLICY_H
/*
 * The rules for moving and cancelling, for people: the policy of a service or a
 * booking as sentences in Spanish ("es", also for any other language) or English.
 *
 * A policy is {"tiers": [{"hours", "percent"}], "deposit_rule": "tiers"|"kept",
 * "no_show_rule": "keep"|"refund", "move_until_hours", "move_most"}, tiers with
 * the most hours first (kf.doc_tiers). It may also be the JSON of a service, whose
 * tiers are named "cancel_tiers". Plain text, nothing is escaped.
 */
#include <apr_pools.h>
#include <jansson.h>
#include <stdint.h>

#include "text/catalog.h"

/* The reader: the customer, or the merchant who sets the rules. */
typedef enum {
    KF_POLICY_CUSTOMER,
    KF_POLICY_MERCHANT
} kf_policy_reader_t;

typedef struct {
    const kf_catalog_t *catalog;
    const char *lang;
    kf_policy_reader_t reader;
    const json_t *policy;              /* NULL or without a member: that part is left out */
    int64_t price_cents, charge_cents; /* charge below price: a deposit; 0: no refund */
} kf_policy_words_t;

/**
 * "Si cancelas hasta 24 horas antes, te devolvemos todo. Después no hay
 * devolución."; NULL if there are no tiers.
 */
const char *kf_policy_cancel(const kf_policy_words_t *w, apr_pool_t *p);
/** "Puedes mover la cita hasta 12 horas antes, 2 veces como máximo."; NULL if unknown. */
const char *kf_policy_move(const kf_policy_words_t *w, apr_pool_t *p);
/** "Si no llegas, no hay devolución."; NULL if unknown or nothing is charged. */
const char *kf_policy_no_show(const kf_policy_words_t *w, apr_pool_t *p);
/** "24 horas antes", "3 días antes", "la hora de la cita" (0). */
const char *kf_policy_before(const kf_policy_words_t *w, json_int_t hours, apr_pool_t *p);

#endif
