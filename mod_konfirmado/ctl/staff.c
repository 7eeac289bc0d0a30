#include <apr_file_io.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/password.h"
#include "ctl/ctl.h"
#include "flow/person/accounts.h"
#include "repo/admin_doc.h"
#include "repo/person/person.h"

#define LIST_FILE KF_PKGDATADIR "/common-passwords.txt"
#define ALL "{\"limit\":200}"

#define PASSWORD_OPTS                                                                        \
    {"password-stdin", KFM_CTL_FLAG, NULL,                                                   \
     "read the password from the first line of standard input, instead of creating a link",  \
     "password"},                                                                            \
    {                                                                                        \
        "common-passwords", KFM_CTL_TEXT, "FILE",                                            \
            "a list of common passwords to refuse; the installation's list by default", NULL \
    }

static const kfm_ctl_opt_t create_opts[] = {
    {"email", KFM_CTL_TEXT, "ADDRESS", "the address for signing in", "email"},
    {"role", KFM_CTL_TEXT, "owner|staff", "staff sees bookings and the calendar, an owner everything; owner by "
                                          "default",
     "role"},
    {"name", KFM_CTL_TEXT, "NAME", "name of the person", "name"},
    {"language", KFM_CTL_TEXT, "es|en", "language of the pages; the business's language by default", "language"},
    PASSWORD_OPTS,
    KFM_CTL_END};
static const kfm_ctl_opt_t reset_opts[] = {
    {"second-factor-off", KFM_CTL_FLAG, NULL,
     "remove the second factor, for a person who lost the app and the recovery codes; first verify who asks", NULL},
    PASSWORD_OPTS,
    KFM_CTL_END};

static const kfm_ctl_col_t columns[] = {
    {"EMAIL", "email"}, {"NAME", "name"},     {"ROLE", "role"},
    {"STATE", "state"}, {"LAST", "last_login_at"}, {NULL, NULL}};

/* A link that the operator passes on. */
typedef struct {
    char token[KF_TOKEN_CHARS + 1];
    uint8_t hash[KF_TOKEN_HASH_BYTES];
} link_t;

static kf_err_t *make_link(link_t *out, kfm_ctl_t *ctl, const char *purpose)
{
    kf_wipe_with_pool(out, sizeof(*out), ctl->p);
    KF_TRY(kf_token_make(out->token, ctl->p));
    return kf_token_hash(out->hash, purpose, out->token, ctl->p);
}

/* The first line of the standard input. */
static kf_err_t *read_line(char **out, kfm_ctl_t *ctl)
{
    const apr_size_t size = KF_PASSWORD_MAX * 4 + 2;
    char *text = apr_pcalloc(ctl->p, size + 1);
    apr_size_t len = size;
    apr_file_t *in;

    KF_TRY(kfm_ctl_owns_stdin(ctl));
    kf_wipe_with_pool(text, size, ctl->p);
    if (apr_file_open_stdin(&in, ctl->p) != APR_SUCCESS ||
        (apr_file_read_full(in, text, size, &len) != APR_EOF && len < size)) {
        return kfm_ctl_bad(ctl, "password-stdin", "Standard input cannot be read.");
    }
    text[strcspn(text, "\r\n")] = '\0';
    *out = text;
    return NULL;
}

/* Reads and hashes the password. *hash is NULL without --password-stdin. */
static kf_err_t *read_password(const char **hash, kfm_ctl_t *ctl, const char *email)
{
    const char *file = kfm_ctl_text(ctl, "common-passwords"), *own[] = {email, NULL};
    const kf_passwords_t *rules;
    char *password = NULL, *made;
    kf_err_t *err;

    *hash = NULL;
    if (!kfm_ctl_flag(ctl, "password-stdin")) {
        return NULL;
    }
    err = kf_password_list_load(&rules, file ? file : LIST_FILE, KF_PASSWORD_COST, ctl->p);
    if (err) {
        return kfm_ctl_bad(ctl, "common-passwords", "%s.", err->detail);
    }
    KF_TRY(read_line(&password, ctl));
    err = kf_password_check(rules, "--password-stdin", password, own, ctl->p);
    if (err) {
        return err;
    }
    made = apr_palloc(ctl->p, KF_PASSWORD_HASH_CHARS + 1);
    KF_TRY(kf_password_hash(made, rules, password, ctl->p));
    *hash = made;
    return NULL;
}

static kf_err_t *finish(kfm_ctl_t *ctl, kf_err_t *err)
{
    if (!err) {
        return kf_db_commit(ctl->db, ctl->p);
    }
    (void)kf_db_rollback(ctl->db, ctl->p);
    return err;
}

/* Sets a password (*purpose is NULL), or makes `link` valid for the purpose that the person's state requires. */
static kf_err_t *reset_person(const char **purpose, kfm_ctl_t *ctl, const kf_uuid_t *tenant, const char *email,
                              const char *hash, const link_t *link)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, ctl->db, &kf_account_staff_reset, ctl->p, KF_UUID(tenant), KF_TEXT(email),
                      KF_TEXT(hash), KF_BYTES(link->hash, sizeof(link->hash)),
                      KF_BOOL(kfm_ctl_flag(ctl, "second-factor-off"))));
    *purpose = kf_db_text(res, 0, 0);
    return NULL;
}

