#include "flow/operator/server.h"

#include <apr_network_io.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "json/encode.h"
#include "repo/operator/status.h"

#define MOST_JSON 1024
#define LEAST_ROOM (100 * INT64_C(1024) * 1024) /* bytes */

const char *kf_server_node(apr_pool_t *p)
{
    char *host = apr_palloc(p, APRMAXHOSTLEN + 1);

    return apr_gethostname(host, APRMAXHOSTLEN + 1, p) == APR_SUCCESS ? host : "unnamed";
}

void kf_folder_look(kf_folder_t *out, const char *folder)
{
    struct statvfs disk;
    bool known = statvfs(folder, &disk) == 0;

    out->writable = access(folder, R_OK | W_OK | X_OK) == 0;
    out->room = known ? (int64_t)((uint64_t)disk.f_bavail * disk.f_frsize) : KF_STATUS_NONE;
    out->full = known && out->room < LEAST_ROOM;
}

/* kf.server_seen()'s word for what is wrong; NULL: nothing. */
static const char *pictures_fault(const char *folder)
{
    kf_folder_t look;

    kf_folder_look(&look, folder);
    if (!look.writable) {
        return "closed";
    }
    return look.full ? "full" : NULL;
}

static kf_err_t *sign_json(const char **out, const kf_flow_t *flow, apr_pool_t *p)
{
    kf_buf_t buf;

    kf_buf_init(&buf, p, 128, MOST_JSON);
    kf_json_open(&buf, '{');
    kf_json_open_key(&buf, "kids", '[');
    for (size_t i = 0; i < flow->keys->n; i++) {
        kf_json_str(&buf, NULL, flow->keys->keys[i].kid);
    }
    kf_json_close(&buf, ']');
    kf_json_str(&buf, "pictures", flow->upload_dir ? pictures_fault(flow->upload_dir) : NULL);
    kf_json_close(&buf, '}');
    *out = kf_buf_text(&buf);
    return kf_buf_check(&buf, "the sign of life", p);
}

kf_err_t *kf_flow_server_seen(const kf_flow_t *flow, apr_pool_t *p)
{
    const char *sign;
    kf_db_t *db;

    KF_TRY(sign_json(&sign, flow, p));
    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db, kf_repo_server_seen(db, kf_server_node(p), flow->process, sign, p));
}

kf_err_t *kf_flow_servers_lacking(apr_array_header_t **out, const kf_keyring_t *keys, kf_db_t *db, apr_pool_t *p)
{
    return kf_repo_servers_lacking(out, db, keys->keys[0].kid, p);
}
