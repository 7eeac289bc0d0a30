#ifndef KFM_WIZARD_VIEW_H
#define KFM_WIZARD_VIEW_H
/*
 * The pages of the wizard: each function turns facts into the view model that
 * its template documents, renders it and answers. It makes no decisions and no
 * database queries, except for a zone's offset by kf_flow_offset(), which is
 * cached.
 */
#include "flow/booking/booking.h"
#include "flow/hold/availability.h"
#include "http/call.h"

/* The customer's choice so far, as in the query string. Each member may be NULL. */
typedef struct {
    const char *service, *professional, *zone;
    const char *from, *day;   /* first day of the strip, chosen day: YYYY-MM-DD */
    const char *lang_forced;  /* ?lang=: "es", "en" or NULL */
    const char *return_url;   /* where the customer goes back to; not validated */
    const char *frame;        /* the name of the frame, in the form of a token */
} kfm_choice_t;

/** Reads a choice from a form or query. */
void kfm_choice_read(kfm_choice_t *out, const kf_form_t *form);
/** The URL of a step of a link with a choice. */
const char *kfm_choice_url(kfm_call_t *call, const char *link, const char *step, const kfm_choice_t *choice);
/** The language that a form or query asks for: "es", "en" or NULL. */
const char *kfm_choice_lang(const kf_form_t *form);

/** The card of a service: id, name, description, image_url, initial, duration_text, price_text, charge_text. */
kf_err_t *kfm_service_card(json_t **out, kfm_call_t *call, const kf_service_t *service);
/** The card of a professional: id, name, description, photo_url, initial. */
json_t *kfm_professional_card(kfm_call_t *call, const kf_professional_t *who);

/** Step 1. `problem` (or NULL): the error of an invalid choice, shown on top. */
kf_err_t *kfm_page_select(kfm_call_t *call, const kf_offer_t *offer, const kfm_choice_t *choice,
                          const kf_err_t *problem);

/* Step 2. `later`: the next free time when the days shown have none, else 0. */
typedef struct {
    const kf_slots_t *slots;  /* the 14 days of the strip */
    const kfm_choice_t *choice;
    kf_instant_t later;
    const kf_err_t *problem;  /* NULL, or slot_unavailable, day_full, ...: shown on top */
    kf_instant_t wished;      /* the refused start, around which others are proposed; else 0 */
    const char *base;         /* the path of a page outside the wizard; NULL: step 2 of the link */
} kfm_time_page_t;

kf_err_t *kfm_page_time(kfm_call_t *call, int status, const kfm_time_page_t *page);

/* Step 3. `typed` holds the received values, valid or not. */
typedef struct {
    const kf_tenant_t *tenant;
    const kf_hold_view_t *hold;
    const char *token;
    const kf_customer_t *typed;   /* members may be NULL */
    const kf_err_t *errors;       /* list of field errors, or NULL */
    const kf_err_t *problem;      /* the provider failed, ...; or NULL */
    const char *lang_forced;
    const char *frame;            /* the name of the frame that shows the page, or NULL */
    const kf_hold_wish_t *wish;   /* set if the time is not held yet (hold is a preview); else NULL */
    const char *challenge;        /* for a proof of work that gets the time without the details; else NULL */
} kfm_details_page_t;

kf_err_t *kfm_page_details(kfm_call_t *call, int status, const kfm_details_page_t *page);

/* Between 3 and 4, in a frame only: the provider's page refuses frames, so a link leads out of the frame. */
typedef struct {
    const kf_tenant_t *tenant;
    const kf_booked_t *booked;    /* with its checkout_url */
    const kf_hold_view_t *hold;
    const char *lang_forced;
} kfm_leave_page_t;

kf_err_t *kfm_page_leave(kfm_call_t *call, const kfm_leave_page_t *page);

/* Step 4. */
typedef struct {
    const kf_tenant_t *tenant;
    const kf_booking_view_t *booking; /* token_ok = false: show no personal data */
    const char *token;                /* as sent by the browser, or NULL */
    const char *return_url;           /* signed; NULL if there is none or the status does not allow it yet */
    const char *site_url;             /* the business's site if there is no return_url; or NULL */
    bool unanswered;                  /* the provider gave no payment page a moment ago */
} kfm_confirm_page_t;

kf_err_t *kfm_page_confirm(kfm_call_t *call, const kfm_confirm_page_t *page);

#endif
