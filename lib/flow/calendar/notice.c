/* A provider reports that a calendar may have changed. A notice is not trusted before its token is verified. */
#include <string.h>

#include "crypto/token.h"
#include "flow/calendar/calendar.h"
#include "flow/provider.h"
#include "repo/calendar/calendar.h"

static kf_err_t *unknown(apr_pool_t *p)
{
    return kf_err(p, KF_E_NOT_FOUND, "There is no such channel.");
}

static kf_err_t *store(const kf_flow_t *flow, const kf_calendar_notify_t *notify, apr_pool_t *p)
{
    kf_db_t *db;
    kf_err_t *err;
    bool known;

    KF_TRY(kf_flow_take(&db, flow, p));
    err = kf_flow_give(flow, db, kf_repo_calendar_notify(&known, db, notify, p));
    KF_TRY(err);
    return known ? NULL : unknown(p);
}

kf_err_t *kf_flow_calendar_notice(const kf_flow_t *flow, const char *name,
                                  const char *(*header)(void *baton, const char *name), void *baton,
                                  apr_pool_t *p)
{
    const kf_calendar_provider_t *provider = kf_calendar_provider_find(name);
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    kf_calendar_notify_t notify = {.token_hash = hash};
    kf_calendar_notice_t notice;
    kf_uuid_t channel;

    if (!kf_flow_calendar_app(flow, provider) || !(provider->caps & KF_CALENDAR_CAN_PUSH)
        || provider->notice_read(&notice, header, baton, p)
        || !kf_uuid_read(&channel, notice.channel_id, strlen(notice.channel_id))
        || !kf_token_shaped(notice.token)) {
        return unknown(p);
    }
    KF_TRY(kf_token_hash(hash, KF_TOKEN_CALENDAR_CHANNEL, notice.token, p));
    notify.channel = &channel;
    notify.resource = notice.resource_id;
    notify.number = notice.number;
    notify.hello = notice.hello;
    return store(flow, &notify, p);
}
