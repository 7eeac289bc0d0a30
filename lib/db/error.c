#include "db/db_int.h"

#include <apr_strings.h>
#include <stdbool.h>
#include <string.h>

#include "base/metric.h"

/* What the classes and codes of SQLSTATE mean for a caller; the first match from the top counts. */
static const struct {
    const char *prefix;
    kf_code_t code;
    const char *detail;
    const char *class; /* for the metric; NULL: a broken rule, which is not an error of the database */
} states[] = {
    {"57014", KF_E_TIMEOUT, "The database took too long.", "timeout"},
    {"55P03", KF_E_TIMEOUT, "The database was busy with the same data for too long.", "timeout"},
    {"25P03", KF_E_TIMEOUT, "The database ended an idle transaction.", "timeout"},
    {"57P", KF_E_UNAVAILABLE, "The database is shutting down or starting up.", "connection"},
    {"08", KF_E_UNAVAILABLE, "The connection to the database was lost.", "connection"},
    {"53", KF_E_UNAVAILABLE, "The database is out of resources.", "resources"},
    {"58", KF_E_UNAVAILABLE, "The database reported a system error.", "resources"},
    {"40", KF_E_TIMEOUT, "The database could not serialize concurrent changes.", "order"},
    {"25006", KF_E_UNAVAILABLE, "The database is read-only at the moment.", "read_only"},
    {"23505", KF_E_CONFLICT, "This already exists.", NULL},
    {"23P01", KF_E_CONFLICT, "This overlaps something that already exists.", NULL},
    {"23503", KF_E_CONFLICT, "Something that this refers to does not exist.", NULL},
    {"23514", KF_E_INVALID, "A value is not allowed.", NULL},
    {"22021", KF_E_INVALID, "A text is not valid UTF-8.", NULL},
    {"22P05", KF_E_INVALID, "A text has a character that cannot be stored.", NULL},
};

static void count(const char *class)
{
    if (class) {
        kf_metric_count_word(KF_M_DB_ERRORS, class, NULL);
    }
    if (class && !strcmp(class, "resources")) {
        kf_metric_exhausted();
    }
}

/* Reads "too_long 3 100" of kf.refuse_field(): a word, and the minimum and maximum if there are any. */
static void read_reason(kf_err_t *err, const char *told, apr_pool_t *p)
{
    char *rest = apr_pstrdup(p, told), *word = apr_strtok(rest, " ", &rest);
    const char *min = word ? apr_strtok(NULL, " ", &rest) : NULL;
    const char *max = min ? apr_strtok(NULL, " ", &rest) : NULL;
    kf_reason_t reason = kf_reason_of(word);

    if (max) {
        kf_err_limits(err, reason, apr_atoi64(min), apr_atoi64(max));
    } else {
        kf_err_reason(err, reason);
    }
}

/* Reads a sentence and its values, one per line, of kf.refuse_with(). */
static void read_values(kf_err_t *err, const char *told, apr_pool_t *p)
{
    char *rest = apr_pstrdup(p, told);

    err->sentence = apr_strtok(rest, "\n", &rest);
    for (int i = 0; err->sentence && i < KF_ERR_VALUES; i++) {
        err->values[i] = apr_strtok(NULL, "\n", &rest);
    }
}

static kf_err_t *refusal(const PGresult *res, const char *state, apr_pool_t *p)
{
    const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
    const char *field = PQresultErrorField(res, PG_DIAG_COLUMN_NAME);
    const char *reason = PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME);
    const char *values = PQresultErrorField(res, PG_DIAG_MESSAGE_DETAIL);
    kf_code_t code = kf_code_from_sqlstate(state);
    kf_err_t *err = kf_err(p, code, "%s", code == KF_E_INTERNAL || !text ? "" : text);

    err->field = field && *field ? apr_pstrdup(p, field) : NULL;
    if (reason) {
        read_reason(err, reason, p);
    }
    if (values) {
        read_values(err, values, p);
    }
    return kf_err_because(p, err, "SQLSTATE %s", state);
}

/* A statement prepared in one session was executed in another. */
static const char *pooler_hint(const char *state)
{
    bool lost = !strcmp(state, "26000") || !strcmp(state, "42P05");

    return lost ? " (behind a pooler in transaction mode: KonfirmadoPrepare Off)" : "";
}

kf_err_t *kf_db_error(const kf_db_t *db, const PGresult *res, const char *what, apr_pool_t *p)
{
    const char *state = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
    const char *text = res ? PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY) : NULL;

    if (db->silent) { /* counted when it fell silent */
        return kf_err_because(p, kf_err(p, KF_E_UNAVAILABLE, "The database does not answer."),
                              "%s: no answer in time", what);
    }
    if (!state) { /* libpq lost the connection: it has no SQLSTATE for that */
        kf_metric_count_word(KF_M_DB_ERRORS, "connection", NULL);
        return kf_err_because(p, kf_err(p, KF_E_UNAVAILABLE, "The connection to the database was lost."),
                              "%s: %s", what, PQerrorMessage(db->conn));
    }
    if (!strncmp(state, "KF", 2)) {
        return refusal(res, state, p);
    }
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        if (!strncmp(state, states[i].prefix, strlen(states[i].prefix))) {
            count(states[i].class);
            return kf_err_because(p, kf_err(p, states[i].code, "%s", states[i].detail),
                                  "%s: SQLSTATE %s %s", what, state, text ? text : "");
        }
    }
    count("statement");
    return kf_err_because(p, kf_err(p, KF_E_INTERNAL, "The database refused a statement."),
                          "%s: SQLSTATE %s %s%s", what, state, text ? text : "", pooler_hint(state));
}
