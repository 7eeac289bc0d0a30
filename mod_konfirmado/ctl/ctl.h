#ifndef KFM_CTL_CTL_H
#define KFM_CTL_CTL_H
/*
 * The operator's command, konfirmadoctl: shared by all families of commands.
 *
 * A family is one file with a table of commands. A command is a function that
 * reads its options and arguments, does one thing, and answers once with a JSON
 * document. It is printed as JSON under --json, else as a sentence or a table.
 * A document contains a secret only if the command has just created it.
 *
 * Exit status: 0 done; 1 refused; 2 the command line is wrong; 3 the database
 * cannot be reached.
 */
#include <apr_pools.h>
#include <apr_tables.h>
#include <jansson.h>
#include <stdbool.h>

#include "base/err.h"
#include "crypto/keyring.h"
#include "db/db.h"
#include "json/field.h"

typedef enum {
    KFM_CTL_FLAG, /* --name */
    KFM_CTL_TEXT, /* --name VALUE */
    KFM_CTL_INT,  /* --name N: a whole number */
    KFM_CTL_LIST, /* the same, as often as wanted */
    KFM_CTL_NOUN, /* stands for the options of a noun's fields: the noun is its name */
    KFM_CTL_PAYER /* stands for a provider of payments and the keys of all of them */
} kfm_ctl_kind_t;

typedef struct {
    const char *name; /* without the dashes; NULL ends a table */
    kfm_ctl_kind_t kind;
    const char *value; /* placeholder of the value in the help */
    const char *help;
    const char *member; /* its name in documents and errors of the database, or NULL */
} kfm_ctl_opt_t;

enum {
    KFM_CTL_DATABASE = 1, /* needs a connection */
    KFM_CTL_KEYS = 2      /* needs the key file */
};

typedef struct kfm_ctl_t kfm_ctl_t;

typedef struct {
    const char *name; /* one to three words; NULL ends a table */
    const char *args; /* for the help: "TENANT [DAY]" */
    int min_args, max_args;
    int needs;
    const char *help; /* what it does, in sentences */
    const kfm_ctl_opt_t *opts;
    kf_err_t *(*run)(kfm_ctl_t *ctl);
} kfm_ctl_cmd_t;

typedef struct {
    const char *name;
    const char *value; /* NULL for a flag */
} kfm_ctl_given_t;

struct kfm_ctl_t {
    const char *database, *key_file;
    bool json, help, version;
    bool lines; /* a command of a batch: prints JSON on one line and must not read the standard input */
    const kfm_ctl_cmd_t *cmd;
    const kfm_ctl_opt_t *opts; /* all options of the command; NULL until it is known */
    apr_array_header_t *words; /* const char *: command and arguments as typed */
    apr_array_header_t *args;  /* const char * */
    apr_array_header_t *given; /* kfm_ctl_given_t */
    kf_db_t *db;
    const kf_keyring_t *keys;
    int failed; /* exit status of a command that ran but found problems; 0: none */
    apr_pool_t *p;
};

/* The families; each table ends with a NULL name. */
extern const kfm_ctl_cmd_t kfm_ctl_migrate[], kfm_ctl_tenants[], kfm_ctl_standing[], kfm_ctl_staff[], kfm_ctl_accounts[],
    kfm_ctl_services[], kfm_ctl_professionals[], kfm_ctl_calendars[], kfm_ctl_links[], kfm_ctl_callbacks[],
    kfm_ctl_endpoints[],
    kfm_ctl_mails[], kfm_ctl_bookings[], kfm_ctl_privacy[], kfm_ctl_keys[], kfm_ctl_check[], kfm_ctl_statuses[],
    kfm_ctl_batch[], kfm_ctl_backup[], kfm_ctl_jobs[];
extern const kfm_ctl_cmd_t *const kfm_ctl_families[];

/** The option of a member: notice-min of "notice_min". fields.c */
const char *kfm_ctl_option(const char *member, apr_pool_t *p);
/** The options of a command, with those of fields and keys in place of the row that stands for them. fields.c */
const kfm_ctl_opt_t *kfm_ctl_opts_of(const kfm_ctl_cmd_t *cmd, apr_pool_t *p);

