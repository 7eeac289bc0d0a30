#include "handle/kit.h"

#include <apr_strings.h>
#include <string.h>

#include "base/num.h"
#include "handle/act.h"
#include "http/body.h"
#include "http/reply.h"
#include "text/form.h"

/* A professional's hours and days off have many members. */
static const kf_json_limits_t body_limits = {KF_MAX_BODY, KF_MAX_JSON_DEPTH, KF_MAX_ADMIN_BODY_KEYS};

/* -- reading -- */

/* Checks of a type beyond its JSON type (json/field.h). */
static kf_err_t *check_type(kfm_call_t *call, const kf_field_t *field, const kf_json_value_t *v)
{
    switch (field->type) {
    case KF_F_PICTURE:
        return kfm_check_picture(call, v, field->name);
    case KF_F_URL:
        return kfm_check_https(call, v, field->name);
    case KF_F_WEB:
        return kfm_check_web(call, v, field->name);
    case KF_F_GUARDED:
        return kfm_check_guarded(call, v, field->name);
    case KF_F_CURRENCY:
        return kfm_check_currency(call, v, field->name);
    case KF_F_EMAIL:
        return kfm_check_email(call, v, field->name);
    case KF_F_COLOR:
        return kfm_check_color(call, v, field->name);
    case KF_F_ZONE:
        return kfm_check_zone(call, v, field->name);
    case KF_F_IDS:
        return kfm_check_ids(call, v, field->name);
    default:
        return NULL;
    }
}

kf_err_t *kfm_fields_read(kf_json_value_t *v, kfm_call_t *call, json_t *body, const kfm_fields_t *fields,
                          bool partial)
{
    kf_field_t loose[KFM_FIELDS_MAX];
    kf_json_value_t own[KFM_FIELDS_MAX] = {{0}};
    kf_err_t *bad;

    v = v ? v : own;
    for (size_t i = 0; i < fields->n; i++) {
        loose[i] = fields->fields[i];
        loose[i].required = loose[i].required && !partial;
    }
    bad = kf_json_map(v, body, loose, fields->n, "", call->pool);
    for (size_t i = 0; i < fields->n && json_is_object(body); i++) {
        kf_err_add(&bad, check_type(call, &loose[i], &v[i]));
    }
    if (fields->check && json_is_object(body)) {
        kf_err_add(&bad, fields->check(call, v));
    }
    return bad;
}

kf_err_t *kfm_admin_body(json_t **out, kfm_call_t *call)
{
    const char *body;
    apr_size_t len;

    KF_TRY(kfm_body_read(&body, &len, call));
    if (!len) {
        body = "{}";
        len = 2;
    } else {
        KF_TRY(kfm_body_json(&body, &len, call));
    }
    return kf_json_decode_within(out, body, len, &body_limits, call->pool);
}

kf_err_t *kfm_admin_read(json_t **body, kf_json_value_t *v, kfm_call_t *call)
{
    KF_TRY(kfm_admin_body(body, call));
    return kfm_fields_read(v, call, *body, call->route->reads, call->method == KFM_PATCH);
}

kf_err_t *kfm_call_fields(kf_json_value_t *v, kfm_call_t *call)
{
    const kfm_fields_t *fields = call->route->reads;
    const char *body;
    apr_size_t len;
    json_t *json;

    KF_TRY(kfm_body_json(&body, &len, call));
    KF_TRY(kf_json_decode(&json, body, len, call->pool));
    return kf_json_map(v, json, fields->fields, fields->n, "", call->pool);
}

kf_err_t *kfm_admin_no_body(kfm_call_t *call)
{
    static const kfm_fields_t nothing = {NULL, 0, NULL};
    json_t *body;

    KF_TRY(kfm_admin_body(&body, call));
    return kfm_fields_read(NULL, call, body, &nothing, false);
}

static json_t *typed(const char *value, kf_field_type_t type)
{
    int64_t number;

    if (type == KF_F_INT && kf_num_read(&number, value, strlen(value), INT64_MIN, INT64_MAX)) {
        return json_integer(number);
    }
    if (type == KF_F_BOOL && (!strcmp(value, "true") || !strcmp(value, "false"))) {
        return json_boolean(value[0] == 't');
    }
    return json_string(value);
}

