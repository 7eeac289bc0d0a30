#ifndef KF_FLOW_OPERATOR_MIGRATE_H
#define KF_FLOW_OPERATOR_MIGRATE_H
/*
 * Brings a database to the schema of a folder of SQL, while servers run:
 *
 *   migrations/NNNN_name.sql   numbered from 0001 without a gap, never changed once
 *                              applied
 *   policies/, functions/      *.sql in the order of their names; functions/ before its
 *                              folders functions/NOUN. Files that differ from the
 *                              database are applied; a function that no file makes any
 *                              more is dropped
 *   test/clock.sql             after those, in a database made for tests
 *
 * Pending migrations and the functions are one transaction: servers see all of it or
 * none. It begins by locking the existing tables it needs, all within less than a
 * second. If it cannot get the locks it rolls back, so that nobody queues behind it,
 * and tries again later. A migration whose first line is "-- outside a transaction" is
 * run statement by statement, each by itself (CREATE INDEX CONCURRENTLY; UPDATE of a
 * batch, repeated as long as it finds a row if the line before it is "-- until no row"):
 * each must be safe to repeat. What comes before such a migration is committed before it.
 *
 * An interrupted run may be repeated. Runners on the same database wait for each
 * other. Errors: KF_E_CONFLICT for a database that does not fit the folder (a migration
 * was changed, or the database is newer), KF_E_CONFIG for an invalid folder,
 * KF_E_FORBIDDEN for a role that may not change the schema, KF_E_TIMEOUT if the tables
 * could not be locked; the cause of others names the SQLSTATE.
 */
#include <apr_tables.h>
#include <stdbool.h>
#include <stdint.h>

#include "db/db.h"
#include "json/field.h"

typedef struct {
    const char *dir; /* the folder "sql" */
    const kf_noun_t *nouns; /* the fields that the database checks: they become kf.fields and kf.shown */
    bool test_clock; /* a new database gets a clock that can be shifted */
    int wait_s;      /* how long to try for tables that are in use */
    void (*say)(void *baton, const char *line); /* progress, or NULL */
    void *baton;
} kf_migrate_t;

typedef struct {
    const char *table, *mode; /* "kf.booking", "ACCESS EXCLUSIVE" */
    int64_t rows, bytes;      /* rows are an estimate, bytes with indexes */
} kf_migrate_lock_t;

typedef struct {
    const char *name;
    bool outside;              /* statement by statement, outside a transaction */
    apr_array_header_t *locks; /* kf_migrate_lock_t, on tables that are there; only of a plan */
} kf_migrate_step_t;

typedef struct {
    int before, after;         /* number of the newest migration */
    apr_array_header_t *steps; /* kf_migrate_step_t: the migrations applied (or pending) */
    bool functions;            /* policies and functions were applied (or are to be) */
    apr_array_header_t *files; /* const char *: those of them that differ */
    bool test_clock;           /* the database has the shiftable clock */
} kf_migrated_t;

/**
 * The SQL of the functions kf.fields(noun), what kf.doc_row() goes by, and kf.shown(noun, row), what customers see of a row;
 * of those that tell what a provider declares: kf.pay_currency, kf.pay_minimum, kf.calendar_key_form;
 * and of those of text/mail/kinds.def:
 *   kf.mail_kinds()              the kinds that the merchant may switch off; `noted`: the merchant may add a text
 *   kf.mail_wanted(mails, kind)  whether a mail is sent, by the merchant's choice (kf.tenant.mails)
 *   kf.mail_to(kind)             who reads it: account, customer, waiting, team, owners, system; null: not known
 *   kf.mail_has_link(kind)       whether its link has a secret, which is deleted with the mail's end
 */
const char *kf_migrate_fields(const kf_noun_t *nouns, apr_pool_t *p);

/** Applies what is pending. After an error, what was committed before it stays. */
kf_err_t *kf_flow_migrate(kf_migrated_t *out, const kf_migrate_t *what, kf_db_t *db, apr_pool_t *p);

/** Changes nothing: returns the same result, with what is pending. Reads only tables that every role may read. */
kf_err_t *kf_flow_migrate_plan(kf_migrated_t *out, const kf_migrate_t *what, kf_db_t *db,
                               apr_pool_t *p);

#endif
