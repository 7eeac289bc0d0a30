#include <apr_strings.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar/provider.h"
#include "ctl/ctl.h"
#include "ctl/ctl_sql.h"
#include "fields.h"
#include "flow/operator/migrate.h"
#include "flow/operator/rekey.h"
#include "flow/operator/server.h"
#include "flow/operator/status.h"
#include "repo/mail/mail.h"
#include "repo/operator/check.h"
#include "repo/operator/health.h"
#include "repo/operator/schema.h"

#define SERVER_MIN 150000
#define SKEW_WARN (2 * KF_SECOND)
#define SKEW_FAIL (30 * KF_SECOND)
#define MAIL_PATIENCE (10 * KF_MINUTE)

static const kfm_ctl_opt_t opts[] = {
    {"sql-dir", KFM_CTL_TEXT, "DIR", "the folder of SQL (env KONFIRMADO_SQL_DIR)", NULL},
    KFM_CTL_END};

typedef enum { OK, WARN, FAIL } verdict_t;

static const char *const words[] = {"ok", "warn", "fail"};

typedef struct {
    kfm_ctl_t *ctl;
    json_t *lines;
    int warnings;
} run_t;

static void line(run_t *run, verdict_t verdict, const char *what, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

static void line(run_t *run, verdict_t verdict, const char *what, const char *fmt, ...)
{
    json_t *one = json_object();
    const char *text;
    va_list args;

    va_start(args, fmt);
    text = apr_pvsprintf(run->ctl->p, fmt, args);
    va_end(args);
    kfm_ctl_put(one, "check", what);
    kfm_ctl_put(one, "result", words[verdict]);
    kfm_ctl_put(one, "detail", text);
    json_array_append_new(run->lines, one);
    run->warnings += verdict == WARN;
    if (verdict == FAIL && !run->ctl->failed) {
        run->ctl->failed = 1;
    }
    kfm_ctl_progress(run->ctl, "%-5s %-11s %s", words[verdict], what, text);
}

/* Reports an error as a line. */
static void failed(run_t *run, const char *what, const kf_err_t *err)
{
    line(run, FAIL, what, "%s%s%s", err->detail, err->cause ? " " : "",
         err->cause ? kfm_ctl_one_line(run->ctl, err->cause) : "");
}

static void check_keys(run_t *run)
{
    kf_err_t *err;

    if (!run->ctl->key_file) {
        line(run, WARN, "keys", "Not checked: no key file is given (--key-file).");
        return;
    }
    err = kfm_ctl_read_keys(run->ctl);
    if (err) {
        failed(run, "keys", err);
        return;
    }
    line(run, OK, "keys", "%d keys; %s seals.", (int)run->ctl->keys->n,
         run->ctl->keys->keys[0].kid);
}

static void check_role(run_t *run, const kf_check_role_t *role)
{
    if (role->superuser || role->bypassrls) {
        line(run, FAIL, "role",
             "%s is not bound by row security: servers must connect as konfirmado_app.",
             role->role);
    }
    else if (role->owner) {
        line(run, WARN, "role", "%s may change the schema: servers must connect as konfirmado_app.",
             role->role);
    }
    else if (!role->timeouts) {
        line(run, WARN, "role", "Statements of %s have no time limit: run sql/roles.sql.",
             role->role);
    }
    else {
        line(run, OK, "role", "%s, bound by row security, with time limits.", role->role);
    }
}

static void check_clock(run_t *run, const kf_check_role_t *role)
{
    int64_t skew = llabs(kf_instant_now() - role->clock);
    verdict_t verdict = skew > SKEW_FAIL ? FAIL : skew > SKEW_WARN ? WARN : OK;

    line(run, verdict, "clock", "This machine and the database differ by %d.%03d s%s.",
         (int)(skew / KF_SECOND), (int)(skew % KF_SECOND / 1000),
         verdict == OK ? "" : ": synchronize both with NTP");
}

/* A full disk makes writes fail while reads still work. */
static void check_room(run_t *run)
{
    kf_err_t *err = kf_repo_check_room(run->ctl->db, run->ctl->p);

    if (err) {
        failed(run, "room", err);
    } else {
        line(run, OK, "room", "PostgreSQL can write to its disk.");
    }
}

static kf_err_t *check_server(run_t *run)
{
    kf_check_role_t role;

    KF_TRY(kf_repo_check_role(&role, run->ctl->db, run->ctl->p));
    line(run, role.server < SERVER_MIN ? FAIL : OK, "server", "PostgreSQL %d.%d%s.",
         role.server / 10000, role.server % 10000,
         role.server < SERVER_MIN ? ": 15 or newer is needed" : "");
    if (!role.utf8) {
        line(run, FAIL, "encoding", "The database is not UTF-8: create it again with createdb -T template0 -E UTF8.");
    }
    check_role(run, &role);
    check_clock(run, &role);
    check_room(run);
    return NULL;
}

static void check_migrations(run_t *run, const kf_health_t *health)
{
    kf_migrate_t what = {.dir = kfm_ctl_sql_dir(run->ctl), .nouns = kfm_nouns};
    kf_migrated_t plan;
    kf_err_t *err;

    if (health->schema_version > kf_schema_version) {
        line(run, OK, "migrations", "They belong to a newer release: run the konfirmadoctl check of that release.");
        return;
    }
    err = kf_flow_migrate_plan(&plan, &what, run->ctl->db, run->ctl->p);
    if (err) {
        line(run, err->code == KF_E_CONFIG ? WARN : FAIL, "migrations", "%s", err->detail);
    }
    else if (plan.steps->nelts) {
        line(run, FAIL, "migrations", "%d pending: run konfirmadoctl migrate.",
             plan.steps->nelts);
    }
    else if (plan.functions) {
        line(run, FAIL, "migrations",
             "The functions differ from those of %s: run konfirmadoctl migrate.", what.dir);
    }
    else {
        line(run, OK, "migrations", "None pending.");
    }
}

static kf_err_t *check_schema(run_t *run, kf_health_t *health)
{
    kf_check_schema_t schema;
    const char *fault;

    KF_TRY(kf_repo_health(health, run->ctl->db, run->ctl->p));
    fault = kf_health_schema_fault(health);
    line(run, fault ? FAIL : OK, "schema", "Version %d, which serves servers from %d on; this program is for %d%s%s.",
         health->schema_version, health->serves, kf_schema_version, fault ? ": " : "", fault ? fault : "");
    if (health->test_clock) {
        line(run, WARN, "test clock", "The clock of this database can be shifted: for tests only.");
    }
    KF_TRY(kf_repo_check_schema(&schema, run->ctl->db, run->ctl->p));
    if (schema.open_tables) {
        line(run, FAIL, "rows", "%d of %d tables are not separated by row security: %s.",
             schema.open_tables, schema.tables, schema.open_name);
    }
    else {
        line(run, OK, "rows", "All %d tables of tenants are separated by row security.",
             schema.tables);
    }
    line(run, schema.zones_gone || !schema.zones ? FAIL : OK, "time zones",
         "%d names, %d of them unknown to the server's time-zone data.", schema.zones,
         schema.zones_gone);
    return NULL;
}

/* Servers read the key file only at start. */
static kf_err_t *check_servers(run_t *run)
{
    const char *kid = run->ctl->keys->keys[0].kid;
    apr_array_header_t *servers;

    KF_TRY(kf_flow_servers_lacking(&servers, run->ctl->keys, run->ctl->db, run->ctl->p));
    for (int i = 0; i < servers->nelts; i++) {
        const kf_server_row_t *server = &APR_ARRAY_IDX(servers, i, kf_server_row_t);

        line(run, WARN, "servers", "%s (process %d, seen %s ago) does not know the key %s: restart it (graceful).",
             server->node, server->process, kf_age_text(server->age_s, run->ctl->p), kid);
    }
    return NULL;
}

static kf_err_t *check_secrets(run_t *run)
{
    kf_rekeyed_t plan;

    if (!run->ctl->keys) {
        return NULL;
    }
    KF_TRY(check_servers(run));
    KF_TRY(kf_flow_rekey_plan(&plan, run->ctl->keys, run->ctl->db, run->ctl->p));
    if (plan.unreadable) {
        line(run, FAIL, "secrets", "%d cannot be opened with any key of the file.",
             plan.unreadable);
    }
    else if (plan.resealed) {
        line(run, WARN, "secrets",
             "%d are sealed with an older key: run konfirmadoctl keys rotate.", plan.resealed);
    }
    else {
        line(run, OK, "secrets", "All %d are sealed with the newest key.", plan.current);
    }
    return NULL;
}

/* Mails are sent within seconds. One that was never tried for so long has no mail server. */
static kf_err_t *check_mails(run_t *run, kf_instant_t now)
{
    kf_mails_waiting_t mails;

    KF_TRY(kf_repo_mails_waiting(&mails, run->ctl->db, run->ctl->p));
    if (mails.untried && mails.oldest < now - MAIL_PATIENCE) {
        line(run, WARN, "mails", "%d are queued and were never tried: is KonfirmadoSMTP set, with KonfirmadoJobs On?",
             mails.untried);
    }
    else if (mails.due && mails.oldest < now - MAIL_PATIENCE) {
        line(run, WARN, "mails", "%d are queued: the mail server does not accept them, see konfirmadoctl mails list.",
             mails.due);
    }
    else {
        line(run, mails.dead ? WARN : OK, "mails", "%d are queued; %d were given up in the last seven days.",
             mails.due, mails.dead);
    }
    return NULL;
}

static void check_jobs(run_t *run, const kf_health_t *health)
{
    line(run, health->jobs_on ? OK : WARN, "jobs", health->jobs_on ? "Background work is on." : "Background work is "
         "switched off in this database: see konfirmadoctl jobs state.");
}

/* The directives that switch providers of calendars on. */
static const char *calendar_switches(apr_pool_t *p)
{
    const kf_calendar_provider_t *provider;
    const char *out = "";

    for (int i = 0; (provider = kf_calendar_provider_at(i)); i++) {
        if (provider->settings.n) {
            out = apr_pstrcat(p, out, *out ? " or " : "", provider->settings.list[0].directive, NULL);
        }
    }
    return out;
}

static kf_err_t *check_calendars(run_t *run)
{
    kf_check_calendars_t now;

    KF_TRY(kf_repo_check_calendars(&now, run->ctl->db, run->ctl->p));
    if (now.late) {
        line(run, WARN, "calendars", "%d of %d should have been read minutes ago: is "
             "%s set, with KonfirmadoJobs On?", now.late, now.connected, calendar_switches(run->ctl->p));
    }
    else {
        line(run, now.failing || now.broken || now.unwritten ? WARN : OK, "calendars",
             "%d are connected, %d of them cannot be read now; %d must be connected again; %d events "
             "could not be written.", now.connected, now.failing, now.broken, now.unwritten);
    }
    return NULL;
}

#define MOVES "Nothing has waited for too long."

/* The areas, and the text for one without findings. */
static const struct {
    const char *name, *good;
} areas[] = {
    {"workers", MOVES},
    {"providers", "All providers that were called have answered."},
    {"callbacks", MOVES},
    {"businesses", "No mails are stopped, and no business waits for approval."},
    {"events", MOVES},
    {"polls", MOVES},
    {"refunds", MOVES},
    {"money", MOVES},
    {"servers", "All running servers know the same keys and can write images."},
};

static const char *what_of(const kf_finding_t *finding)
{
    switch (finding->what) {
    case KF_FOUND_QUEUE:
    case KF_FOUND_DEAD:
        return finding->label;
    case KF_FOUND_NO_WORKER:
    case KF_FOUND_WORKER:
    case KF_FOUND_JOB:
        return "workers";
    case KF_FOUND_ENDPOINTS:
    case KF_FOUND_UNTOLD:
        return "callbacks";
    case KF_FOUND_STOPPED:
    case KF_FOUND_APPROVAL:
        return "businesses";
    case KF_FOUND_PROVIDER:
        return "providers";
    case KF_FOUND_EXHAUSTED:
        return "room";
    case KF_FOUND_SERVER_KEYS:
    case KF_FOUND_SERVER_FOLDER:
    case KF_FOUND_SERVER_DISK:
        return "servers";
    default:
        return kf_found_text(finding->what);
    }
}

/* Whether there is already a line for this check. */
static bool told_of(const run_t *run, const char *what)
{
    size_t i;
    json_t *one;

    json_array_foreach (run->lines, i, one) {
        if (!strcmp(json_string_value(json_object_get(one, "check")), what)) {
            return true;
        }
    }
    return false;
}

/* Whether another check already reports the finding. */
static bool told_elsewhere(const kf_finding_t *finding, bool keys_told)
{
    switch (finding->what) {
    case KF_FOUND_CALENDARS:
    case KF_FOUND_JOBS_OFF:
        return true;
    case KF_FOUND_SERVER_KEYS:
        return keys_told;
    case KF_FOUND_JOB:
        return false;
    default:
        return !strcmp(finding->label, "mails");
    }
}

/* Reports the findings of flow/operator/status.h, and a line for each area without any. */
static kf_err_t *check_work(run_t *run)
{
    kf_status_row_t *rows = apr_pcalloc(run->ctl->p, KF_STATUS_ROWS * sizeof(*rows));
    kf_finding_t found[KF_FINDINGS_MAX];
    kf_status_t status = {.rows = rows};
    bool keys_told = told_of(run, "servers"); /* by check_servers() */
    int n;

    KF_TRY(kf_repo_status(rows, &status.n, run->ctl->db, run->ctl->p));
    n = kf_flow_findings(found, &status);
    for (int i = 0; i < n; i++) {
        if (!told_elsewhere(&found[i], keys_told)) {
            line(run, WARN, what_of(&found[i]), "%s", kf_finding_text(&found[i], run->ctl->p));
        }
    }
    for (size_t i = 0; i < sizeof(areas) / sizeof(areas[0]); i++) {
        if (!told_of(run, areas[i].name)) {
            line(run, OK, areas[i].name, "%s", areas[i].good);
        }
    }
    return NULL;
}

static void check_database(run_t *run)
{
    kf_instant_t now;
    bool founded = false;
    kf_health_t health;
    kf_err_t *err = kfm_ctl_connect(run->ctl);

    if (err) {
        failed(run, "database", err);
        run->ctl->failed = kfm_ctl_is_usage(err) ? 2 : 3;
        return;
    }
    line(run, OK, "database", "It answers.");
    err = check_server(run);
    err = err ? err : kf_repo_schema_founded(&founded, run->ctl->db, run->ctl->p);
    if (!err && !founded) {
        line(run, FAIL, "schema", "There is no schema: run konfirmadoctl migrate.");
        return;
    }
    err = err ? err : check_schema(run, &health);
    if (err) {
        failed(run, "schema", err);
        return;
    }
    check_migrations(run, &health);
    err = check_secrets(run);
    if (err) {
        failed(run, "secrets", err);
    }
    err = kfm_ctl_now(&now, run->ctl);
    err = err ? err : check_mails(run, now);
    if (err) {
        failed(run, "mails", err);
    }
    check_jobs(run, &health);
    err = check_calendars(run);
    if (err) {
        failed(run, "calendars", err);
    }
    err = check_work(run);
    if (err) {
        failed(run, "workers", err);
    }
}

static kf_err_t *check(kfm_ctl_t *ctl)
{
    run_t run = {ctl, json_array(), 0};
    json_t *answer = kfm_ctl_object(ctl);

    json_object_set_new(answer, "checks", run.lines);
    check_keys(&run);
    check_database(&run);
    json_object_set_new(answer, "ok", json_boolean(!ctl->failed));
    kfm_ctl_say(ctl, answer, "%s", ctl->failed      ? "There are errors to fix."
                                   : run.warnings ? "There are warnings, but no errors."
                                                  : "All is well.");
    return NULL;
}

const kfm_ctl_cmd_t kfm_ctl_check[] = {{"check", NULL, 0, 0, 0,
                                        "Checks an installation. It covers keys, database, roles, row security, "
                                        "clocks, free disk space, migrations, time zones, secrets, mails, calendars, "
                                        "providers, callbacks, polls, refunds, stuck money, background work, and "
                                        "whether servers know the same keys and can write images. It changes nothing. "
                                        "Each line says ok, warn or fail.",
                                        opts, check},
                                       KFM_CTL_CMD_END};
