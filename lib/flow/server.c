#include "flow/server.h"

#include <apr_network_io.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "json/encode.h"
#include "repo/status.h"

#define MOST_JSON 1024
#define LEAST_ROOM_MB 100

const char *kf_server_node(apr_pool_t *p)
{
    char *host = apr_palloc(p, APRMAXHOSTLEN + 1);

    return apr_gethostname(host, APRMAXHOSTLEN + 1, p) == APR_SUCCESS ? host : "unnamed";
}

const char *kf_folder_fault(int64_t *room_mb, const char *folder)
{
    struct statvfs disk;

    *room_mb = KF_STATUS_NONE;
    if (access(folder, R_OK | W_OK | X_OK) != 0 || statvfs(folder, &disk) != 0) {
        return "closed";
    }
    *room_mb = (int64_t)((uint64_t)disk.f_bavail * disk.f_frsize >> 20);
    return *room_mb < LEAST_ROOM_MB ? "full" : NULL;
}

static kf_err_t *sign_json(const char **out, const kf_flow_t *flow, apr_pool_t *p)
{
    int64_t room;
    kf_buf_t buf;

    kf_buf_init(&buf, p, 128, MOST_JSON);
    kf_json_open(&buf, '{');
    kf_json_open_key(&buf, "kids", '[');
    for (size_t i = 0; i < flow->keys->n; i++) {
        kf_json_str(&buf, NULL, flow->keys->keys[i].kid);
    }
    kf_json_close(&buf, ']');
    kf_json_str(&buf, "pictures", flow->upload_dir ? kf_folder_fault(&room, flow->upload_dir) : NULL);
    kf_json_close(&buf, '}');
    *out = kf_buf_text(&buf);
    return kf_buf_check(&buf, "the sign of life", p);
}

kf_err_t *kf_flow_server_seen(const kf_flow_t *flow, int process, apr_pool_t *p)
{
    const char *sign;
    kf_db_t *db;
    kf_err_t *err;

    KF_TRY(sign_json(&sign, flow, p));
    KF_TRY(flow->db->take(&db, flow->db->baton, p));
    err = kf_repo_server_seen(db, kf_server_node(p), process, sign, p);
    flow->db->give(db, flow->db->baton);
    return err;
}

kf_err_t *kf_flow_servers_lacking(apr_array_header_t **out, const kf_keyring_t *keys, kf_db_t *db, apr_pool_t *p)
{
    return kf_repo_servers_lacking(out, db, keys->keys[0].kid, p);
}
