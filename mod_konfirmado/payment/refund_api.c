/* /api/refunds and /api/quarantine: money that waits for somebody of the merchant. */
#include "handle/acts.h"
#include "handle/fields.h"

static const char *const refund_states[] = {"open", "due", "running", "manual", "done", NULL};

static const kf_field_t refund_filter_fields[] = {
    KFM_LIST_FIELDS,
    {.name = "state", .type = KF_F_WORD, .words = refund_states},
};
static const kfm_fields_t refund_filters = KFM_FIELDS(refund_filter_fields, NULL);

static const char *const credit_states[] = {"open", "resolved", "all", NULL};

static const kf_field_t credit_filter_fields[] = {
    KFM_LIST_FIELDS,
    {.name = "state", .type = KF_F_WORD, .words = credit_states},
};
static const kfm_fields_t credit_filters = KFM_FIELDS(credit_filter_fields, NULL);

static const kf_field_t note_fields[] = {
    {.name = "note", .type = KF_F_AREA, .max = 1000},
};
static const kfm_fields_t note = KFM_FIELDS(note_fields, NULL);

static const char *const actions[] = {"refund", "keep", NULL};
static const kf_field_t resolve_fields[] = {
    {.name = "action", .type = KF_F_WORD, .required = true, .words = actions},
    {.name = "note", .type = KF_F_AREA, .max = 1000},
};
static const kfm_fields_t resolution = KFM_FIELDS(resolve_fields, NULL);

const kfm_edit_t kfm_refund_done = {.shape = KFM_DO, .stmt = &kf_doc_refund_done, .fields = &note};
const kfm_edit_t kfm_refund_retry = {.shape = KFM_ID, .stmt = &kf_doc_refund_retry};
const kfm_edit_t kfm_quarantine_resolve = {.shape = KFM_DO, .stmt = &kf_doc_credit_resolve, .fields = &resolution};

const kfm_list_t kfm_refunds = {&refund_filters, &kf_doc_refund_page};
const kfm_list_t kfm_quarantine = {&credit_filters, &kf_doc_credit_page};
