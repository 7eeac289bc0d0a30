#include "handle/filter.h"

#include "flow/hold/availability.h"
#include "flow_ctx.h"
#include "json/encode.h"
#include "page/say.h"

#define MAX_WISH (16 * 1024) /* bytes of a document of filters */

const char *kfm_filter_wish(kfm_call_t *call, const kf_form_t *query, const kfm_pair_t *pairs)
{
    kf_buf_t buf;

    kf_buf_init(&buf, call->pool, 256, MAX_WISH);
    kf_json_open(&buf, '{');
    for (; pairs->member; pairs++) {
        const char *value = kfm_filter_field(query, pairs->field);

        if (value) {
            kf_json_str(&buf, pairs->member, value);
        }
    }
    kf_json_close(&buf, '}');
    return kf_buf_check(&buf, "filter", call->pool) ? "{}" : kf_buf_text(&buf);
}

kf_err_t *kfm_filter_now(kf_date_t *day, int *minute, kf_instant_t *now, kfm_call_t *call)
{
    kf_instant_t at = kf_instant_now();
    kf_civil_t civil;
    int32_t offset;

    KF_TRY(kf_flow_offset(&offset, kfm_flow(call), call->tenant->time_zone, at, call->pool));
    kf_instant_to_civil(&civil, at, offset);
    if (day) {
        *day = kf_instant_date(at, offset);
    }
    if (minute) {
        *minute = civil.hour * 60 + civil.minute;
    }
    if (now) {
        *now = at;
    }
    return NULL;
}

kf_err_t *kfm_filter_items(json_t **out, kfm_call_t *call, const kf_stmt_t *stmt)
{
    json_t *doc;

    KF_TRY(kfm_admin_doc(&doc, call, false, stmt, KFM_ARGS(KFM_TENANT(call), KF_TEXT("{\"limit\":200}"))));
    *out = json_object_get(doc, "items");
    return NULL;
}

kf_err_t *kfm_filter_read(kfm_filter_t *out, kfm_call_t *call, bool lists)
{
    json_t *doc;

    *out = (kfm_filter_t){NULL, 0, NULL, NULL};
    KF_TRY(kfm_call_query(&out->query, call));
    KF_TRY(kfm_filter_now(&out->today, NULL, NULL, call));
    if (lists) {
        KF_TRY(kfm_admin_doc(&doc, call, false, &kf_doc_choices_read, KFM_ARGS(KFM_TENANT(call))));
        out->services = json_object_get(doc, "services");
        out->professionals = json_object_get(doc, "professionals");
    }
    return NULL;
}

bool kfm_filter_shown(const kf_err_t *err)
{
    return err->code == KF_E_INVALID || err->code == KF_E_CONFLICT || err->code == KF_E_PRECONDITION
           || err->code == KF_E_READ_ONLY;
}
