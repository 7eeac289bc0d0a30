/* /api/waiting-list. */
#include "handle/acts.h"
#include "handle/kit.h"

static const char *const states[] = {"live", "unverified", "waiting", "offered", "taken", "left", "over", "all", NULL};

static const kf_field_t waiting_list[] = {
    KFM_LIST_FIELDS,
    {.name = "state", .type = KF_F_WORD, .words = states},
    {.name = "day", .type = KF_F_DATE},
};
static const kfm_fields_t waiting_filters = KFM_FIELDS(waiting_list, NULL);

const kfm_edit_t kfm_waiting_remove = {.shape = KFM_ID, .stmt = &kf_doc_waiting_remove, .status = 204};

const kfm_list_t kfm_waiting_list = {&waiting_filters, &kf_doc_waiting_page};
