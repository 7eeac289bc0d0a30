/*
 * Servers with the same database share one pool of connections, one cache of the
 * catalogue and one worker for background work. The settings on which that work
 * and the stored secrets depend must therefore be the same in all of them.
 */
#include <httpd.h>

#include <apr_strings.h>
#include <http_config.h>
#include <http_log.h>
#include <stddef.h>
#include <string.h>

#include "cfg/directives.h"
#include "cfg/provider.h"
#include "cfg/tree.h"
#include "log_bridge.h"

APLOG_USE_MODULE(konfirmado);

typedef enum { OWN, JOBS, ALL } share_t;

typedef struct {
    const char *directive;
    size_t at; /* in kfm_raw_t */
    share_t share;
} setting_t;

/* base_url: the links in all mails use that of the first server with jobs. */
static const setting_t texts[] = {
#define FLAG(...)
#define NUMBER(...)
#define TEXT(name, member, standard, share, ...) {KFM_D_##name, offsetof(kfm_raw_t, member), share},
#include "cfg/directives.def"
};

static const setting_t numbers[] = {
#define FLAG(name, member, standard, share, ...) {KFM_D_##name, offsetof(kfm_raw_t, member), share},
#define NUMBER(name, member, standard, share, ...) {KFM_D_##name, offsetof(kfm_raw_t, member), share},
#define TEXT(...)
#include "cfg/directives.def"
};

static bool same_text(const kfm_raw_t *a, const kfm_raw_t *b, size_t at)
{
    const char *left = *(const char *const *)((const char *)a + at);
    const char *right = *(const char *const *)((const char *)b + at);

    return left == right || (left && right && !strcmp(left, right));
}

static bool same_list(const apr_array_header_t *a, const apr_array_header_t *b)
{
    int n = a ? a->nelts : 0;
    bool same = n == (b ? b->nelts : 0);

    for (int i = 0; i < n && same; i++) {
        same = !strcmp(APR_ARRAY_IDX(a, i, const char *), APR_ARRAY_IDX(b, i, const char *));
    }
    return same;
}

/* The same of the providers' settings; the files of secrets go by their paths. */
static const char *provider_difference(const kfm_raw_t *a, const kfm_raw_t *b)
{
    const kf_setting_t *setting;

    for (int i = 0; (setting = kfm_setting_at(i)); i++) {
        if (setting->jobs && !same_text(a, b, offsetof(kfm_raw_t, settings) + (size_t)i * sizeof(a->settings[0]))) {
            return setting->directive;
        }
    }
    return NULL;
}

/* The first directive in which they differ, of those for background work or of the others; NULL: none. */
static const char *difference(const kfm_raw_t *a, const kfm_raw_t *b, share_t share)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        if (texts[i].share == share && !same_text(a, b, texts[i].at)) {
            return texts[i].directive;
        }
    }
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        size_t at = numbers[i].at;

        if (numbers[i].share == share
            && *(const int *)((const char *)a + at) != *(const int *)((const char *)b + at)) {
            return numbers[i].directive;
        }
    }
    if (share != JOBS) {
        return NULL;
    }
    return same_list(a->callback_allow, b->callback_allow) ? provider_difference(a, b) : KFM_D_CALLBACK_ALLOW;
}

/* A server and its DBDParams; NULL where the module is off. */
typedef struct {
    const server_rec *server;
    const char *params;
} user_t;

static apr_array_header_t *users_of(server_rec *main_server, apr_pool_t *p)
{
    apr_array_header_t *users = apr_array_make(p, 8, sizeof(user_t));

    for (const server_rec *s = main_server; s; s = s->next) {
        APR_ARRAY_PUSH(users, user_t) = (user_t){s, kfm_cfg_get(s)->set.enabled ? kfm_tree_word(s, "DBDParams", p) : NULL};
    }
    return users;
}

/* The first server before the i-th with the same database, and with background work if `jobs`. */
static const server_rec *before(const apr_array_header_t *users, int i, bool jobs)
{
    const user_t *list = (const user_t *)users->elts;

    for (int k = 0; k < i; k++) {
        if (list[k].params && !strcmp(list[k].params, list[i].params)
            && (kfm_cfg_get(list[k].server)->set.jobs || !jobs)) {
            return list[k].server;
        }
    }
    return NULL;
}

static const char *place(const server_rec *s, apr_pool_t *p)
{
    return s->defn_name ? apr_psprintf(p, "%s:%u", s->defn_name, s->defn_line_number) : "main server";
}

static bool agrees(const server_rec *s, const server_rec *other, bool jobs, apr_pool_t *p)
{
    const char *directive = other ? difference(&kfm_cfg_conf(s)->raw, &kfm_cfg_conf(other)->raw, jobs ? JOBS : ALL) : NULL;

    if (!directive) {
        return true;
    }
    ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_CRIT, 0, NULL,
                 KFLOGNO(00203) "%s: it differs from the server at %s, which has the same database: write the same in "
                 "both%s (%s)", directive, place(other, p), jobs ? ", or \"" KFM_D_JOBS " Off\" in one of them" : "",
                 place(s, p));
    return false;
}

int kfm_cfg_check_shared(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main_server)
{
    const apr_array_header_t *users = users_of(main_server, ptemp);

    (void)pconf;
    (void)plog;
    for (int i = 0; i < users->nelts; i++) {
        const user_t *user = &APR_ARRAY_IDX(users, i, user_t);

        if (user->params && !(agrees(user->server, before(users, i, false), false, ptemp)
                              && (!kfm_cfg_get(user->server)->set.jobs
                                  || agrees(user->server, before(users, i, true), true, ptemp)))) {
            return HTTP_INTERNAL_SERVER_ERROR;
        }
    }
    return OK;
}
