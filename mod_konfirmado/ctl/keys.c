#include <apr_file_io.h>
#include <apr_strings.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "crypto/hash.h"
#include "ctl/ctl.h"
#include "flow/operator/rekey.h"
#include "flow/operator/server.h"
#include "flow/operator/status.h"
#include "time/instant.h"

static const kfm_ctl_opt_t generate_opts[] = {
    {"kid", KFM_CTL_TEXT, "ID",
     "name of the key, 1 to 16 of a-z 0-9 -; today's date by default", "kid"},
    {"file", KFM_CTL_TEXT, "FILE",
     "the key file to create or to extend; --key-file by default", NULL},
    KFM_CTL_END};
static const kfm_ctl_opt_t rotate_opts[] = {
    {"dry-run", KFM_CTL_FLAG, NULL, "only count, and name the servers that do not know the key", NULL},
    {"force", KFM_CTL_FLAG, NULL,
     "rotate although servers that run, or were last seen within a day, do not know the key", NULL},
    KFM_CTL_END};

/* --kid, else "k20261121a": the date and the first letter that gives a name not yet in the file. */
static kf_err_t *new_kid(const char **out, kfm_ctl_t *ctl, const kf_keyring_t *ring)
{
    const char *day = kf_date_text(kf_instant_date(kf_instant_now(), 0), ctl->p);

    *out = kfm_ctl_text(ctl, "kid");
    if (*out) {
        return ring && kf_keyring_find(ring, *out, strlen(*out))
                   ? kfm_ctl_bad(ctl, "kid", "The file already has a key named %s.", *out)
                   : NULL;
    }
    for (char letter = 'a'; letter <= 'z'; letter++) {
        *out = apr_psprintf(ctl->p, "k%.4s%.2s%.2s%c", day, day + 5, day + 8, letter);
        if (!ring || !kf_keyring_find(ring, *out, strlen(*out))) {
            return NULL;
        }
    }
    return kfm_ctl_bad(ctl, "kid", "The file has all names of today: give one with --kid.");
}

/* The current text of the file; "" if it does not exist. */
static kf_err_t *old_text(const char **out, size_t *len, kfm_ctl_t *ctl, const char *path)
{
    char *text = apr_pcalloc(ctl->p, KF_MAX_CTL_KEYS_FILE + 1);
    apr_size_t got = KF_MAX_CTL_KEYS_FILE;
    apr_file_t *file;
    apr_status_t status = apr_file_open(&file, path, APR_FOPEN_READ, 0, ctl->p);
    char why[120];

    *out = text;
    *len = 0;
    kf_wipe_with_pool(text, KF_MAX_CTL_KEYS_FILE + 1, ctl->p);
    if (APR_STATUS_IS_ENOENT(status)) {
        return NULL;
    }
    if (status == APR_SUCCESS) {
        status = apr_file_read_full(file, text, KF_MAX_CTL_KEYS_FILE, &got);
        apr_file_close(file);
    }
    if (status != APR_EOF) {
        return kf_err(ctl->p, KF_E_CONFIG, "%s cannot be read: %s.", path,
                      status ? apr_strerror(status, why, sizeof(why)) : "it is too large");
    }
    *len = got;
    return NULL;
}

/* Writes a new file and renames it over the old one, so that a reader always sees one of the two
 * completely. */
static kf_err_t *write_file(kfm_ctl_t *ctl, const char *path, const char *line, const char *rest)
{
    char *beside = apr_pstrcat(ctl->p, path, ".XXXXXX", NULL);
    apr_file_t *file;
    char why[120];
    apr_status_t status = apr_file_mktemp(
        &file, beside, APR_FOPEN_CREATE | APR_FOPEN_READ | APR_FOPEN_WRITE | APR_FOPEN_EXCL,
        ctl->p);

    if (status == APR_SUCCESS) {
        status = apr_file_perms_set(beside, APR_FPROT_UREAD | APR_FPROT_UWRITE);
        status = status ? status : apr_file_write_full(file, line, strlen(line), NULL);
        status = status ? status : apr_file_write_full(file, "\n", 1, NULL);
        status = status ? status : apr_file_write_full(file, rest, strlen(rest), NULL);
        status = status ? status : apr_file_sync(file);
        apr_file_close(file);
        status = status ? status : apr_file_rename(beside, path, ctl->p);
        if (status) {
            (void)apr_file_remove(beside, ctl->p);
        }
    }
    return status ? kf_err(ctl->p, KF_E_CONFIG, "%s cannot be written: %s.", path,
                           apr_strerror(status, why, sizeof(why)))
                  : NULL;
}

/* Keeps the owner of the file: a server may run as another user. */
static kf_err_t *keep_owner(kfm_ctl_t *ctl, const char *path, const apr_finfo_t *before)
{
    if (before && chown(path, before->user, before->group)) {
        return kf_err(ctl->p, KF_E_CONFIG,
                      "%s is written, but no longer belongs to its former owner: %s.", path,
                      strerror(errno));
    }
    return NULL;
}

