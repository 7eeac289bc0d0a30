#include "text/mail/booking.h"
#include "text/mime.h"

#include <apr_strings.h>
#include <string.h>

#include "text/mail/booking_int.h"

#define ACTS (KF_MAIL_TOKEN_VIEW | KF_MAIL_TOKEN_MOVE | KF_MAIL_TOKEN_CANCEL)
#define AHEAD (KF_LETTER_POLICY | KF_LETTER_MONEY | KF_LETTER_COMING | KF_LETTER_ADD)

static const kf_letter_kind_t kinds[] = {
    {"booking_received", KF_LETTER_CUSTOMER, KF_MAIL_TOKEN_VIEW, KF_LETTER_POLICY | KF_LETTER_DUE, "pay"},
    {"booking_confirmed", KF_LETTER_CUSTOMER, ACTS, AHEAD | KF_LETTER_INVITE, "view"},
    {"payment_failed", KF_LETTER_CUSTOMER, KF_MAIL_TOKEN_VIEW, 0, "pay"},
    {"reminder_24h", KF_LETTER_CUSTOMER, ACTS | KF_MAIL_TOKEN_REMINDERS, AHEAD, "view"},
    {"reminder_1h", KF_LETTER_CUSTOMER, KF_MAIL_TOKEN_VIEW | KF_MAIL_TOKEN_REMINDERS,
     KF_LETTER_MONEY | KF_LETTER_COMING, "view"},
    {"booking_moved", KF_LETTER_CUSTOMER, ACTS, AHEAD | KF_LETTER_OLD | KF_LETTER_BY | KF_LETTER_INVITE, "view"},
    {"booking_cancelled", KF_LETTER_CUSTOMER, 0, KF_LETTER_BACK | KF_LETTER_BY | KF_LETTER_OVER | KF_LETTER_END,
     "again"},
    {"refund_done", KF_LETTER_CUSTOMER, 0, 0, NULL},
    {"waiting_confirm", KF_LETTER_WAITING, KF_MAIL_TOKEN_LEAVE, 0, "confirm"},
    {"waiting_joined", KF_LETTER_WAITING, KF_MAIL_TOKEN_LEAVE, 0, NULL},
    {"waiting_offer", KF_LETTER_WAITING, KF_MAIL_TOKEN_OFFER | KF_MAIL_TOKEN_LEAVE,
     KF_LETTER_DUE | KF_LETTER_COMING, "take"},
    {"waiting_free", KF_LETTER_WAITING, KF_MAIL_TOKEN_LEAVE, KF_LETTER_DUE | KF_LETTER_COMING, "times"},
    {"new_booking", KF_LETTER_MERCHANT, 0, KF_LETTER_MONEY | KF_LETTER_INVITE, "booking"},
    {"moved_booking", KF_LETTER_MERCHANT, 0, KF_LETTER_MONEY | KF_LETTER_OLD | KF_LETTER_BY | KF_LETTER_INVITE,
     "booking"},
    {"cancelled_booking", KF_LETTER_MERCHANT, 0, KF_LETTER_BACK | KF_LETTER_BY | KF_LETTER_OVER | KF_LETTER_END,
     "booking"},
    {"refund_task", KF_LETTER_MERCHANT, 0, 0, "refunds"},
    {"callback_failing", KF_LETTER_SYSTEM, 0, 0, "callbacks"},
    {"channel_test", KF_LETTER_SYSTEM, 0, 0, NULL},
};

static const kf_letter_kind_t *find_kind(const char *name)
{
    for (size_t i = 0; name && i < sizeof(kinds) / sizeof(*kinds); i++) {
        if (!strcmp(kinds[i].name, name)) {
            return &kinds[i];
        }
    }
    return NULL;
}

int kf_mail_booking_tokens(const char *kind)
{
    const kf_letter_kind_t *found = find_kind(kind);

    return found ? found->tokens : -1;
}

apr_array_header_t *kf_mail_booking_kinds(apr_pool_t *p)
{
    apr_array_header_t *names = apr_array_make(p, 32, sizeof(const char *));

    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        APR_ARRAY_PUSH(names, const char *) = kinds[i].name;
    }
    return names;
}

/* -- words -- */

const char *kf_letter_common(const kf_letter_t *m, const char *key)
{
    return kf_catalog_text(m->catalog, m->lang, apr_pstrcat(m->p, "booking_mail.", key, NULL));
}

const char *kf_letter_money(const kf_letter_t *m, int64_t cents)
{
    return m->currency ? kf_format_money(m->lang, cents, m->currency, m->p) : "";
}

const char *kf_letter_say(const kf_letter_t *m, const char *part)
{
    const char *key = apr_pstrcat(m->p, "booking_mail.", m->words, ".", part, NULL);

    return kf_catalog_format(m->catalog, m->lang, key, m->p, "name", m->name, "business", m->business, "service",
                             m->service, "professional", m->professional, "customer", m->customer, "when", m->when,
                             "day", m->day, "time", m->time, "until", m->until, "amount",
                             kf_letter_money(m, m->refund), NULL);
}

