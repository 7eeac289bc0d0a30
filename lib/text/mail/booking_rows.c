/* The details of a mail: a table of labels and values, and the sentences around it. */
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>
#include <strings.h>

#include "text/mail/letter.h"
#include "text/policy.h"

static void add(const kf_letter_t *m, json_t *rows, const char *label, const char *value)
{
    json_t *row;

    if (value) {
        row = json_object();
        kf_letter_put(row, "label", kf_letter_common(m, apr_pstrcat(m->p, "label.", label, NULL)));
        kf_letter_put(row, "value", value);
        json_array_append_new(rows, row);
    }
}

static const char *known(const kf_letter_t *m, const char *name)
{
    return kf_letter_fact(m, name) ? (!strcmp(name, "service") ? m->service : m->professional) : NULL;
}

/* -- money -- */

static void add_money(const kf_letter_t *m, json_t *rows)
{
    int64_t left = m->price - m->paid;

    if (!m->currency) {
        return;
    }
    if (m->price <= 0 && m->paid <= 0) {
        add(m, rows, "price", kf_letter_common(m, "free"));
        return;
    }
    if (m->paid > 0) {
        add(m, rows, m->merchant ? "paid_by" : "paid", kf_letter_money(m, m->paid));
    }
    if (left > 0) {
        add(m, rows, m->merchant ? "left_by" : "left", kf_letter_money(m, left));
    }
}

static void add_due(const kf_letter_t *m, json_t *rows)
{
    if (!m->currency) {
        return;
    }
    if (m->price <= 0) {
        add(m, rows, "price", kf_letter_common(m, "free"));
        return;
    }
    if (m->charge > 0) {
        add(m, rows, "due", kf_letter_money(m, m->charge));
    }
    if (m->price > m->charge) {
        add(m, rows, "left", kf_letter_money(m, m->price - m->charge));
    }
}

/* What happens to the payment, as a sentence; NULL if there was none. */
static const char *back_text(const kf_letter_t *m)
{
    const char *state = kf_letter_fact(m, "refund_state"), *key = "back.due";

    if (!m->currency || m->paid <= 0) {
        return NULL;
    }
    if (m->refund <= 0) {
        key = "back.none";
    } else if (state && !strcmp(state, "done")) {
        key = "back.done";
    } else if (state && !strcmp(state, "manual") && m->merchant) {
        key = "back.manual";
    }
    key = apr_pstrcat(m->p, m->merchant ? "merchant_" : "", key,
                      m->refund > 0 && m->refund >= m->paid ? "_all" : "", NULL);
    return kf_catalog_format(m->catalog, m->lang, apr_pstrcat(m->p, "mail.", key, NULL), m->p, "amount",
                             kf_letter_money(m, m->refund), "paid", kf_letter_money(m, m->paid), NULL);
}

/* -- rows -- */

/* Whether a customer's text has a web address: then it is shown only in the dashboard, which makes no links. */
static bool has_address(const char *text)
{
    for (const char *c = text; *c; c++) {
        if (*c == '@' || !strncmp(c, "://", 3) || !strncasecmp(c, "www", 3)
            || (*c == '.' && (apr_isalpha(c[1]) || (c[1] & 0x80)) && (apr_isalpha(c[2]) || (c[2] & 0x80)))) {
            return true;
        }
    }
    return false;
}

/* Whether a reason is an internal code, which is not shown. */
static bool is_code(const char *text)
{
    return !text[strspn(text, "abcdefghijklmnopqrstuvwxyz_")];
}

static void add_written(const kf_letter_t *m, json_t *rows)
{
    const char *notes = kf_letter_fact(m, "notes"), *reason = kf_letter_fact(m, "reason");
    bool over = m->kind->has & KF_LETTER_OVER;

    if (m->merchant && notes && m->kind->has & KF_LETTER_MONEY) {
        add(m, rows, "notes", has_address(notes) ? kf_letter_common(m, "notes_elsewhere") : notes);
    }
    if (over && reason && !is_code(reason) && (m->merchant || !strcmp(m->by, "merchant"))) {
        add(m, rows, "reason", !strcmp(m->by, "merchant") || !has_address(reason)
                                   ? reason : kf_letter_common(m, "notes_elsewhere"));
    }
}