static kf_err_t *create_in_tx(json_t **person, kfm_ctl_t *ctl, const kf_uuid_t *tenant, const char *hash,
                              const link_t *link)
{
    const char *email = kfm_ctl_text(ctl, "email"), *purpose;
    kf_uuid_t staff;
    kf_db_res_t *res;
    json_t *doc;

    KF_TRY(kfm_ctl_new_id(&staff, ctl));
    KF_TRY(kfm_ctl_document(&doc, ctl));
    json_object_del(doc, "password");
    if (!kfm_ctl_text(ctl, "role")) {
        kfm_ctl_put(doc, "role", "owner");
    }
    KF_TRY(kf_repo_actor_set(ctl->db, tenant, "{\"kind\":\"operator\",\"name\":\"konfirmadoctl\"}", true, ctl->p));
    KF_TRY(KF_DB_EXEC(&res, ctl->db, &kf_account_staff_invite, ctl->p, KF_UUID(tenant), KF_UUID(&staff),
                      KF_TEXT(kfm_ctl_dump(ctl, doc)), KF_BYTES(link->hash, sizeof(link->hash)), KF_NULL, KF_NULL));
    KF_TRY(kfm_ctl_load(person, ctl, kf_db_json(res, 0, 0)));
    if (hash) {
        KF_TRY(reset_person(&purpose, ctl, tenant, email, hash, link));
        kfm_ctl_put(*person, "state", "active");
        json_object_set_new(*person, "invitation_expires_at", json_null());
    }
    return NULL;
}

/* Adds the path and the token of a link to the answer. */
static const char *put_path(kfm_ctl_t *ctl, json_t *doc, const char *purpose, const link_t *link)
{
    const char *page = !strcmp(purpose, KF_TOKEN_INVITE) ? "invitation" : "reset";
    const char *path = apr_pstrcat(ctl->p, "/dashboard/", page, "?token=", link->token, NULL);

    kfm_ctl_put(doc, "token", link->token);
    kfm_ctl_put(doc, "path", path);
    return path;
}

static kf_err_t *create(kfm_ctl_t *ctl)
{
    const char *email, *hash;
    kf_uuid_t tenant;
    json_t *person;
    link_t link;

    KF_TRY(kfm_ctl_must(&email, ctl, "email"));
    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(read_password(&hash, ctl, email));
    KF_TRY(make_link(&link, ctl, KF_TOKEN_INVITE));
    KF_TRY(kf_db_begin(ctl->db, ctl->p));
    KF_TRY(finish(ctl, create_in_tx(&person, ctl, &tenant, hash, &link)));
    if (hash) {
        kfm_ctl_say(ctl, person, "%s can sign in.", email);
    }
    else {
        const char *path = put_path(ctl, person, KF_TOKEN_INVITE, &link);

        kfm_ctl_say(ctl, person, "%s is invited. Give them this link of your platform. It is valid for 7 days and not "
                                 "shown again:\n%s", email, path);
    }
    return NULL;
}

static kf_err_t *list(kfm_ctl_t *ctl)
{
    kf_uuid_t tenant;
    kf_db_res_t *res;
    json_t *page;

    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(KF_DB_EXEC(&res, ctl->db, &kf_account_staff_page, ctl->p, KF_UUID(&tenant), KF_TEXT(ALL)));
    KF_TRY(kfm_ctl_load(&page, ctl, kf_db_json(res, 0, 0)));
    kfm_ctl_table(ctl, json_object_get(page, "items"), columns);
    return NULL;
}

static const char *lower(const char *text, apr_pool_t *p)
{
    char *out = apr_pstrdup(p, text);

    for (char *c = out; *c; c++) {
        *c = (char)apr_tolower(*c);
    }
    return out;
}

/* The link's hash depends on its purpose, which depends on the person's state, so the state is read first. */
static kf_err_t *reset(kfm_ctl_t *ctl)
{
    const char *email = lower(kfm_ctl_arg(ctl, 1), ctl->p), *hash, *purpose = NULL;
    json_t *answer = kfm_ctl_object(ctl);
    kf_uuid_t tenant;
    const char *state;
    kf_db_res_t *res;
    link_t link;
    bool invited;

    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(read_password(&hash, ctl, email));
    KF_TRY(KF_DB_EXEC(&res, ctl->db, &kf_account_staff_state, ctl->p, KF_UUID(&tenant), KF_TEXT(email)));
    state = kf_db_text(res, 0, 0);
    invited = state && !strcmp(state, "invited");
    KF_TRY(make_link(&link, ctl, invited ? KF_TOKEN_INVITE : KF_TOKEN_RESET));
    KF_TRY(reset_person(&purpose, ctl, &tenant, email, hash, &link));
    kfm_ctl_put(answer, "email", email);
    if (!purpose) {
        kfm_ctl_say(ctl, answer, "%s has a new password; all previous sessions have ended.", email);
        return NULL;
    }
    kfm_ctl_say(ctl, answer, "Give %s this link of your platform. It is valid for %s and not shown again:\n%s", email,
                invited ? "7 days" : "30 minutes", put_path(ctl, answer, purpose, &link));
    return NULL;
}

const kfm_ctl_cmd_t kfm_ctl_staff[] = {
    {"staff create", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Adds a person to a business. It prints the link of an invitation, valid for 7 days and shown once, or sets a "
     "password that is read from standard input.",
     create_opts, create},
    {"staff list", "TENANT", 1, 1, KFM_CTL_DATABASE, "Lists the people of a business.", NULL, list},
    {"staff reset", "TENANT EMAIL", 2, 2, KFM_CTL_DATABASE,
     "Helps a person who cannot sign in. It prints a link for setting a new password, valid for 30 minutes and shown "
     "once, or sets a password, which ends the person's sessions.",
     reset_opts, reset},
    KFM_CTL_CMD_END};