void kf_letter_put(json_t *object, const char *member, const char *text)
{
    json_object_set_new(object, member, text ? json_string(text) : json_null());
}

/* -- the whole -- */

static const char *hello(const kf_letter_t *m)
{
    return *m->name ? kf_catalog_format(m->catalog, m->lang, "mail.hello", m->p, "name", m->name, NULL)
                    : kf_catalog_text(m->catalog, m->lang, "mail.hello_nobody");
}

static const char *why(const kf_letter_t *m)
{
    static const char *const keys[] = {[KF_LETTER_CUSTOMER] = "booking_mail.why.customer",
                                       [KF_LETTER_WAITING] = "booking_mail.why.waiting",
                                       [KF_LETTER_MERCHANT] = "booking_mail.why.merchant",
                                       [KF_LETTER_SYSTEM] = "booking_mail.why.merchant"};

    return kf_catalog_format(m->catalog, m->lang, keys[m->kind->to], m->p, "business", m->business, NULL);
}

/* A business whose name looks like a web address sends under the platform's name alone. */
static const char *sender(const kf_letter_t *m)
{
    const char *name = m->in->from_name && *m->in->from_name ? m->in->from_name : NULL;
    bool outside = m->kind->to == KF_LETTER_CUSTOMER || m->kind->to == KF_LETTER_WAITING;

    if (!outside || !kf_mail_safe(m->business)) {
        return name;
    }
    return name ? kf_catalog_format(m->catalog, m->lang, "booking_mail.sender", m->p, "business", m->business, "name",
                                    name, NULL)
                : m->business;
}

static void put_sender(const kf_letter_t *m)
{
    bool outside = m->kind->to == KF_LETTER_CUSTOMER || m->kind->to == KF_LETTER_WAITING;

    kf_letter_put(m->root, "business", m->business);
    kf_letter_put(m->root, "contact", outside ? m->contact : NULL);
    kf_letter_put(m->root, "why", why(m));
    kf_letter_put(m->root, "keep", m->kind->tokens ? kf_letter_common(m, "keep") : NULL);
    kf_letter_put(m->root, "note_title",
                  kf_catalog_format(m->catalog, m->lang, "booking_mail.note_title", m->p, "business", m->business, NULL));
    kf_letter_put(m->root, "sent_by",
                  kf_catalog_format(m->catalog, m->lang, "booking_mail.sent_by", m->p, "business", m->business, NULL));
}

static void fill(const kf_letter_t *m)
{
    static const char *const parts[] = {"subject", "title", "preheader"};

    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
        kf_letter_put(m->root, parts[i], kf_letter_say(m, parts[i]));
    }
    kf_letter_put(m->root, "lang", m->lang);
    kf_letter_put(m->root, "hello", hello(m));
    kf_letter_put(m->root, "base_url", m->in->base_url);
    put_sender(m);
    kf_letter_put_look(m);
    kf_letter_put_when(m);
    kf_letter_put_rows(m);
    kf_letter_put_links(m);
    json_object_set(m->root, "t", kf_catalog_get(m->catalog, m->lang));
}

static kf_err_t *render(const char **out, const kf_letter_t *m, const kf_mustache_set_t *templates, const char *name)
{
    const kf_mustache_t *template = kf_mustache_set_get(templates, name);
    apr_size_t len;

    if (!template) {
        return kf_err(m->p, KF_E_INTERNAL, "There is no template %s.", name);
    }
    return kf_mustache_render(out, &len, template, templates, m->root, m->p);
}

/* The reader of a mail about a customer's booking replies to that customer. Copied: the caller owns the facts. */
static const char *reply_to(const kf_letter_t *m)
{
    const char *address = json_string_value(json_object_get(m->in->facts, "customer_email"));

    return m->kind->to == KF_LETTER_MERCHANT && address && kf_mime_is_address(address) ? apr_pstrdup(m->p, address)
                                                                                        : NULL;
}

kf_err_t *kf_mail_booking_render(kf_mail_booking_out_t *out, const kf_mail_booking_t *in,
                                 const kf_catalog_t *catalog, const kf_mustache_set_t *templates,
                                 apr_pool_t *p)
{
    kf_letter_t m = {.in = in, .catalog = catalog, .kind = find_kind(in->kind), .p = p,
                     .lang = in->lang && !strcmp(in->lang, "en") ? "en" : "es"};
    kf_err_t *err;

    *out = (kf_mail_booking_out_t){0};
    if (!m.kind) {
        return kf_err(p, KF_E_INVALID, "This kind of mail is not known.");
    }
    m.root = json_object();
    kf_letter_read(&m);
    fill(&m);
    out->words.subject = kf_letter_say(&m, "subject");
    out->sender = sender(&m);
    out->unsubscribe = kf_letter_unsubscribe(&m);
    out->to_customer = m.kind->to == KF_LETTER_CUSTOMER;
    out->reply_to = reply_to(&m);
    err = render(&out->words.text, &m, templates, "mail/booking_text");
    err = err ? err : render(&out->words.html, &m, templates, "mail/booking");
    json_decref(m.root);
    if (!err) {
        out->has_event = kf_letter_event(&out->event, &m);
    }
    return err;
}
