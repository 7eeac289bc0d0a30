#ifndef KFM_CTL_CTL_H
#define KFM_CTL_CTL_H
/*
 * The operator's command, konfirmadoctl: what all families of commands share.
 *
 * A family is one file with a table of commands; a command is a function that
 * reads its options and arguments, does one thing, and answers once: a JSON
 * document, which is printed as it is under --json and as a sentence or table
 * without. Secrets are in a document only where they were just made.
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
    const char *value; /* what stands for the value in the help */
    const char *help;
    const char *member; /* how the database names it when it refuses, or NULL */
} kfm_ctl_opt_t;

enum {
    KFM_CTL_DATABASE = 1, /* wants a connection */
    KFM_CTL_KEYS = 2      /* wants the key file */
};

typedef struct kfm_ctl_t kfm_ctl_t;

typedef struct {
    const char *name; /* one to three words; NULL ends a table */
    const char *args; /* for the help: "TENANT [DAY]" */
    int min_args, max_args;
    int needs;
    const char *help; /* what it does, sentences */
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
    bool lines; /* a command of a batch: a JSON document is one line, the standard input is not the command's */
    const kfm_ctl_cmd_t *cmd;
    const kfm_ctl_opt_t *opts; /* all options of the command; NULL while there is none */
    apr_array_header_t *words; /* const char *: command and arguments as typed */
    apr_array_header_t *args;  /* const char * */
    apr_array_header_t *given; /* kfm_ctl_given_t */
    kf_db_t *db;
    const kf_keyring_t *keys;
    int failed; /* the command did its work and what it found is bad: exit 1 */
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

/** Parses the command line and does what it says. `ctl` has a pool, and a connection if there is one to be used. */
kf_err_t *kfm_ctl_run(kfm_ctl_t *ctl, int argc, const char *const *argv);
/** The exit status that a refusal becomes. */
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
                         const char *opt); /* NULL if not given; the last one counts */
