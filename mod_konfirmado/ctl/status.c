/* The status over all businesses. flow/operator/status.h finds the problems, as for the status page. */
#include <apr_strings.h>
#include <string.h>

#include "ctl/ctl.h"
#include "flow/operator/status.h"

static const kfm_ctl_opt_t opts[] = {
    {"stuck", KFM_CTL_FLAG, NULL, "list the money that needs a decision, oldest first", NULL},
    {"dead", KFM_CTL_FLAG, NULL, "list messages and mails that were given up in the last seven days, newest first",
     NULL},
    {"limit", KFM_CTL_TEXT, "N", "maximum length of a list: 1 to 1000; 50 by default", NULL},
    KFM_CTL_END};

static const kfm_ctl_col_t queue_cols[] = {{"QUEUE", "queue"}, {"DUE", "due"},   {"OLDEST", "oldest"},
                                           {"OPEN", "open"},   {"DEAD", "dead"}, {NULL, NULL}};
static const kfm_ctl_col_t money_cols[] = {{"MONEY", "reason"}, {"N", "n"}, {"OLDEST", "oldest"}, {NULL, NULL}};
static const kfm_ctl_col_t worker_cols[] = {{"WORKER", "node"}, {"SEEN", "seen"}, {NULL, NULL}};
static const kfm_ctl_col_t stuck_cols[] = {{"TENANT", "tenant"},   {"REASON", "reason"},   {"SINCE", "since"},
                                           {"AMOUNT", "amount"},   {"BOOKING", "booking"}, {"PAYMENT", "payment"},
                                           {"ERROR", "error"},     {NULL, NULL}};
static const kfm_ctl_col_t dead_cols[] = {{"TENANT", "tenant"}, {"QUEUE", "queue"},        {"KIND", "kind"},
                                          {"TRIES", "attempts"}, {"CREATED", "created_at"}, {"ID", "id"},
                                          {NULL, NULL}};

static json_t *number(int64_t n)
{
    return n == KF_STATUS_NONE ? json_null() : json_integer(n);
}