static kf_err_t *generate(kfm_ctl_t *ctl)
{
    const char *path = kfm_ctl_text(ctl, "file"), *kid, *before;
    char line[KF_KEY_LINE_MAX + 1];
    const kf_keyring_t *ring = NULL;
    json_t *answer = kfm_ctl_object(ctl);
    apr_finfo_t info;
    size_t len;
    kf_err_t *err;

    path = path ? path : ctl->key_file;
    if (!path) {
        return kfm_ctl_usage(ctl, "No file is given: use --file FILE or --key-file FILE.");
    }
    KF_TRY(old_text(&before, &len, ctl, path));
    if (len) {
        KF_TRY(kf_keyring_load(&ring, path, true, ctl->p));
        if (ring->n >= KF_KEYS_MAX) {
            return kf_err(ctl->p, KF_E_CONFLICT,
                          "%s has %d keys, the maximum: remove those that no longer seal anything.",
                          path, KF_KEYS_MAX);
        }
    }
    KF_TRY(new_kid(&kid, ctl, ring));
    err = kf_keyring_line(line, kid, ctl->p);
    if (err) {
        return kfm_ctl_bad(ctl, "kid", "%s", err->detail);
    }
    ring = apr_stat(&info, path, APR_FINFO_OWNER, ctl->p) == APR_SUCCESS ? ring : NULL;
    err = write_file(ctl, path, line, before);
    kf_wipe(line, sizeof(line));
    KF_TRY(err);
    KF_TRY(keep_owner(ctl, path, ring ? &info : NULL));
    kfm_ctl_put(answer, "kid", kid);
    kfm_ctl_put(answer, "file", path);
    kfm_ctl_say(
        ctl, answer,
        len ? "%s is now the first key in %s and seals. Restart the servers, then run konfirmadoctl keys rotate. Keep "
              "a copy of the file in a safe place."
            : "%s is the key in %s. Keep a copy of the file in a safe place: without it no secret "
              "can be opened.",
        kid, path);
    return NULL;
}

/* "web1 (process 4711, seen 3 s ago), ..."; NULL if all servers know the key that seals. */
static kf_err_t *lacking(const char **out, kfm_ctl_t *ctl, json_t *answer)
{
    json_t *list = json_array();
    apr_array_header_t *servers;

    json_object_set_new(answer, "servers_without", list);
    *out = NULL;
    KF_TRY(kf_flow_servers_lacking(&servers, ctl->keys, ctl->db, ctl->p));
    for (int i = 0; i < servers->nelts; i++) {
        const kf_server_row_t *server = &APR_ARRAY_IDX(servers, i, kf_server_row_t);
        json_t *one = json_object();

        kfm_ctl_put(one, "node", server->node);
        json_object_set_new(one, "process", json_integer(server->process));
        json_object_set_new(one, "age_s", json_integer(server->age_s));
        json_array_append_new(list, one);
        *out = apr_psprintf(ctl->p, "%s%s%s (process %d, seen %s ago)", *out ? *out : "", *out ? ", " : "",
                            server->node, server->process, kf_age_text(server->age_s, ctl->p));
    }
    return NULL;
}

/* Running servers must know the new key: they could not use what it seals, so bookings could not be paid. */
static kf_err_t *check_servers(kfm_ctl_t *ctl, json_t *answer, bool look)
{
    const char *kid = ctl->keys->keys[0].kid, *without;

    KF_TRY(lacking(&without, ctl, answer));
    if (without && look) {
        kfm_ctl_progress(ctl, "Servers that do not know the key %s: %s. Restart them (graceful) before you rotate.",
                         kid, without);
    } else if (without && !kfm_ctl_flag(ctl, "force")) {
        return kf_err(ctl->p, KF_E_CONFLICT,
                      "Nothing was changed, because servers do not know the key %s: %s. Restart them (graceful) and "
                      "run this again; --force is for servers that are gone.", kid, without);
    }
    return NULL;
}

static kf_err_t *rotate(kfm_ctl_t *ctl)
{
    bool look = kfm_ctl_flag(ctl, "dry-run");
    json_t *answer = kfm_ctl_object(ctl);
    kf_rekeyed_t done = {0};

    KF_TRY(check_servers(ctl, answer, look));
    KF_TRY((look ? kf_flow_rekey_plan : kf_flow_rekey)(&done, ctl->keys, ctl->db, ctl->p));
    kfm_ctl_put(answer, "kid", ctl->keys->keys[0].kid);
    json_object_set_new(answer, "tenants", json_integer(done.tenants));
    json_object_set_new(answer, "current", json_integer(done.current));
    json_object_set_new(answer, "resealed", json_integer(done.resealed));
    json_object_set_new(answer, "changed_meanwhile", json_integer(done.changed));
    json_object_set_new(answer, "unreadable", json_integer(done.unreadable));
    json_object_set_new(answer, "dry_run", json_boolean(look));
    ctl->failed = done.unreadable || done.changed ? 1 : 0;
    kfm_ctl_say(
        ctl, answer,
        "%d tenants: %d secrets %s sealed with %s, %d already were, %d changed meanwhile (run again), %d cannot be "
        "opened with any key of the file.",
        done.tenants, done.resealed, look ? "would be" : "were", ctl->keys->keys[0].kid,
        done.current, done.changed, done.unreadable);
    return NULL;
}

const kfm_ctl_cmd_t kfm_ctl_keys[] = {{"keys generate", NULL, 0, 0, 0,
                                       "Creates a key file, or inserts a new key at the start of an existing one. The "
                                       "first key seals, every key opens.",
                                       generate_opts, generate},
                                      {"keys rotate", NULL, 0, 0, KFM_CTL_DATABASE | KFM_CTL_KEYS,
                                       "Reseals every secret with the first key of the file, if all servers seen in "
                                       "the last minute know it. It is safe to repeat.",
                                       rotate_opts, rotate},
                                      KFM_CTL_CMD_END};