/* -- one command (konfirmadoctl.c) -- */

/** Parses and runs the command line. `ctl` has a pool, and optionally a connection to use. */
kf_err_t *kfm_ctl_run(kfm_ctl_t *ctl, int argc, const char *const *argv);
/** The exit status for an error. */
int kfm_ctl_status(const kf_err_t *err);

/* -- the command line (args.c, help.c) -- */

/** An error of the command line: exit 2. */
kf_err_t *kfm_ctl_usage(kfm_ctl_t *ctl, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool kfm_ctl_is_usage(const kf_err_t *err);
kf_err_t *kfm_ctl_parse(kfm_ctl_t *ctl, int argc, const char *const *argv);
void kfm_ctl_help(const kfm_ctl_t *ctl);
/** The options that every command takes. */
extern const kfm_ctl_opt_t kfm_ctl_globals[];

const char *kfm_ctl_arg(const kfm_ctl_t *ctl, int i); /* NULL if not given */
const char *kfm_ctl_text(const kfm_ctl_t *ctl,
                         const char *opt); /* NULL if not given */
bool kfm_ctl_flag(const kfm_ctl_t *ctl, const char *opt);
/** const char *; empty if not given. */
apr_array_header_t *kfm_ctl_list(const kfm_ctl_t *ctl, const char *opt);
/** An error about the value of an option; it is shown as --opt. */
kf_err_t *kfm_ctl_bad(kfm_ctl_t *ctl, const char *opt, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/** The value of a required option; a usage error if it is missing. */
kf_err_t *kfm_ctl_must(const char **out, kfm_ctl_t *ctl, const char *opt);
/** A whole number from `min` to `max`. *there is false if it was not given; `*out` is then unchanged. */
kf_err_t *kfm_ctl_int(int64_t *out, bool *there, kfm_ctl_t *ctl, const char *opt, int64_t min,
                      int64_t max);

/* -- common to commands (common.c) -- */

/** Opens the connection, or reads the keys, unless that is already done. Commands call them themselves if they do
 * not always need them (kfm_ctl_cmd_t.needs). */
kf_err_t *kfm_ctl_connect(kfm_ctl_t *ctl);
kf_err_t *kfm_ctl_read_keys(kfm_ctl_t *ctl);

/** The waiting background work, a list of queues, for `jobs state` and after a restore. */
kf_err_t *kfm_ctl_waiting(json_t **out, kfm_ctl_t *ctl);
/** Prints that list, a line for each queue. */
void kfm_ctl_tell_waiting(const kfm_ctl_t *ctl, const json_t *list);

/** A usage error in a batch, which is read from the standard input; else NULL. */
kf_err_t *kfm_ctl_owns_stdin(kfm_ctl_t *ctl);

/** A new id. */
kf_err_t *kfm_ctl_new_id(kf_uuid_t *out, kfm_ctl_t *ctl);
/** The tenant named by argument `i`, a subdomain or id. KF_E_NOT_FOUND. */
kf_err_t *kfm_ctl_tenant(kf_uuid_t *out, kfm_ctl_t *ctl, int i);
/** The current time of the database. */
kf_err_t *kfm_ctl_now(kf_instant_t *out, kfm_ctl_t *ctl);
/** Rows of JSON text as one JSON array. */
kf_err_t *kfm_ctl_docs(json_t **out, kfm_ctl_t *ctl, const apr_array_header_t *rows);
typedef kf_err_t *kfm_ctl_docs_fn(apr_array_header_t **out, kf_db_t *db, const kf_uuid_t *tenant, apr_pool_t *p);
/** The tenant of the first argument, and what `list` reads of it. */
kf_err_t *kfm_ctl_docs_of(json_t **out, kf_uuid_t *tenant, kfm_ctl_t *ctl, kfm_ctl_docs_fn *list);
/**
 * The document of the list with the id `name`, else the only one with exactly that name. `what` is
 * "service" or "professional"; the member of the id is "<what>_id". KF_E_NOT_FOUND; KF_E_CONFLICT if
 * several have the name.
 */
kf_err_t *kfm_ctl_find(const json_t **out, kfm_ctl_t *ctl, const json_t *list, const char *what,
                       const char *name);
/** The professional with that id or exact name. KF_E_NOT_FOUND. */
kf_err_t *kfm_ctl_professional(kf_uuid_t *out, kfm_ctl_t *ctl, const kf_uuid_t *tenant,
                               const char *name);
/** The given options that have a member, as the document for the database. "" becomes null. */
kf_err_t *kfm_ctl_document(json_t **out, kfm_ctl_t *ctl);
/** The text of a document, in the pool. */
const char *kfm_ctl_dump(kfm_ctl_t *ctl, const json_t *doc);
/** One document of a statement; KF_E_NOT_FOUND if there is none. */
kf_err_t *kfm_ctl_read(json_t **out, kfm_ctl_t *ctl, const kf_stmt_t *stmt, const kf_arg_t *args);
/** The same as an act of the operator, in its own transaction. */
kf_err_t *kfm_ctl_change(json_t **out, kfm_ctl_t *ctl, const kf_uuid_t *tenant, const kf_stmt_t *stmt,
                         const kf_arg_t *args);
/**
 * Checks the URLs of these options (NULL-terminated) with the egress guard, extended by --allow-http
 * and --allow. With `paths` a path on our own server ("/assets/...") is accepted too.
 */
kf_err_t *kfm_ctl_check_urls(kfm_ctl_t *ctl, const char *const *opts, bool paths);
/** Sets `member` to the amount for people, "COP 120000.00". `minor` is the member with the minor
 * units. */
void kfm_ctl_put_amount(kfm_ctl_t *ctl, json_t *doc, const char *member, const char *minor);
/** --limit, 1 to 1000; 50 if not given. */
kf_err_t *kfm_ctl_limit(int *out, kfm_ctl_t *ctl);

#define KFM_CTL_URL_OPTS                                                                    \
    {"allow-http", KFM_CTL_FLAG, NULL, "also allow http URLs; for development only", NULL}, \
    {                                                                                       \
        "allow", KFM_CTL_LIST, "HOST|CIDR",                                                 \
            "allow this host or block of addresses, on any port unless one is named", NULL  \
    }
#define KFM_CTL_END                          \
    {                                        \
        NULL, KFM_CTL_FLAG, NULL, NULL, NULL \
    }
#define KFM_CTL_CMD_END                       \
    {                                         \
        NULL, NULL, 0, 0, 0, NULL, NULL, NULL \
    }

/* -- the answer (out.c) -- */

/* A column of a table or a line of a sheet. `member` may be a path with dots: "link.public_id". */
typedef struct {
    const char *title; /* NULL ends a table */
    const char *member;
} kfm_ctl_col_t;

/** An empty object or array that is released with the command's pool. */
json_t *kfm_ctl_object(kfm_ctl_t *ctl);
json_t *kfm_ctl_array(kfm_ctl_t *ctl);
/** Parses JSON text; `*out` is released with the command's pool. KF_E_INTERNAL, which jsonb never causes. */
kf_err_t *kfm_ctl_load(json_t **out, kfm_ctl_t *ctl, const char *text);
/** Sets a text member; null if `text` is NULL. */
void kfm_ctl_put(json_t *object, const char *member, const char *text);

/** Prints the document under --json, else the sentence. */
void kfm_ctl_say(kfm_ctl_t *ctl, json_t *doc, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/** Prints a list: JSON under --json, else a table. */
void kfm_ctl_table(kfm_ctl_t *ctl, json_t *list, const kfm_ctl_col_t *cols);
/** Prints an object: JSON under --json, else a line for each of `cols`. */
void kfm_ctl_sheet(kfm_ctl_t *ctl, json_t *object, const kfm_ctl_col_t *cols);
/** Prints a line of progress on stdout; nothing under --json. */
void kfm_ctl_progress(const kfm_ctl_t *ctl, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/** The text with each run of blanks and control characters replaced by one blank, without those at its ends. */
const char *kfm_ctl_one_line(const kfm_ctl_t *ctl, const char *text);
/** Prints every error of the list on stderr; under --json also {"errors": [...]} on stdout. */
void kfm_ctl_error(const kfm_ctl_t *ctl, const kf_err_t *err);

#endif