static void add_people(const kf_letter_t *m, json_t *rows)
{
    if (m->merchant) {
        add(m, rows, "customer", m->customer);
        add(m, rows, "phone", kf_letter_fact(m, "customer_phone"));
        add(m, rows, "email", kf_letter_fact(m, "customer_email"));
    }
    add(m, rows, "service", known(m, "service"));
    add(m, rows, "professional", known(m, "professional"));
}

/* Adds the way there; a map without a description is shown alone. */
static void add_place(const kf_letter_t *m, json_t *rows)
{
    const char *place = kf_letter_fact(m, "place"), *map = kf_letter_url(m, "map_url");
    json_t *row;

    add(m, rows, "place", place ? place : map ? kf_letter_common(m, "on_map") : NULL);
    row = json_array_get(rows, json_array_size(rows) - 1);
    if (row && map) {
        kf_letter_put(row, "url", map);
        kf_letter_put(row, "text", kf_letter_common(m, "button.map"));
    }
}

static void put_table(const kf_letter_t *m)
{
    json_t *rows = json_array();

    if (m->kind->to != KF_MAIL_TO_SYSTEM) {
        add_people(m, rows);
    }
    if (m->kind->has & KF_LETTER_COMING) {
        add_place(m, rows);
    }
    if (m->kind->has & KF_LETTER_MONEY) {
        add_money(m, rows);
    }
    if (m->kind->has & KF_LETTER_DUE) {
        add_due(m, rows);
    }
    if (m->merchant) {
        add(m, rows, "due_at", kf_letter_day(m, "due_at"));
    }
    if (m->kind->to == KF_MAIL_TO_SYSTEM) {
        add(m, rows, "url", kf_letter_fact(m, "url"));
    }
    add_written(m, rows);
    json_object_set_new(m->root, "has_rows", json_boolean(json_array_size(rows)));
    json_object_set_new(m->root, "rows", rows);
}

/* -- sentences -- */

static void put_policy(const kf_letter_t *m)
{
    kf_policy_words_t w = {.catalog = m->catalog, .lang = m->lang, .reader = KF_POLICY_CUSTOMER,
                           .policy = json_object_get(m->in->facts, "policy"),
                           .price_cents = m->price, .charge_cents = m->charge};
    const char *cancel, *move;
    json_t *list;

    if (!(m->kind->has & KF_LETTER_POLICY)) {
        return;
    }
    cancel = kf_policy_cancel(&w, m->p);
    move = kf_policy_move(&w, m->p);
    list = json_array();
    if (cancel) {
        json_array_append_new(list, json_string(cancel));
    }
    if (move) {
        json_array_append_new(list, json_string(move));
    }
    json_object_set_new(m->root, "has_policy", json_boolean(cancel || move));
    json_object_set_new(m->root, "policy", list);
}

static void put_lines(const kf_letter_t *m, const char *member, const char *fact)
{
    json_t *lines = kf_letter_lines(m, fact);

    if (lines) {
        json_object_set_new(m->root, member, json_pack("{s:o}", "lines", lines));
    }
}

static const char *text_key(const kf_letter_t *m)
{
    const char *status = kf_letter_fact(m, "status");

    if (m->kind->has & KF_LETTER_BY) {
        return apr_pstrcat(m->p, "text_", m->by, NULL);
    }
    if (!strcmp(m->kind->name, "payment_failed")) {
        return status && !strcmp(status, "pending") ? "text_held" : "text_over";
    }
    return !strcmp(m->kind->name, "booking_received") && *m->until ? "text_until" : "text";
}

void kf_letter_put_rows(const kf_letter_t *m)
{
    json_t *lines = json_array();
    const char *back = m->kind->has & KF_LETTER_BACK ? back_text(m) : NULL;

    json_array_append_new(lines, json_string(kf_letter_say(m, text_key(m))));
    if (back) {
        json_array_append_new(lines, json_string(back));
    }
    if (m->kind->to == KF_MAIL_TO_SYSTEM && json_is_true(json_object_get(m->in->facts, "disabled"))) {
        json_array_append_new(lines, json_string(kf_letter_common(m, "disabled")));
    }
    json_object_set_new(m->root, "lines", lines);
    put_table(m);
    put_policy(m);
    put_lines(m, "note", "note");
    if (m->kind->has & KF_LETTER_COMING && m->kind->to == KF_MAIL_TO_CUSTOMER) {
        put_lines(m, "instructions", "instructions");
    }
}