static kf_field_type_t type_of(const kfm_fields_t *fields, const char *name)
{
    for (size_t i = 0; i < fields->n; i++) {
        if (!strcmp(fields->fields[i].name, name)) {
            return fields->fields[i].type;
        }
    }
    return KF_F_TEXT;
}

static apr_status_t release(void *json)
{
    json_decref(json);
    return APR_SUCCESS;
}

kf_err_t *kfm_admin_query(json_t **out, kf_json_value_t *v, kfm_call_t *call)
{
    const kfm_fields_t *fields = call->route->reads;
    const kf_form_t *query;

    KF_TRY(kfm_call_query(&query, call));
    *out = json_object();
    apr_pool_cleanup_register(call->pool, *out, release, apr_pool_cleanup_null);
    for (int i = 0; i < kf_form_count(query); i++) {
        const char *name, *value;

        kf_form_at(&name, &value, query, i);
        if (*value && strcmp(name, "lang")) {
            json_object_set_new(*out, name, typed(value, type_of(fields, name)));
        }
    }
    return kfm_fields_read(v, call, *out, fields, false);
}

kf_err_t *kfm_admin_version(int *out, bool *any, kfm_call_t *call)
{
    const char *text = kfm_call_header(call, "If-Match");
    size_t len = text ? strlen(text) : 0, tail;
    int64_t version;

    *out = 0;
    *any = !text || !strcmp(text, "*");
    if (*any) {
        return NULL;
    }
    /* mod_deflate and mod_brotli may have added a suffix to our ETag */
    tail = len > 7 && !strcmp(text + len - 6, "-gzip\"") ? 6 : len > 5 && !strcmp(text + len - 4, "-br\"") ? 4 : 1;
    if (len < tail + 2 || text[0] != '"' || text[len - 1] != '"'
        || !kf_num_read(&version, text + 1, len - 1 - tail, 0, INT32_MAX)) {
        return kf_err(call->pool, KF_E_PRECONDITION, "If-Match must be the ETag that was read.");
    }
    *out = (int)version;
    return NULL;
}

/* -- answering -- */

kf_err_t *kfm_do_list(kfm_call_t *call)
{
    const char *json;
    json_t *query;

    KF_TRY(kfm_admin_query(&query, NULL, call));
    KF_TRY(kfm_admin_json(&json, call, false, call->route->does,
                          KFM_ARGS(KFM_TENANT(call), KF_TEXT(kfm_admin_text(call, query)))));
    return kfm_reply_json(call, 200, json, strlen(json));
}

/* Sets ETag and Location from the document's version and id, if it has them. */
static kf_err_t *dress(bool *done, kfm_call_t *call, const char *json, const char *location)
{
    json_t *doc, *id, *version;

    *done = false;
    KF_TRY(kfm_admin_parse(&doc, call, json));
    id = json_object_get(doc, json_object_get(doc, "id") ? "id" : "day");
    version = json_object_get(doc, "version");
    if (location && json_is_string(id)) {
        apr_table_setn(call->r->headers_out, "Location",
                       apr_pstrcat(call->pool, location, json_string_value(id), NULL));
    }
    if (!json_is_integer(version)) {
        return NULL;
    }
    if (call->method == KFM_GET) {
        return kfm_reply_unless_match(done, call,
                                      apr_psprintf(call->pool, "%d", (int)json_integer_value(version)));
    }
    apr_table_setn(call->r->headers_out, "ETag",
                   apr_psprintf(call->pool, "\"%d\"", (int)json_integer_value(version)));
    return NULL;
}

kf_err_t *kfm_admin_reply(kfm_call_t *call, const char *json)
{
    bool done;

    KF_TRY(dress(&done, call, json, NULL));
    return done ? NULL : kfm_reply_json(call, 200, json, strlen(json));
}

kf_err_t *kfm_do_alone(kfm_call_t *call)
{
    const char *json;

    KF_TRY(kfm_admin_json(&json, call, false, call->route->does, KFM_ARGS(KFM_TENANT(call))));
    return kfm_admin_reply(call, json);
}