/* A list of the rows of a family with the state `state` (NULL: any). Ages are also given as text. */
static json_t *list_of(kfm_ctl_t *ctl, const kf_status_t *status, const char *family, const char *state,
                       const char *const names[3])
{
    json_t *list = kfm_ctl_array(ctl);

    for (int i = 0; i < status->n; i++) {
        const kf_status_row_t *row = &status->rows[i];
        json_t *one;

        if (strcmp(row->family, family) || (state && strcmp(row->state, state))) {
            continue;
        }
        one = json_object();
        kfm_ctl_put(one, names[0], row->label);
        if (names[1]) {
            json_object_set_new(one, names[1], number(row->n));
        }
        json_object_set_new(one, "age_s", number(row->age_s));
        kfm_ctl_put(one, names[2], row->age_s == KF_STATUS_NONE ? NULL : kf_age_text(row->age_s, ctl->p));
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *queues_of(kfm_ctl_t *ctl, const kf_status_t *status)
{
    json_t *list = list_of(ctl, status, "queue", "due", (const char *const[]){"queue", "due", "oldest"}), *one;
    size_t i;

    json_array_foreach (list, i, one) {
        const char *queue = json_string_value(json_object_get(one, "queue"));
        const kf_status_row_t *open = kf_status_find(status, "queue", queue, "open");
        const kf_status_row_t *dead = kf_status_find(status, "queue", queue, "dead");

        json_object_set_new(one, "open", number(open ? open->n : KF_STATUS_NONE));
        json_object_set_new(one, "dead", number(dead ? dead->n : KF_STATUS_NONE));
    }
    return list;
}

/* The workers, each with its jobs: {job: seconds}. */
static json_t *workers_of(kfm_ctl_t *ctl, const kf_status_t *status)
{
    json_t *list = list_of(ctl, status, "worker", NULL, (const char *const[]){"node", NULL, "seen"}), *one;
    size_t k;

    json_array_foreach (list, k, one) {
        const char *node = json_string_value(json_object_get(one, "node"));
        json_t *jobs = json_object();

        for (int i = 0; i < status->n; i++) {
            const kf_status_row_t *row = &status->rows[i];

            if (!strcmp(row->family, "job") && !strcmp(row->label, node)) {
                json_object_set_new(jobs, row->state, number(row->age_s));
            }
        }
        json_object_set_new(one, "jobs", jobs);
    }
    return list;
}

static json_t *counts_of(const kf_status_t *status, const char *family)
{
    json_t *object = json_object();

    for (int i = 0; i < status->n; i++) {
        if (!strcmp(status->rows[i].family, family)) {
            json_object_set_new(object, status->rows[i].label, number(status->rows[i].n));
        }
    }
    return object;
}

static json_t *findings_of(kfm_ctl_t *ctl, const kf_status_t *status)
{
    kf_finding_t found[KF_FINDINGS_MAX];
    int n = kf_flow_findings(found, status);
    json_t *list = kfm_ctl_array(ctl);

    for (int i = 0; i < n; i++) {
        json_t *one = json_object();

        kfm_ctl_put(one, "code", kf_found_text(found[i].what));
        json_object_set_new(one, "grave", json_boolean(found[i].grave));
        kfm_ctl_put(one, "label", *found[i].label ? found[i].label : NULL);
        json_object_set_new(one, "n", number(found[i].n));
        json_object_set_new(one, "age_s", number(found[i].age_s));
        kfm_ctl_put(one, "detail", kf_finding_text(&found[i], ctl->p));
        json_array_append_new(list, one);
    }
    return list;
}

static void print(kfm_ctl_t *ctl, json_t *doc)
{
    const json_t *findings = json_object_get(doc, "findings");
    size_t i;
    json_t *one;

    kfm_ctl_progress(ctl, "%s", json_array_size(findings) ? "Needs attention:" : "All is well.");
    json_array_foreach (findings, i, one) {
        kfm_ctl_progress(ctl, "%s %s", json_is_true(json_object_get(one, "grave")) ? "!" : "-",
                         json_string_value(json_object_get(one, "detail")));
    }
    kfm_ctl_progress(ctl, "%s", "");
    kfm_ctl_table(ctl, json_object_get(doc, "queues"), queue_cols);
    kfm_ctl_progress(ctl, "%s", "");
    kfm_ctl_table(ctl, json_object_get(doc, "money"), money_cols);
    kfm_ctl_progress(ctl, "%s", "");
    kfm_ctl_table(ctl, json_object_get(doc, "workers"), worker_cols);
}

static kf_err_t *overview(kfm_ctl_t *ctl)
{
    kf_status_row_t *rows = apr_pcalloc(ctl->p, KF_STATUS_ROWS * sizeof(*rows));
    kf_status_t status = {.rows = rows};
    json_t *doc = kfm_ctl_object(ctl);
    kf_instant_t begun;

    if (ctl->key_file) {
        KF_TRY(kfm_ctl_read_keys(ctl));
    }
    begun = kf_instant_now();
    KF_TRY(kf_repo_status(rows, &status.n, ctl->db, ctl->p));
    status.read_at = begun + (kf_instant_now() - begun) / 2;
    status.keys = ctl->keys;
    json_object_set(doc, "findings", findings_of(ctl, &status));
    json_object_set(doc, "queues", queues_of(ctl, &status));
    json_object_set(doc, "money", list_of(ctl, &status, "money", NULL, (const char *const[]){"reason", "n", "oldest"}));
    json_object_set(doc, "workers", workers_of(ctl, &status));
    json_object_set_new(doc, "calendars", counts_of(&status, "calendar"));
    json_object_set_new(doc, "tenants", counts_of(&status, "tenant"));
    json_object_set_new(doc, "database", counts_of(&status, "database"));
    if (ctl->json) {
        kfm_ctl_say(ctl, doc, "%s", "");
    } else {
        print(ctl, doc);
    }
    return NULL;
}

static kf_err_t *list(kfm_ctl_t *ctl, bool stuck)
{
    apr_array_header_t *rows;
    json_t *docs, *doc;
    int limit;
    size_t i;

    KF_TRY(kfm_ctl_limit(&limit, ctl));
    KF_TRY(stuck ? kf_repo_stuck_list(&rows, ctl->db, limit, ctl->p) : kf_repo_dead_list(&rows, ctl->db, limit, ctl->p));
    KF_TRY(kfm_ctl_docs(&docs, ctl, rows));
    if (!ctl->json && stuck) {
        json_array_foreach (docs, i, doc) {
            kfm_ctl_put_amount(ctl, doc, "amount", "amount_cents");
        }
    }
    kfm_ctl_table(ctl, docs, stuck ? stuck_cols : dead_cols);
    return NULL;
}

static kf_err_t *status(kfm_ctl_t *ctl)
{
    bool stuck = kfm_ctl_flag(ctl, "stuck"), dead = kfm_ctl_flag(ctl, "dead");

    if (stuck && dead) {
        return kfm_ctl_usage(ctl, "Use either --stuck or --dead.");
    }
    return stuck || dead ? list(ctl, stuck) : overview(ctl);
}

const kfm_ctl_cmd_t kfm_ctl_statuses[] = {{"status", NULL, 0, 0, KFM_CTL_DATABASE,
                                           "Shows the state of all businesses. It lists faults, due rows of each queue "
                                           "and their age, money that needs a decision, and the machines that do the "
                                           "background work.",
                                           opts, status},
                                          KFM_CTL_CMD_END};