bool kfm_ctl_flag(const kfm_ctl_t *ctl, const char *opt);
/** const char *; empty if not given. */
apr_array_header_t *kfm_ctl_list(const kfm_ctl_t *ctl, const char *opt);
/** A refusal of one option's value; `field` shows as --opt. */
kf_err_t *kfm_ctl_bad(kfm_ctl_t *ctl, const char *opt, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/** The option must be there. */
kf_err_t *kfm_ctl_must(const char **out, kfm_ctl_t *ctl, const char *opt);
/** A whole number from `min` to `max`; `*there` tells whether it was given. */
kf_err_t *kfm_ctl_int(int64_t *out, bool *there, kfm_ctl_t *ctl, const char *opt, int64_t min,
                      int64_t max);

/* -- what a command works with (common.c) -- */

/** The connection and the keys, as the command's needs say, unless they are there; and the keys where
 * only some calls need them. */
kf_err_t *kfm_ctl_connect(kfm_ctl_t *ctl);
kf_err_t *kfm_ctl_read_keys(kfm_ctl_t *ctl);

/** What waits, as a list, for `jobs state` and after a restore. */
kf_err_t *kfm_ctl_waiting(json_t **out, kfm_ctl_t *ctl);
/** The same for people, a line for each queue. */
void kfm_ctl_tell_waiting(const kfm_ctl_t *ctl, const json_t *list);

/** Refuses what wants to read the standard input while a batch is read from it. */
kf_err_t *kfm_ctl_owns_stdin(kfm_ctl_t *ctl);

/** A new id. */
kf_err_t *kfm_ctl_new_id(kf_uuid_t *out, kfm_ctl_t *ctl);
/** The tenant that argument `i` names, by subdomain or id. KF_E_NOT_FOUND. */
kf_err_t *kfm_ctl_tenant(kf_uuid_t *out, kfm_ctl_t *ctl, int i);
/** The clock of the database. */
kf_err_t *kfm_ctl_now(kf_instant_t *out, kfm_ctl_t *ctl);
/** The same documents as one JSON array. */
kf_err_t *kfm_ctl_docs(json_t **out, kfm_ctl_t *ctl, const apr_array_header_t *rows);
/**
 * The document that `name` means: the one with that id, else the only one with exactly that name.
 * `what` is "service" or "professional" and its id's member is "<what>_id".
 */
kf_err_t *kfm_ctl_find(const json_t **out, kfm_ctl_t *ctl, const json_t *list, const char *what,
                       const char *name);
/** The professional of that id or exact name. KF_E_NOT_FOUND. */
kf_err_t *kfm_ctl_professional(kf_uuid_t *out, kfm_ctl_t *ctl, const kf_uuid_t *tenant,
                               const char *name);
/** The given options that have a member, as the document for the database. "" puts null. */
kf_err_t *kfm_ctl_document(json_t **out, kfm_ctl_t *ctl);
/** The text of a document, in the pool. */
const char *kfm_ctl_dump(kfm_ctl_t *ctl, const json_t *doc);
/** One document of a statement; KF_E_NOT_FOUND if there is none. */
kf_err_t *kfm_ctl_read(json_t **out, kfm_ctl_t *ctl, const kf_stmt_t *stmt, const kf_arg_t *args);
/** The same as an act of the operator's, in a transaction of its own. */
kf_err_t *kfm_ctl_change(json_t **out, kfm_ctl_t *ctl, const kf_uuid_t *tenant, const kf_stmt_t *stmt,
                         const kf_arg_t *args);
/**
 * Checks the URLs of these options (NULL-terminated) with the egress guard, widened by --allow-http
 * and --allow. With `paths` a path of our own server ("/assets/...") passes too.
 */
kf_err_t *kfm_ctl_check_urls(kfm_ctl_t *ctl, const char *const *opts, bool paths);
/** Member `member` becomes the amount for people, "COP 120000.00", if the minor units are in
 * `minor`. */
void kfm_ctl_put_amount(kfm_ctl_t *ctl, json_t *doc, const char *member, const char *minor);
/** --limit, 1 to 1000; 50 if it is not given. */
kf_err_t *kfm_ctl_limit(int *out, kfm_ctl_t *ctl);

#define KFM_CTL_URL_OPTS                                                                       \
    {"allow-http", KFM_CTL_FLAG, NULL, "let URLs with http pass: for development only", NULL}, \
    {                                                                                          \
        "allow", KFM_CTL_LIST, "HOST|CIDR",                                                    \
            "let this host or these addresses pass, on any port unless one is named", NULL     \
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

/* A column of a table or a line of a sheet. A member's path may have points: "link.public_id". */
typedef struct {
    const char *title; /* NULL ends */
    const char *member;
} kfm_ctl_col_t;

/** An empty object or array that goes with the command. */
json_t *kfm_ctl_object(kfm_ctl_t *ctl);
json_t *kfm_ctl_array(kfm_ctl_t *ctl);
/** Reads JSON that the database wrote; NULL (an error in `err`) never happens with jsonb. */
kf_err_t *kfm_ctl_load(json_t **out, kfm_ctl_t *ctl, const char *text);
/** `text` NULL puts null. */
void kfm_ctl_put(json_t *object, const char *member, const char *text);

/** The document under --json, else the sentence. */
void kfm_ctl_say(kfm_ctl_t *ctl, json_t *doc, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/** A list; the same as a table. */
void kfm_ctl_table(kfm_ctl_t *ctl, json_t *list, const kfm_ctl_col_t *cols);
/** One object; the same with a line for each member named. */
void kfm_ctl_sheet(kfm_ctl_t *ctl, json_t *object, const kfm_ctl_col_t *cols);
/** A line of progress for people: stdout, or nowhere under --json. */
void kfm_ctl_progress(const kfm_ctl_t *ctl, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/** The same without line ends and other control characters. */
const char *kfm_ctl_one_line(const kfm_ctl_t *ctl, const char *text);
/** Every error of the list on stderr; under --json also as {"errors": [...]}. */
void kfm_ctl_error(const kfm_ctl_t *ctl, const kf_err_t *err);

#endif
