/* Upload of pictures, and GET /uploads/{name}. */
#include "handle/upload.h"

#include <apr_strings.h>
#include <string.h>

#include "flow_ctx.h"
#include "handle/acts.h"
#include "handle/kit.h"
#include "http/body.h"
#include "http/reply.h"

#define FOREVER "public, max-age=31536000, immutable"

kf_err_t *kfm_upload_take(const char **json, kfm_call_t *call, kf_upload_kind_t kind, const kf_uuid_t *id,
                          const int *version)
{
    kf_upload_wish_t wish = {.tenant = &call->who->tenant,
                             .actor = kfm_actor(call),
                             .kind = kind,
                             .object = id,
                             .version = version,
                             .field = "file"};
    const kf_multipart_t *form;
    const kf_part_t *part;

    KF_TRY(kfm_body_multipart(&form, call));
    part = kf_multipart_part(form, "file");
    if (part) {
        wish.file = part->file;
        wish.bytes = part->bytes;
        wish.len = part->len;
    }
    return kf_flow_upload(json, kfm_flow(call), &wish, call->pool);
}

static kf_err_t *take(kfm_call_t *call, kf_upload_kind_t kind)
{
    kf_uuid_t id;
    const char *json;
    int version;
    bool any;

    if (kind != KF_UPLOAD_LOGO) {
        KF_TRY(kfm_admin_id(&id, call, "id"));
    }
    KF_TRY(kfm_admin_version(&version, &any, call));
    KF_TRY(kfm_upload_take(&json, call, kind, kind == KF_UPLOAD_LOGO ? NULL : &id, any ? NULL : &version));
    return kfm_admin_reply(call, json);
}

kf_err_t *kfm_handle_logo_put(kfm_call_t *call)
{
    return take(call, KF_UPLOAD_LOGO);
}

kf_err_t *kfm_handle_photo_put(kfm_call_t *call)
{
    return take(call, KF_UPLOAD_PHOTO);
}

kf_err_t *kfm_handle_image_put(kfm_call_t *call)
{
    return take(call, KF_UPLOAD_IMAGE);
}

/* A name always has the same bytes, so the ETag is the name. */
kf_err_t *kfm_handle_upload(kfm_call_t *call)
{
    const char *name = kfm_call_param(call, "name");
    kf_upload_t picture;
    bool done;

    KF_TRY(kf_flow_upload_read(&picture, kfm_flow(call), name, call->pool));
    call->policy = KFM_PICTURE_POLICY;
    kfm_reply_header(call, "Cache-Control", FOREVER);
    KF_TRY(kfm_reply_unless_match(&done, call, apr_pstrmemdup(call->pool, name, strlen(name) - 4)));
    return done ? NULL : kfm_reply_bytes(call, 200, picture.media_type, picture.bytes, picture.size);
}
