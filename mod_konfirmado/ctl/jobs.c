/* Background work of a whole database: what is waiting, and whether it is switched on. */
#include "ctl/ctl.h"
#include "repo/operator/backup.h"
#include "repo/operator/health.h"
#include "repo/operator/schema.h"
#include "time/instant.h"

kf_err_t *kfm_ctl_waiting(json_t **out, kfm_ctl_t *ctl)
{
    apr_array_header_t *queues;

    KF_TRY(kf_repo_jobs_waiting(&queues, ctl->db, ctl->p));
    *out = kfm_ctl_array(ctl);
    for (int i = 0; i < queues->nelts; i++) {
        const kf_queue_t *q = &APR_ARRAY_IDX(queues, i, kf_queue_t);
        json_t *one = json_object();

        kfm_ctl_put(one, "queue", q->queue);
        json_object_set_new(one, "due", json_integer(q->due));
        json_object_set_new(one, "later", json_integer(q->later));
        kfm_ctl_put(one, "oldest", kf_instant_utc(q->oldest, ctl->p));
        json_array_append_new(*out, one);
    }
    return NULL;
}

void kfm_ctl_tell_waiting(const kfm_ctl_t *ctl, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);

        kfm_ctl_progress(ctl, "%-22s %6d now, %6d later; first due %s",
                         json_string_value(json_object_get(one, "queue")),
                         (int)json_integer_value(json_object_get(one, "due")),
                         (int)json_integer_value(json_object_get(one, "later")),
                         json_string_value(json_object_get(one, "oldest")));
    }
}

static kf_err_t *show(kfm_ctl_t *ctl)
{
    json_t *answer = kfm_ctl_object(ctl), *list;
    kf_health_t health;

    KF_TRY(kf_repo_health(&health, ctl->db, ctl->p));
    KF_TRY(kfm_ctl_waiting(&list, ctl));
    json_object_set_new(answer, "jobs", json_string(health.jobs_on ? "on" : "off"));
    json_object_set(answer, "waiting", list);
    kfm_ctl_tell_waiting(ctl, list);
    kfm_ctl_say(ctl, answer, health.jobs_on ? "Background work is on in this database."
                                            : "Background work is switched off in this database: konfirmadoctl jobs on.");
    return NULL;
}

static kf_err_t *set(kfm_ctl_t *ctl, const char *state)
{
    kf_schema_right_t right;

    KF_TRY(kf_repo_schema_right(&right, ctl->db, ctl->p));
    if (!right.may_change) {
        return kf_err(ctl->p, KF_E_FORBIDDEN, "Connect as konfirmado_owner: %s may not switch background work.",
                      right.role);
    }
    KF_TRY(kf_repo_meta_put(ctl->db, "jobs", state, ctl->p));
    return show(ctl);
}

static kf_err_t *on(kfm_ctl_t *ctl)
{
    return set(ctl, "on");
}

static kf_err_t *off(kfm_ctl_t *ctl)
{
    return set(ctl, "off");
}

const kfm_ctl_cmd_t kfm_ctl_jobs[] = {
    {"jobs state", NULL, 0, 0, KFM_CTL_DATABASE,
     "Shows whether background work is on in this database, and the pending work by queue.", NULL, show},
    {"jobs on", NULL, 0, 0, KFM_CTL_DATABASE,
     "Switches on background work in this database; all servers start it a second later. Connect as "
     "konfirmado_owner.", NULL, on},
    {"jobs off", NULL, 0, 0, KFM_CTL_DATABASE,
     "Switches off background work: nothing is sent, polled, written to calendars or cleaned up, and all work waits. "
     "Running work finishes. Connect as konfirmado_owner.", NULL, off},
    KFM_CTL_CMD_END};
