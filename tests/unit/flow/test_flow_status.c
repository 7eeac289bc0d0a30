/* Findings in the system's state: flow/operator/status.h. */
#include "flow/operator/status.h"

#include <apr_strings.h>
#include <string.h>

#include "test.h"

#define AGES_AGO ((kf_instant_t)0)

static kf_finding_t found[KF_FINDINGS_MAX];

static kf_status_row_t row(const char *family, const char *label, const char *state, int64_t n, int64_t age_s)
{
    kf_status_row_t made = {.n = n, .age_s = age_s};

    apr_cpystrn(made.family, family, sizeof(made.family));
    apr_cpystrn(made.label, label, sizeof(made.label));
    apr_cpystrn(made.state, state, sizeof(made.state));
    return made;
}

/* "no_worker job" */
static const char *findings(const kf_status_row_t *rows, int n, kf_instant_t begun_at, const char *folder)
{
    kf_status_t status = {.rows = rows, .n = n, .begun_at = begun_at, .folder = folder, .self = folder ? "web1/41" : NULL};
    const char *out = "";
    int count = kf_flow_findings(found, &status);

    for (int i = 0; i < count; i++) {
        out = apr_pstrcat(kf_test_pool, out, *out ? " " : "", kf_found_text(found[i].what), NULL);
    }
    return out;
}

/* A server that has just started has seen no sign of life yet, or only one from before its start. */
START_TEST(signs_of_life_take_a_moment)
{
    const kf_status_row_t none[] = {row("queue", "mails", "due", 0, KF_STATUS_NONE)};
    const kf_status_row_t old[] = {row("worker", "web1", "", KF_STATUS_NONE, 4000), row("job", "web1", "mails", KF_STATUS_NONE, 4000)};
    kf_instant_t now = kf_instant_now();

    ck_assert_str_eq(findings(none, 1, now, NULL), "");
    ck_assert_str_eq(findings(old, 2, now, NULL), "");
    ck_assert_str_eq(findings(none, 1, now - 16 * KF_SECOND, NULL), "no_worker");
    ck_assert_str_eq(findings(none, 1, AGES_AGO, NULL), "no_worker");
    ck_assert_str_eq(findings(old, 2, AGES_AGO, NULL), "no_worker job");
}
END_TEST

START_TEST(work_that_is_switched_off)
{
    const kf_status_row_t rows[] = {row("jobs", "off", "", 1, KF_STATUS_NONE), row("worker", "web1", "", KF_STATUS_NONE, 4000),
                                    row("job", "web1", "mails", KF_STATUS_NONE, 4000)};

    ck_assert_str_eq(findings(rows, 3, AGES_AGO, NULL), "jobs_off");
    ck_assert_str_eq(findings(rows, 3, kf_instant_now(), NULL), "jobs_off");
    ck_assert(strstr(kf_finding_text(&found[0], kf_test_pool), "konfirmadoctl jobs on") != NULL);
}
END_TEST

START_TEST(servers_tell_of_keys_and_pictures)
{
    const kf_status_row_t rows[] = {
        row("worker", "web1", "", KF_STATUS_NONE, 3), row("server", "web1/41", "keys", 0, 3),
        row("server", "web2/42", "keys", 2, 3),       row("server", "web2/42", "closed", KF_STATUS_NONE, 3),
        row("server", "web1/41", "full", KF_STATUS_NONE, 3)};

    ck_assert_str_eq(findings(rows, 5, AGES_AGO, NULL), "server_keys server_folder server_disk");
    ck_assert_str_eq(kf_finding_text(&found[0], kf_test_pool), "Servers have read different key files: web2/42 (machine/process) "
                     "lacks 2 keys that another has. Restart (graceful) those with the older file.");
    ck_assert_str_eq(found[1].label, "web2/42");
    ck_assert_str_eq(found[2].label, "web1/41");
    /* a server checks its own folder itself */
    ck_assert_str_eq(findings(rows, 5, AGES_AGO, "/nowhere"), "server_keys server_folder folder");
}
END_TEST

Suite *kf_suite_flow_status(void)
{
    Suite *suite = suite_create("flow_status");
    TCase *tc = kf_test_case(suite, "status");

    tcase_add_test(tc, signs_of_life_take_a_moment);
    tcase_add_test(tc, work_that_is_switched_off);
    tcase_add_test(tc, servers_tell_of_keys_and_pictures);
    return suite;
}
