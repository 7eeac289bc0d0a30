#include "operator/status_view.h"

#include <apr_strings.h>
#include <apr_time.h>
#include <string.h>

#include "base/metric.h"
#include "base/version.h"
#include "page/view.h"

static const char *text_of(kfm_call_t *call, int64_t n)
{
    return n == KF_STATUS_NONE ? "" : apr_psprintf(call->pool, "%" APR_INT64_T_FMT, n);
}

static const char *age_of(kfm_call_t *call, int64_t age_s)
{
    return age_s == KF_STATUS_NONE ? "" : kf_age_text(age_s, call->pool);
}

static const char *ago(kfm_call_t *call, int64_t age_s)
{
    return kf_catalog_format(KFM_SAY(call), "status.ago", call->pool, "age", kf_age_text(age_s, call->pool), NULL);
}

/* The words of a label: a queue or job, a reason, or a calendar's state. */
static const char *word(kfm_call_t *call, const char *group, const char *label)
{
    return kfm_words(call, apr_pstrcat(call->pool, "status.", group, ".", label, NULL), label);
}

static const char *label_of(kfm_call_t *call, const kf_finding_t *finding)
{
    switch (finding->what) {
    case KF_FOUND_QUEUE:
    case KF_FOUND_DEAD:
    case KF_FOUND_JOB:
        return word(call, "name", finding->label);
    case KF_FOUND_MONEY:
        return word(call, "why", finding->label);
    case KF_FOUND_CALENDARS:
        return word(call, "calendars", finding->label);
    default:
        return finding->label;
    }
}

static void put_findings(kfm_view_t *view, const kf_status_t *status)
{
    kfm_call_t *call = view->call;
    kf_finding_t found[KF_FINDINGS_MAX];
    int n = kf_flow_findings(found, status);
    json_t *list = json_array();

    for (int i = 0; i < n; i++) {
        const char *key = apr_pstrcat(call->pool, "status.finding.", kf_found_text(found[i].what), NULL);

        json_array_append_new(list,
                              json_pack("{s:s?, s:b}", "text",
                                        kf_catalog_format(KFM_SAY(call), key, call->pool, "label",
                                                          label_of(call, &found[i]), "n", text_of(call, found[i].n),
                                                          "age", kf_age_text(found[i].age_s, call->pool), NULL),
                                        "grave", found[i].grave));
    }
    json_object_set_new(view->root, "findings", list);
    kfm_put_flag(view->root, "calm", n == 0);
}

static const char *count_of(const kfm_view_t *view, const kf_status_t *status, const char *queue, const char *state)
{
    const kf_status_row_t *row = kf_status_find(status, "queue", queue, state);

    return row ? text_of(view->call, row->n) : "";
}

static json_t *row_of(const kfm_view_t *view, const kf_status_t *status, const kf_status_row_t *row)
{
    kfm_call_t *call = view->call;
    json_t *one = json_object();

    if (!strcmp(row->family, "queue")) {
        kfm_put(one, "name", word(call, "name", row->label));
        kfm_put(one, "due", text_of(call, row->n));
        kfm_put(one, "open", count_of(view, status, row->label, "open"));
        kfm_put(one, "dead", count_of(view, status, row->label, "dead"));
        kfm_put_flag(one, "late", row->age_s > KF_QUEUE_PATIENCE_S);
    } else if (!strcmp(row->family, "money")) {
        kfm_put(one, "name", word(call, "why", row->label));
        kfm_put(one, "n", text_of(call, row->n));
    } else {
        kfm_put(one, "node", row->label);
        kfm_put(one, "seen", ago(call, row->age_s));
        kfm_put_flag(one, "late", row->age_s > KF_WORKER_PATIENCE_S);
    }
    kfm_put(one, "oldest", age_of(call, row->age_s));
    return one;
}

/* `state` NULL: any state. */
static void put_rows(kfm_view_t *view, const char *name, const kf_status_t *status, const char *family,
                     const char *state)
{
    json_t *list = json_array();

    for (int i = 0; i < status->n; i++) {
        const kf_status_row_t *row = &status->rows[i];

        if (!strcmp(row->family, family) && (!state || !strcmp(row->state, state))) {
            json_array_append_new(list, row_of(view, status, row));
        }
    }
    json_object_set_new(view->root, name, list);
}

/* The page leaves out providers without calls. */
static bool was_called(int peer)
{
    uint64_t calls = 0;

    for (int result = 0; result < 3; result++) {
        calls += kf_metric_read(KF_M_CALLS, peer, result);
    }
    return calls > 0;
}

static void put_server(kfm_view_t *view, const kfm_metrics_connections_t *pool)
{
    const kf_metric_family_t *calls = kf_metric_family(KF_M_CALLS);
    kfm_call_t *call = view->call;
    json_t *list = json_array();

    kfm_put(view->root, "version", KF_VERSION);
    kfm_put(view->root, "processes", text_of(call, pool->processes));
    kfm_put(view->root, "pool", kf_catalog_format(KFM_SAY(call), "status.pool_of", call->pool, "inside",
                                                  text_of(call, pool->inside), "places", text_of(call, pool->places),
                                                  NULL));
    for (int i = 0; calls->words[0] && calls->words[0][i]; i++) {
        if (was_called(i)) {
            json_array_append_new(list, json_pack("{s:s?, s:b}", "name", calls->words[0][i],
                                                  "ok", !kf_metric_peer_down(i)));
        }
    }
    json_object_set_new(view->root, "providers", list);
}

static const char *read_text(kfm_call_t *call, const kfm_status_page_t *page)
{
    apr_time_exp_t at;

    if (!page->read) {
        return kf_catalog_text(KFM_SAY(call), "status.unread");
    }
    apr_time_exp_gmt(&at, page->status->read_at);
    return kf_catalog_format(KFM_SAY(call), "status.read", call->pool, "at",
                             apr_psprintf(call->pool, "%d-%02d-%02d %02d:%02d:%02d", at.tm_year + 1900, at.tm_mon + 1,
                                          at.tm_mday, at.tm_hour, at.tm_min, at.tm_sec), NULL);
}

kf_err_t *kfm_page_status(kfm_call_t *call, const kfm_status_page_t *page)
{
    kfm_view_t view;

    kfm_view_begin(&view, call, NULL, NULL);
    kfm_view_title(&view, kf_catalog_text(KFM_SAY(call), "status.title"));
    kfm_put(json_object_get(view.root, "asset"), "more",
            apr_pstrcat(call->pool, call->cfg->set.assets_url, "/css/status.css?v=" KF_VERSION, NULL));
    put_findings(&view, page->status);
    if (!page->read) {
        kfm_put_flag(view.root, "calm", false);
    }
    kfm_put(view.root, "read", read_text(call, page));
    put_rows(&view, "queues", page->status, "queue", "due");
    put_rows(&view, "money", page->status, "money", NULL);
    put_rows(&view, "workers", page->status, "worker", NULL);
    put_server(&view, &page->pool);
    return kfm_view_send(&view, HTTP_OK, "operator/status");
}
