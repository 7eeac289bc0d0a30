#include "text/mail/mail.h"

#include <apr_strings.h>
#include <string.h>

#include "text/mail/letter.h"
#include "text/mime.h"

static const kf_mail_kind_t kinds[] = {
#define KIND(name_, to_, choice_, button_, ...) \
    {.name = #name_, .to = KF_MAIL_TO_##to_, .choice = KF_MAIL_##choice_, .button = button_, __VA_ARGS__},
#include "text/mail/kinds.def"
};

const kf_mail_kind_t *kf_mail_kind_at(int i)
{
    return i < (int)(sizeof(kinds) / sizeof(*kinds)) ? &kinds[i] : NULL;
}

const kf_mail_kind_t *kf_mail_kind(const char *name)
{
    const kf_mail_kind_t *kind;

    for (int i = 0; name && (kind = kf_mail_kind_at(i)); i++) {
        if (!strcmp(kind->name, name)) {
            return kind;
        }
    }
    return NULL;
}

/* -- words -- */

const char *kf_letter_common(const kf_letter_t *m, const char *key)
{
    return kf_catalog_text(m->catalog, m->lang, apr_pstrcat(m->p, "mail.", key, NULL));
}

const char *kf_letter_money(const kf_letter_t *m, int64_t cents)
{
    return m->currency ? kf_format_money(m->lang, cents, m->currency, m->p) : "";
}

const char *kf_letter_say(const kf_letter_t *m, const char *part)
{
    const char *key = apr_pstrcat(m->p, "mail.", m->words, ".", part, NULL);

    return kf_catalog_format(m->catalog, m->lang, key, m->p, "name", m->name, "business", m->business, "service",
                             m->service, "professional", m->professional, "customer", m->customer, "when", m->when,
                             "day", m->day, "time", m->time, "until", m->until, "amount",
                             kf_letter_money(m, m->refund), "by", m->by, "provider", m->provider, "calendar",
                             m->calendar, NULL);
}

void kf_letter_put(json_t *object, const char *member, const char *text)
{
    json_object_set_new(object, member, text ? json_string(text) : json_null());
}

/* The kind's name, but totp_changed has words for on and for off, and refund_task others for a payment refunded twice. */
static const char *words_of(const kf_letter_t *m)
{
    const char *state = kf_letter_fact(m, "refund_state");

    if (!strcmp(m->kind->name, "totp_changed")) {
        return json_is_true(json_object_get(m->in->facts, "enabled")) ? "totp_on" : "totp_off";
    }
    return !strcmp(m->kind->name, "refund_task") && state && !strcmp(state, "twice") ? "refund_twice" : m->kind->name;
}

/* -- the whole -- */

static const char *hello(const kf_letter_t *m)
{
    return *m->name ? kf_catalog_format(m->catalog, m->lang, "mail.hello", m->p, "name", m->name, NULL)
                    : kf_catalog_text(m->catalog, m->lang, "mail.hello_nobody");
}

static const char *why(const kf_letter_t *m)
{
    const char *key = m->kind->to == KF_MAIL_TO_CUSTOMER  ? "mail.why.customer"
                      : m->kind->to == KF_MAIL_TO_WAITING ? "mail.why.waiting"
                                                          : "mail.why.merchant";

    return kf_catalog_format(m->catalog, m->lang, key, m->p, "business", m->business, NULL);
}

/* To a customer, not to an account or the business. */
static bool is_outside(const kf_letter_t *m)
{
    return m->kind->to == KF_MAIL_TO_CUSTOMER || m->kind->to == KF_MAIL_TO_WAITING;
}

/* A business whose name looks like a web address sends under the platform's name alone. */
static const char *sender(const kf_letter_t *m)
{
    const char *name = m->in->from_name && *m->in->from_name ? m->in->from_name : NULL;

    if (!is_outside(m) || !kf_mail_safe(m->business)) {
        return name;
    }
    return name ? kf_catalog_format(m->catalog, m->lang, "mail.sender", m->p, "business", m->business, "name",
                                    name, NULL)
                : m->business;
}

static void put_sender(const kf_letter_t *m)
{
    kf_letter_put(m->root, "business", m->business);
    kf_letter_put(m->root, "contact", is_outside(m) ? m->contact : NULL);
    kf_letter_put(m->root, "why", why(m));
    kf_letter_put(m->root, "keep", m->kind->tokens ? kf_letter_common(m, "keep") : NULL);
    kf_letter_put(m->root, "note_title",
                  kf_catalog_format(m->catalog, m->lang, "mail.note_title", m->p, "business", m->business, NULL));
    kf_letter_put(m->root, "sent_by",
                  kf_catalog_format(m->catalog, m->lang, "mail.sent_by", m->p, "business", m->business, NULL));
}

static void fill_booking(kf_letter_t *m)
{
    kf_letter_read(m);
    kf_letter_put(m->root, "preheader", kf_letter_say(m, "preheader"));
    put_sender(m);
    kf_letter_put_look(m);
    kf_letter_put_when(m);
    kf_letter_put_rows(m);
    kf_letter_put_links(m);
}

static void fill(kf_letter_t *m)
{
    const char *name = kf_mail_safe(kf_letter_line(m, m->in->to_name));

    m->words = words_of(m);
    m->name = name ? name : "";
    if (m->kind->to == KF_MAIL_TO_ACCOUNT) {
        kf_letter_account(m);
    } else {
        fill_booking(m);
    }
    kf_letter_put(m->root, "subject", kf_letter_say(m, "subject"));
    kf_letter_put(m->root, "title", kf_letter_say(m, "title"));
    kf_letter_put(m->root, "hello", hello(m));
    kf_letter_put(m->root, "lang", m->lang);
    kf_letter_put(m->root, "base_url", m->in->base_url);
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

    return m->merchant && address && kf_mime_is_address(address) ? apr_pstrdup(m->p, address) : NULL;
}

static kf_err_t *render_both(kf_mail_out_t *out, const kf_letter_t *m, const kf_mustache_set_t *templates)
{
    bool account = m->kind->to == KF_MAIL_TO_ACCOUNT;

    KF_TRY(render(&out->text, m, templates, account ? "mail/account_text" : "mail/booking_text"));
    return render(&out->html, m, templates, account ? "mail/account" : "mail/booking");
}

static bool needs_token(const kf_mail_kind_t *kind)
{
    return kind->tokens & (KF_MAIL_TOKEN_LINK | KF_MAIL_TOKEN_MADE);
}

kf_err_t *kf_mail_compose(kf_mail_out_t *out, const kf_mail_t *in, const kf_catalog_t *catalog,
                          const kf_mustache_set_t *templates, apr_pool_t *p)
{
    kf_letter_t m = {.in = in, .catalog = catalog, .kind = kf_mail_kind(in->kind), .p = p,
                     .lang = in->lang && !strcmp(in->lang, "en") ? "en" : "es"};
    kf_err_t *err;

    *out = (kf_mail_out_t){0};
    if (!m.kind) {
        return kf_err(p, KF_E_INVALID, "This kind of mail is not known.");
    }
    if (needs_token(m.kind) && !(in->token && *in->token)) {
        return kf_err(p, KF_E_INVALID, "This mail has a link, but its token is missing.");
    }
    m.merchant = m.kind->to == KF_MAIL_TO_TEAM || m.kind->to == KF_MAIL_TO_OWNERS;
    m.root = json_object();
    fill(&m);
    out->subject = kf_letter_say(&m, "subject");
    out->sender = sender(&m);
    out->unsubscribe = kf_letter_unsubscribe(&m);
    out->reply_to = reply_to(&m);
    err = render_both(out, &m, templates);
    json_decref(m.root);
    if (!err) {
        out->has_event = kf_letter_event(&out->event, &m);
    }
    return err;
}