kf_err_t *kfm_do_one(kfm_call_t *call)
{
    const char *json;
    kf_uuid_t id;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    KF_TRY(kfm_admin_json(&json, call, false, call->route->does, KFM_ARGS(KFM_TENANT(call), KF_UUID(&id))));
    return kfm_admin_reply(call, json);
}

/* -- edits -- */

typedef struct {
    const kfm_edit_t *edit;
    kf_arg_t args[5];
    kf_arg_t *after; /* since when a calendar must have been read; NULL: the edit takes no time */
    kf_uuid_t id;
    bool keyed; /* runs in the transaction of an Idempotency-Key */
} wish_t;

static kf_err_t *run(kf_answer_t *out, kf_db_t *db, void *baton, apr_pool_t *p)
{
    kfm_act_t *frame = baton;
    wish_t *wish = frame->wish;
    kfm_call_t *call = frame->call;
    const kf_admin_act_t act = {.tenant = &call->who->tenant,
                                .actor = kfm_actor(call),
                                .writes = true,
                                .stmt = wish->edit->stmt,
                                .args = wish->args};

    if (wish->after) {
        *wish->after = frame->after ? KF_TIME(frame->after) : KF_NULL;
    }
    KF_TRY(wish->keyed ? kf_flow_doc_in(&out->body, db, &act, p) : kf_flow_doc_on(&out->body, db, &act, p));
    if (wish->edit->complete) {
        KF_TRY(wish->edit->complete(&out->body, call));
    }
    out->status = wish->edit->status ? wish->edit->status : 200;
    out->len = strlen(out->body);
    return NULL;
}

/* The statement arguments of each shape after the tenant. */
static const struct {
    enum { NO_ID, NEW_ID, PATH_ID, PATH_TEXT } id;
    bool version, body, after;
} shapes[] = {
#define SHAPE(name, ...) [KFM_##name] = {__VA_ARGS__},
#include "handle/shapes.def"
};

static kf_err_t *fill(wish_t *wish, kfm_call_t *call, const char *body)
{
    kfm_shape_t shape = wish->edit->shape;
    kf_arg_t *at = wish->args;
    bool any;
    int version;

    *at++ = KFM_TENANT(call);
    if (shapes[shape].id == NEW_ID) {
        KF_TRY(wish->edit->secret_id ? kf_uuid_random(&wish->id, call->pool)
                                     : kf_uuid_timed(&wish->id, kf_instant_now() / 1000, call->pool));
    } else if (shapes[shape].id == PATH_ID) {
        KF_TRY(kfm_admin_id(&wish->id, call, "id"));
    }
    if (shapes[shape].id == PATH_TEXT) {
        *at++ = KF_TEXT(kfm_call_param(call, "id"));
    } else if (shapes[shape].id != NO_ID) {
        *at++ = KF_UUID(&wish->id);
    }
    if (shapes[shape].version) {
        KF_TRY(kfm_admin_version(&version, &any, call));
        *at++ = any ? KF_NULL : KF_INT4(version);
    }
    if (shapes[shape].body) {
        *at++ = KF_TEXT(wish->edit->says ? wish->edit->says : body);
    }
    wish->after = shapes[shape].after ? at : NULL;
    return NULL;
}

kf_err_t *kfm_do_edit(kfm_call_t *call)
{
    const kfm_edit_t *edit = call->route->does;
    wish_t wish = {.edit = edit,
                   .keyed = call->method == KFM_POST && kfm_call_header(call, "Idempotency-Key")};
    const char *asker;
    kf_answer_t answer = {0};
    json_t *body;
    bool done;

    KF_TRY(kfm_admin_read(&body, NULL, call));
    KF_TRY(fill(&wish, call, kfm_admin_text(call, body)));
    asker = apr_pstrcat(call->pool, call->r->uri, " ", kf_uuid_text(&call->who->id, call->pool), NULL);
    KF_TRY(kfm_act_run(&answer, call, run, &wish, asker));
    if (answer.status == 204) {
        return kfm_reply_empty(call, 204);
    }
    if (answer.status < 400) {
        KF_TRY(dress(&done, call, answer.body, edit->location));
    }
    return kfm_act_reply(call, &answer);
}
