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

kf_err_t *kf_db_environment(char ***out, const char *conninfo, apr_pool_t *p)
{
    apr_array_header_t *all = apr_array_make(p, 64, sizeof(char *));
    char *why = NULL;
    PQconninfoOption *said = PQconninfoParse(conninfo, &why);

    if (!said) {
        kf_err_t *err = kf_err(p, KF_E_CONFIG, "The connection string cannot be read: %s", why ? why : "no memory");

        PQfreemem(why);
        return err;
    }
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
