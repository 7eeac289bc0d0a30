#include "db/conninfo.h"

#include <apr_strings.h>
#include <apr_tables.h>
#include <libpq-fe.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static bool is_said(const PQconninfoOption *said, const char *entry)
{
    for (; said->keyword; said++) {
        size_t len = said->envvar ? strlen(said->envvar) : 0;

        if (len && said->val && !strncmp(entry, said->envvar, len) && entry[len] == '=') {
            return true;
        }
    }
    return false;
}

/* As libpq's programs do: any other text is the name of a database. */
static const char *in_full(const char *text, apr_pool_t *p)
{
    char *name, *to;

    if (!*text || strchr(text, '=') || !strncmp(text, "postgresql://", 13) || !strncmp(text, "postgres://", 11)) {
        return text;
    }
    name = to = apr_palloc(p, 2 * strlen(text) + 1);
    for (; *text; *to++ = *text++) {
        if (*text == '\'' || *text == '\\') {
            *to++ = '\\';
        }
    }
    *to = '\0';
    return apr_pstrcat(p, "dbname='", name, "'", NULL);
}

static kf_err_t *parse(PQconninfoOption **out, const char *conninfo, apr_pool_t *p)
{
    char *why = NULL;
    kf_err_t *err;

    *out = PQconninfoParse(in_full(conninfo, p), &why);
    err = *out ? NULL : kf_err(p, KF_E_CONFIG, "The connection string cannot be read: %s", why ? why : "no memory");
    PQfreemem(why);
    return err;
}

kf_err_t *kf_db_parameter(const char **out, const char *conninfo, const char *keyword, apr_pool_t *p)
{
    PQconninfoOption *said;

    *out = NULL;
    KF_TRY(parse(&said, conninfo, p));
    for (const PQconninfoOption *o = said; o->keyword; o++) {
        if (o->val && !strcmp(o->keyword, keyword)) {
            *out = apr_pstrdup(p, o->val);
        }
    }
    PQconninfoFree(said);
    return NULL;
}

kf_err_t *kf_db_environment(char ***out, const char *conninfo, apr_pool_t *p)
{
    apr_array_header_t *all = apr_array_make(p, 64, sizeof(char *));
    PQconninfoOption *said;

    KF_TRY(parse(&said, conninfo, p));
    for (char **entry = environ; *entry; entry++) {
        if (!is_said(said, *entry)) {
            APR_ARRAY_PUSH(all, char *) = *entry;
        }
    }
    for (const PQconninfoOption *o = said; o->keyword; o++) {
        if (o->envvar && o->val) {
            APR_ARRAY_PUSH(all, char *) = apr_pstrcat(p, o->envvar, "=", o->val, NULL);
        }
    }
    PQconninfoFree(said);
    APR_ARRAY_PUSH(all, char *) = NULL;
    *out = (char **)all->elts;
    return NULL;
}
