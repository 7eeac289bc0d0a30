/* Exports or erases the data of a customer or of a whole business. */
#include <apr_strings.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ctl/ctl.h"
#include "flow/business/customers.h"
#include "handle/statements.h"
#include "repo/business/privacy.h"

#define ACTOR "{\"kind\":\"operator\",\"name\":\"konfirmadoctl\"}"
#define ANSWER_BYTES 512

static const kfm_ctl_opt_t export_opts[] = {
    {"output", KFM_CTL_TEXT, "FILE", "a new file that only its owner can read, instead of standard output", NULL},
    KFM_CTL_END};
static const kfm_ctl_opt_t erase_opts[] = {
    {"yes", KFM_CTL_FLAG, NULL, "do not ask for the address again", NULL}, KFM_CTL_END};
static const kfm_ctl_opt_t delete_opts[] = {
    {"yes", KFM_CTL_TEXT, "SUBDOMAIN", "the subdomain again, to confirm without being asked", NULL},
    {"force", KFM_CTL_FLAG, NULL, "delete in spite of future bookings, pending refunds or connected calendars", NULL},
    {"upload-dir", KFM_CTL_TEXT, "DIR", "also remove its images from this folder (KonfirmadoUploadDir)", NULL},
    KFM_CTL_END};

/* -- confirmation -- */

/* A line of stdin without its line end. */
static kf_err_t *read_line(const char **out, kfm_ctl_t *ctl)
{
    char line[ANSWER_BYTES];

    KF_TRY(kfm_ctl_owns_stdin(ctl));
    if (!fgets(line, sizeof(line), stdin)) {
        return kfm_ctl_usage(ctl, "Standard input is empty.");
    }
    line[strcspn(line, "\r\n")] = '\0';
    *out = apr_pstrdup(ctl->p, line);
    return NULL;
}

/* Asks for a second input before an act that cannot be undone. */
static kf_err_t *ask_again(kfm_ctl_t *ctl, const char *what, const char *expected)
{
    const char *typed = "";

    if (!isatty(STDIN_FILENO)) {
        return kfm_ctl_usage(ctl, "This cannot be undone: use --yes, or run the command at a terminal.");
    }
    fprintf(stderr, "This cannot be undone. Type %s again: ", what);
    KF_TRY(read_line(&typed, ctl));
    return strcmp(typed, expected) ? kf_err(ctl->p, KF_E_INVALID, "The input differs: nothing was done.") : NULL;
}

/* The email address in argument 1. "-" reads it from stdin, which keeps it out of the shell history. */
static kf_err_t *email_of(const char **out, kfm_ctl_t *ctl)
{
    const char *given = kfm_ctl_arg(ctl, 1);

    if (strcmp(given, "-")) {
        *out = given;
        return NULL;
    }
    return read_line(out, ctl);
}

/* -- output -- */

typedef struct {
    FILE *file;
    const char *path; /* NULL: stdout */
} output_t;

static kf_err_t *failed(kfm_ctl_t *ctl, const output_t *out)
{
    return kfm_ctl_bad(ctl, "output", "%s: %s.", out->path ? out->path : "stdout", strerror(errno));
}

static kf_err_t *open_output(output_t *out, kfm_ctl_t *ctl)
{
    int fd;

    *out = (output_t){stdout, kfm_ctl_text(ctl, "output")};
    if (!out->path) {
        return NULL;
    }
    fd = open(out->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return failed(ctl, out);
    }
    out->file = fdopen(fd, "w");
    if (!out->file) {
        close(fd);
        unlink(out->path);
        return kf_err(ctl->p, KF_E_INTERNAL, "There is not enough memory for a file.");
    }
    return NULL;
}

/* Closes the output; after an error an incomplete file is removed. */
static kf_err_t *close_output(kfm_ctl_t *ctl, output_t *out, kf_err_t *err)
{
    if (!out->path) {
        return !err && fflush(stdout) ? failed(ctl, out) : err;
    }
    if (!err && (fflush(out->file) || fsync(fileno(out->file)))) {
        err = failed(ctl, out);
    }
    if (fclose(out->file) && !err) {
        err = failed(ctl, out);
    }
    if (err) {
        unlink(out->path);
    }
    return err;
}

static kf_err_t *put_line(kfm_ctl_t *ctl, const output_t *out, const char *line)
{
    return fputs(line, out->file) < 0 || putc('\n', out->file) == EOF ? failed(ctl, out) : NULL;
}

