#include "cfg/tree.h"

#include <http_config.h>
#include <string.h>

/* The first directive of a server's section. A <VirtualHost> is found by its file and line. */
static const ap_directive_t *section_of(const server_rec *s)
{
    if (!s->is_virtual) {
        return ap_conftree;
    }
    for (const ap_directive_t *d = ap_conftree; d; d = d->next) {
        if (d->first_child && d->filename && s->defn_name && (unsigned)d->line_num == s->defn_line_number
            && !strcmp(d->filename, s->defn_name)) {
            return d->first_child;
        }
    }
    return NULL;
}

const char *kfm_tree_own(const server_rec *s, const char *directive)
{
    const char *args = NULL;

    for (const ap_directive_t *d = section_of(s); d; d = d->next) {
        if (!ap_cstr_casecmp(d->directive, directive)) {
            args = d->args;
        }
    }
    return args;
}

const char *kfm_tree_said(const server_rec *s, const char *directive)
{
    const char *args = kfm_tree_own(s, directive);

    if (args || !s->is_virtual) {
        return args;
    }
    for (const ap_directive_t *d = ap_conftree; d; d = d->next) {
        if (!ap_cstr_casecmp(d->directive, directive)) {
            args = d->args;
        }
    }
    return args;
}

const char *kfm_tree_word(const server_rec *s, const char *directive, apr_pool_t *p)
{
    const char *args = kfm_tree_said(s, directive);

    return args ? ap_getword_conf(p, &args) : NULL;
}
