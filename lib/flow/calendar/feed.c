#include "flow/calendar/feed.h"

#include <apr_strings.h>
#include <string.h>

#include "crypto/hash.h"
#include "flow/admin.h"
#include "flow/mail/channel.h"
#include "repo/calendar/feed.h"
#include "text/ical.h"

#define REFRESH_MIN 15 /* how often clients are asked to refresh */

kf_err_t *kf_flow_feed_create(kf_feed_made_t *out, const kf_flow_t *flow, kf_db_t *db, const kf_uuid_t *tenant,
                              const kf_uuid_t *professional, apr_pool_t *p)
{
    char *token = apr_pcalloc(p, KF_TOKEN_CHARS + 1);
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    kf_uuid_t feed;

    kf_wipe_with_pool(token, KF_TOKEN_CHARS, p);
    KF_TRY(kf_token_make(token, p));
    KF_TRY(kf_token_hash(hash, KF_TOKEN_FEED, token, p));
    KF_TRY(kf_uuid_timed(&feed, kf_instant_now() / 1000, p));
    KF_TRY(kf_repo_doc(&out->json, db, &kf_doc_feed_create,
                       (const kf_arg_t[]){KF_UUID(tenant), KF_UUID(professional), KF_UUID(&feed),
                                          KF_BYTES(hash, sizeof(hash))},
                       p));
    if (!out->json) {
        return kf_err(p, KF_E_NOT_FOUND, "There is nothing with this id.");
    }
    out->url = apr_pstrcat(p, flow->base_url, "/feed/", token, "/calendar.ics", NULL);
    kf_wipe_with_pool((char *)out->url, strlen(out->url), p);
    return NULL;
}

/* -- what is read there -- */

typedef struct {
    kf_feed_owner_t owner;
    kf_feed_row_t *rows;
    int n;
} content_t;

static kf_err_t *load(content_t *content, kf_db_t *db, const uint8_t *hash, apr_pool_t *p)
{
    kf_feed_owner_t *owner = &content->owner;
    bool found;

    KF_TRY(kf_repo_feed_find(owner, &found, db, hash, p));
    if (!found || !strcmp(owner->state, "over")) {
        return kf_err(p, KF_E_NOT_FOUND, "This calendar address is no longer valid. Ask the business for a new one.");
    }
    if (!strcmp(owner->state, "suspended")) {
        return kf_err(p, KF_E_TENANT_SUSPENDED, "This business is suspended.");
    }
    return kf_repo_feed_read(&content->rows, &content->n, db, owner, p);
}

static kf_err_t *look(content_t *content, const kf_flow_t *flow, const char *token, apr_pool_t *p)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    kf_db_t *db;

    KF_TRY(kf_token_hash(hash, KF_TOKEN_FEED, token, p));
    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db, load(content, db, hash, p));
}

static bool given(const char *text)
{
    return text && *text;
}

static void fill(kf_ical_event_t *event, const kf_feed_row_t *row, const content_t *content, const kf_flow_t *flow,
                 apr_pool_t *p)
{
    event->uid = kf_ical_uid(kf_uuid_text(&row->booking, p), flow->base_url, p);
    event->sequence = row->sequence;
    event->method = KF_ICAL_PUBLISH;
    event->status = KF_ICAL_CONFIRMED;
    event->start = row->start;
    event->end = row->end;
    event->stamp = row->changed_at;
    event->lang = content->owner.language;
    event->organizer_name = content->owner.business;
    event->organizer_address = kf_flow_organizer(flow, row->organizer, p);
    event->summary = apr_pstrcat(p, row->customer, " \xc2\xb7 ", row->service, NULL);
    event->location = row->place;
    event->description = apr_pstrcat(p, given(row->phone) ? row->phone : "",
                                     given(row->phone) && given(row->meeting_url) ? "\n" : "",
                                     given(row->meeting_url) ? row->meeting_url : "", NULL);
}

static kf_err_t *write_feed(kf_feed_t *out, const content_t *content, const kf_flow_t *flow, apr_pool_t *p)
{
    const kf_feed_owner_t *owner = &content->owner;
    kf_ical_event_t *events = apr_pcalloc(p, (size_t)(content->n > 0 ? content->n : 1) * sizeof(*events));
    kf_ical_feed_t feed = {.name = apr_pstrcat(p, owner->professional, " \xc2\xb7 ", owner->business, NULL),
                           .lang = owner->language,
                           .refresh_min = REFRESH_MIN,
                           .events = events,
                           .n = content->n};
    uint8_t digest[KF_SHA256_BYTES];
    char *tag = apr_palloc(p, KF_BASE64URL_CHARS(sizeof(digest)) + 1);

    for (int i = 0; i < content->n; i++) {
        fill(&events[i], &content->rows[i], content, flow, p);
    }
    KF_TRY(kf_ical_feed(&out->bytes, &out->len, &feed, p));
    KF_TRY(kf_sha256(digest, &(kf_bytes_t){out->bytes, out->len}, 1, p));
    kf_base64url_write(tag, digest, sizeof(digest));
    out->tag = tag;
    out->tenant = owner->tenant;
    out->lang = owner->language;
    return NULL;
}

kf_err_t *kf_flow_feed_read(kf_feed_t *out, const kf_flow_t *flow, const char *token, apr_pool_t *p)
{
    content_t content = {0};

    if (!kf_token_shaped(token)) {
        return kf_err(p, KF_E_NOT_FOUND, "This calendar address is not valid.");
    }
    KF_TRY(look(&content, flow, token, p));
    return write_feed(out, &content, flow, p);
}