static kf_err_t *put_document(kfm_ctl_t *ctl, const output_t *out, const json_t *doc)
{
    return json_dumpf(doc, out->file, JSON_INDENT(2)) || putc('\n', out->file) == EOF ? failed(ctl, out) : NULL;
}

/* -- transactions -- */

static kf_err_t *begin(kfm_ctl_t *ctl, const kf_uuid_t *tenant)
{
    KF_TRY(kf_db_begin(ctl->db, ctl->p));
    KF_TRY(kf_repo_take_time(ctl->db, ctl->p));
    return kf_repo_actor_set(ctl->db, tenant, ACTOR, false, ctl->p);
}

static kf_err_t *end(kfm_ctl_t *ctl, kf_err_t *err)
{
    if (!err) {
        return kf_db_commit(ctl->db, ctl->p);
    }
    (void)kf_db_rollback(ctl->db, ctl->p);
    return err;
}

/* -- a customer -- */

typedef kf_err_t *customer_fn(const char **json, kfm_ctl_t *ctl, const kf_uuid_t *tenant, const char *email);

static kf_err_t *customer_act(const char **json, kfm_ctl_t *ctl, customer_fn *fn, const char *email)
{
    kf_uuid_t tenant;
    kf_err_t *err;

    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    err = begin(ctl, &tenant);
    err = err ? err : fn(json, ctl, &tenant, email);
    return end(ctl, err);
}

static kf_err_t *take_out(const char **json, kfm_ctl_t *ctl, const kf_uuid_t *tenant, const char *email)
{
    return kf_repo_doc(json, ctl->db, &kf_doc_customer_export, (const kf_arg_t[]){KF_UUID(tenant), KF_TEXT(email)},
                       ctl->p);
}

static kf_err_t *forget(const char **json, kfm_ctl_t *ctl, const kf_uuid_t *tenant, const char *email)
{
    return kf_flow_customer_erase_in(json, ctl->db, ctl->keys, tenant, email, ctl->p);
}

static kf_err_t *customer_export(kfm_ctl_t *ctl)
{
    const char *email = "", *text = NULL;
    output_t out;
    json_t *doc;

    KF_TRY(email_of(&email, ctl));
    KF_TRY(customer_act(&text, ctl, take_out, email));
    KF_TRY(kfm_ctl_load(&doc, ctl, text));
    KF_TRY(open_output(&out, ctl));
    KF_TRY(close_output(ctl, &out, put_document(ctl, &out, doc)));
    if (out.path) {
        json_t *answer = kfm_ctl_object(ctl);

        kfm_ctl_put(answer, "file", out.path);
        kfm_ctl_say(ctl, answer, "%s has all data about this customer.", out.path);
    }
    return NULL;
}

static kf_err_t *customer_erase(kfm_ctl_t *ctl)
{
    const char *email = "", *text = NULL;
    json_t *doc;

    KF_TRY(email_of(&email, ctl));
    if (!kfm_ctl_flag(ctl, "yes")) {
        KF_TRY(ask_again(ctl, "the address", email));
    }
    KF_TRY(customer_act(&text, ctl, forget, email));
    KF_TRY(kfm_ctl_load(&doc, ctl, text));
    kfm_ctl_say(ctl, doc,
                "The customer is erased: %d bookings, %d mails, %d messages, %d places in waiting lists.%s",
                (int)json_integer_value(json_object_get(doc, "bookings")),
                (int)json_integer_value(json_object_get(doc, "mails")),
                (int)json_integer_value(json_object_get(doc, "messages")),
                (int)json_integer_value(json_object_get(doc, "waiting")),
                json_integer_value(json_object_get(doc, "events_left"))
                    ? "\nSome events are in calendars that are no longer connected: delete them there."
                    : "");
    return NULL;
}

/* -- a business -- */

static kf_err_t *write_rows(int *rows, kfm_ctl_t *ctl, const output_t *out)
{
    apr_pool_t *p;
    kf_err_t *err = NULL;
    int n;

    apr_pool_create(&p, ctl->p);
    do {
        kf_db_res_t *res;

        apr_pool_clear(p);
        err = kf_repo_tenant_export_fetch(&res, ctl->db, p);
        n = err ? 0 : kf_db_rows(res);
        for (int i = 0; i < n && !err; i++) {
            err = put_line(ctl, out, kf_db_text(res, i, 0));
        }
        *rows += n;
    } while (n && !err);
    if (err) { /* copied, as it lives in the pool of the rows */
        err = kf_err_field(ctl->p, err->code, err->field ? err->field : "", "%s", err->detail);
    }
    apr_pool_destroy(p);
    return err;
}

static kf_err_t *tenant_export(kfm_ctl_t *ctl)
{
    json_t *answer = kfm_ctl_object(ctl);
    kf_uuid_t tenant;
    output_t out;
    kf_err_t *err;
    int rows = 0;

    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(open_output(&out, ctl));
    err = begin(ctl, &tenant);
    err = err ? err : kf_repo_tenant_export_open(ctl->db, &tenant, ctl->p);
    err = err ? err : write_rows(&rows, ctl, &out);
    KF_TRY(close_output(ctl, &out, end(ctl, err)));
    if (out.path) {
        kfm_ctl_put(answer, "file", out.path);
        json_object_set_new(answer, "rows", json_integer(rows));
        kfm_ctl_say(ctl, answer, "%s has %d rows.", out.path, rows);
    }
    return NULL;
}

/* Removes the pictures of a deleted business. Those that could not be removed stay in `uploads`. */
static void remove_uploads(kfm_ctl_t *ctl, json_t *uploads)
{
    const char *dir = kfm_ctl_text(ctl, "upload-dir");

    for (size_t i = json_array_size(uploads); dir && i-- > 0;) {
        const char *name = json_string_value(json_array_get(uploads, i));

        if (!unlink(apr_pstrcat(ctl->p, dir, "/", name, NULL)) || errno == ENOENT) {
            json_array_remove(uploads, i);
        }
    }
}

static kf_err_t *confirm(kfm_ctl_t *ctl, const char *subdomain)
{
    const char *yes = kfm_ctl_text(ctl, "yes");

    if (!yes) {
        return ask_again(ctl, "its subdomain", subdomain);
    }
    return strcmp(yes, subdomain) ? kfm_ctl_bad(ctl, "yes", "This is not the subdomain: nothing was done.") : NULL;
}

static kf_err_t *tenant_delete(kfm_ctl_t *ctl)
{
    const char *name = kfm_ctl_arg(ctl, 0), *text = NULL;
    json_t *doc, *uploads;
    kf_uuid_t tenant;
    kf_err_t *err;

    if (kf_uuid_read(&tenant, name, strlen(name))) {
        return kfm_ctl_usage(ctl, "Name the business by its subdomain, not its id.");
    }
    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(confirm(ctl, name));
    err = begin(ctl, &tenant);
    err = err ? err : kf_repo_tenant_delete(&text, ctl->db, &tenant, kfm_ctl_flag(ctl, "force"), ctl->p);
    KF_TRY(end(ctl, err));
    KF_TRY(kfm_ctl_load(&doc, ctl, text));
    uploads = json_object_get(doc, "uploads");
    remove_uploads(ctl, uploads);
    kfm_ctl_say(ctl, doc, "%s and all its rows are deleted.%s", name,
                json_array_size(uploads)
                    ? "\nSome of its images are still in the upload folder: --json lists them, --upload-dir removes "
                      "them."
                    : "");
    return NULL;
}

const kfm_ctl_cmd_t kfm_ctl_privacy[] = {
    {"customer export", "TENANT EMAIL", 2, 2, KFM_CTL_DATABASE,
     "Writes all data about a customer as one JSON document. EMAIL \"-\" is read from standard input.",
     export_opts, customer_export},
    {"customer erase", "TENANT EMAIL", 2, 2, KFM_CTL_DATABASE | KFM_CTL_KEYS,
     "Erases a customer permanently, after asking for the address again. Payments and their amounts stay, without "
     "personal data. It is refused while there is a future booking or a pending refund. EMAIL \"-\" is read from "
     "standard input.",
     erase_opts, customer_erase},
    {"tenant export", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Writes every row of a business as lines of JSON, {\"table\": ..., \"row\": {...}}, referenced rows first. "
     "Passwords, keys and other credentials are omitted.",
     export_opts, tenant_export},
    {"tenant delete", "SUBDOMAIN", 1, 1, KFM_CTL_DATABASE,
     "Deletes a business and all its rows, after asking for the subdomain again. Connect as the owner of the schema. "
     "It is refused while there are future bookings, pending refunds or connected calendars.",
     delete_opts, tenant_delete},
    KFM_CTL_CMD_END};
