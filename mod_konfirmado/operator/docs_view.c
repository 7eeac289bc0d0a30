#include "operator/docs_view.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#include "base/version.h"
#include "http/reply.h"
#include "page/view.h"

#define MOST_DEPTH 6

/* The OpenAPI description while it is rendered. */
typedef struct {
    kfm_call_t *call;
    const json_t *doc;
} docs_t;

static const char *text_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static const char *word(const docs_t *docs, const char *key)
{
    return kf_catalog_text(KFM_SAY(docs->call), apr_pstrcat(docs->call->pool, "docs.", key, NULL));
}

/* A sentence of the description in the page's language. Its key belongs to a group of kf_catalog_said(). */
static const char *said(const docs_t *docs, const char *group, const char *key, const char *english)
{
    const char *own = key ? kf_catalog_said(KFM_SAY(docs->call), group, key, docs->call->pool) : NULL;

    return own ? own : english;
}

static const char *description(const docs_t *docs, const json_t *object)
{
    const char *english = text_of(object, "description");

    return said(docs, "descriptions", english, english);
}

static const char *last_part(const char *ref)
{
    const char *slash = strrchr(ref, '/');

    return slash ? slash + 1 : ref;
}

/* Resolves a $ref within the document; returns other values as they are. */
static const json_t *resolve(const docs_t *docs, const json_t *value)
{
    const char *ref = text_of(value, "$ref");
    const json_t *at = docs->doc;
    char *part, *rest;

    if (!ref || strncmp(ref, "#/", 2) != 0) {
        return value;
    }
    rest = apr_pstrdup(docs->call->pool, ref + 2);
    while ((part = apr_strtok(rest, "/", &rest)) != NULL) {
        at = json_object_get(at, part);
    }
    return at;
}

static const char *join(apr_pool_t *p, const char *list, const char *next)
{
    return *list ? apr_pstrcat(p, list, " | ", next, NULL) : next;
}

static const char *type_of(const docs_t *docs, const json_t *schema, int depth);

static const char *types_of(const docs_t *docs, const json_t *schemas, int depth)
{
    const char *list = "";
    const json_t *one;
    size_t i;

    json_array_foreach (schemas, i, one) {
        list = join(docs->call->pool, list, json_is_string(one) ? json_string_value(one) : type_of(docs, one, depth));
    }
    return list;
}

/* A schema in a few words: "string (uuid)", "a | b | c", "array of Booking". */
static const char *type_of(const docs_t *docs, const json_t *schema, int depth)
{
    const json_t *type = json_object_get(schema, "type"), *any = json_object_get(schema, "anyOf");
    const char *ref = text_of(schema, "$ref"), *format = text_of(schema, "format"), *name;
    apr_pool_t *p = docs->call->pool;

    if (depth > MOST_DEPTH || ref) {
        return ref ? last_part(ref) : "";
    }
    if (json_object_get(schema, "enum")) {
        return types_of(docs, json_object_get(schema, "enum"), depth + 1);
    }
    if (any || json_object_get(schema, "oneOf")) {
        return types_of(docs, any ? any : json_object_get(schema, "oneOf"), depth + 1);
    }
    name = json_is_array(type) ? types_of(docs, type, depth + 1) : json_is_string(type) ? json_string_value(type) : "";
    if (strcmp(name, "array") == 0 && json_object_get(schema, "items")) {
        return apr_pstrcat(p, "array: ", type_of(docs, json_object_get(schema, "items"), depth + 1), NULL);
    }
    return format ? apr_pstrcat(p, name, " (", format, ")", NULL) : name;
}

static void add_field(json_t *list, const docs_t *docs, const char *name, const json_t *schema)
{
    json_array_append_new(list, json_pack("{s:s?, s:s?, s:s?}", "name", name, "type", type_of(docs, schema, 0),
                                          "text", description(docs, schema)));
}

static bool is_required(const json_t *schema, const char *name)
{
    const json_t *one;
    size_t i;

    json_array_foreach (json_object_get(schema, "required"), i, one) {
        if (json_is_string(one) && strcmp(json_string_value(one), name) == 0) {
            return true;
        }
    }
    return false;
}

/* Puts the members of an object as `name` into `item`, and has_NAME. `needs`: marks the required members. */
static void put_fields(json_t *item, const docs_t *docs, const char *name, const json_t *schema, bool needs)
{
    json_t *list = json_array();
    const char *key;
    json_t *one;

    json_object_foreach (json_object_get(schema, "properties"), key, one) {
        add_field(list, docs, key, one);
        kfm_put(json_array_get(list, json_array_size(list) - 1), "where",
                needs && is_required(schema, key) ? word(docs, "required") : NULL);
    }
    kfm_put_flag(item, apr_pstrcat(docs->call->pool, "has_", name, NULL), json_array_size(list) > 0);
    json_object_set_new(item, name, list);
}

static void put_params(json_t *item, const docs_t *docs, const json_t *op)
{
    json_t *list = json_array(), *one;
    size_t i;

    json_array_foreach (json_object_get(op, "parameters"), i, one) {
        const json_t *param = resolve(docs, one);
        const char *where = text_of(param, "in");
        json_t *field;

        if (!where) {
            continue;
        }
        add_field(list, docs, text_of(param, "name"), json_object_get(param, "schema"));
        field = json_array_get(list, json_array_size(list) - 1);
        kfm_put(field, "where", json_is_true(json_object_get(param, "required"))
                                    ? apr_pstrcat(docs->call->pool, where, ", ", word(docs, "required"), NULL) : where);
        kfm_put(field, "text", description(docs, param));
    }
    kfm_put_flag(item, "has_params", json_array_size(list) > 0);
    json_object_set_new(item, "params", list);
}

/* The schema of the first media type. */
static const json_t *content_of(const json_t *holder, const char **type)
{
    void *at = json_object_iter(json_object_get(holder, "content"));

    *type = at ? json_object_iter_key(at) : NULL;
    return at ? json_object_get(json_object_iter_value(at), "schema") : NULL;
}

static void put_answers(json_t *item, const docs_t *docs, const json_t *op)
{
    json_t *list = json_array(), *one;
    const char *status, *type;

    json_object_foreach (json_object_get(op, "responses"), status, one) {
        const json_t *schema = content_of(resolve(docs, one), &type);

        json_array_append_new(list, json_pack("{s:s?, s:s?, s:s?}",
                                              "status", strcmp(status, "default") == 0 ? word(docs, "else") : status,
                                              "type", schema ? type_of(docs, schema, 0) : NULL, "media", type));
    }
    json_object_set_new(item, "answers", list);
}

/* "Session of an owner, or an API key with settings:read". */
static const char *who_of(const docs_t *docs, const json_t *op)
{
    const char *role = NULL, *scope = NULL;
    const json_t *one;
    size_t i;

    json_array_foreach (json_object_get(op, "security"), i, one) {
        const char *session = json_string_value(json_array_get(json_object_get(one, "session"), 0));
        const char *key = json_string_value(json_array_get(json_object_get(one, "key"), 0));

        role = session ? session : role;
        scope = key ? key : scope;
    }
    if (!role) {
        return word(docs, "anybody");
    }
    role = word(docs, apr_pstrcat(docs->call->pool, "role.", role, NULL));
    return scope ? kf_catalog_format(KFM_SAY(docs->call), "docs.session_or_key", docs->call->pool, "role", role, "scope",
                                     scope, NULL)
                 : kf_catalog_format(KFM_SAY(docs->call), "docs.session", docs->call->pool, "role", role, NULL);
}

static bool has_tag(const json_t *op, const char *tag)
{
    const char *first = json_string_value(json_array_get(json_object_get(op, "tags"), 0));

    return first && strcmp(first, tag) == 0;
}

static json_t *operation(const docs_t *docs, const char *path, const char *method, const json_t *op)
{
    json_t *item = json_object();
    const char *type, *upper = apr_pstrdup(docs->call->pool, method);
    const json_t *body = content_of(json_object_get(op, "requestBody"), &type);

    for (char *at = (char *)upper; *at; at++) {
        *at = (char)apr_toupper(*at);
    }
    kfm_put(item, "id", text_of(op, "operationId"));
    kfm_put(item, "method", upper);
    kfm_put(item, "path", path);
    kfm_put(item, "summary", said(docs, "operations", text_of(op, "operationId"), text_of(op, "summary")));
    kfm_put(item, "text", description(docs, op));
    kfm_put(item, "who", who_of(docs, op));
    kfm_put(item, "body_type", type);
    put_params(item, docs, op);
    put_fields(item, docs, "body", resolve(docs, body), true);
    put_answers(item, docs, op);
    return item;
}

static void add_operations(json_t *list, const docs_t *docs, const char *tag)
{
    const char *path, *method;
    json_t *item, *op;

    json_object_foreach (json_object_get(docs->doc, "paths"), path, item) {
        json_object_foreach (item, method, op) {
            if (has_tag(op, tag)) {
                json_array_append_new(list, operation(docs, path, method, op));
            }
        }
    }
}

static void put_groups(kfm_view_t *view, const docs_t *docs)
{
    json_t *groups = json_array(), *tag;
    size_t i;

    json_array_foreach (json_object_get(docs->doc, "tags"), i, tag) {
        const char *name = text_of(tag, "name");
        json_t *group = json_object(), *list = json_array();

        add_operations(list, docs, name);
        kfm_put(group, "id", name);
        kfm_put(group, "name", kfm_words(docs->call, apr_pstrcat(docs->call->pool, "docs.tag.", name, NULL), name));
        json_object_set_new(group, "operations", list);
        json_array_append_new(groups, group);
    }
    json_object_set_new(view->root, "groups", groups);
}

static void put_schemas(kfm_view_t *view, const docs_t *docs)
{
    json_t *list = json_array(), *schema;
    const char *name;

    json_object_foreach (json_object_get(json_object_get(docs->doc, "components"), "schemas"), name, schema) {
        json_t *item = json_object();

        kfm_put(item, "name", name);
        kfm_put(item, "text", description(docs, schema));
        put_fields(item, docs, "fields", schema, false);
        json_array_append_new(list, item);
    }
    json_object_set_new(view->root, "schemas", list);
}

static void begin(kfm_view_t *view, kfm_call_t *call, const char *url)
{
    kfm_view_begin(view, call, NULL, NULL);
    kfm_view_title(view, kf_catalog_text(KFM_SAY(call), "docs.title"));
    kfm_put(json_object_get(view->root, "asset"), "more",
            apr_pstrcat(call->pool, call->cfg->set.assets_url, "/css/docs.css?v=" KF_VERSION, NULL));
    kfm_view_languages(view, url);
}

static kf_err_t *make(const char **html, apr_size_t *len, kfm_call_t *call, const json_t *doc)
{
    docs_t docs = {call, doc};
    kfm_view_t view;

    begin(&view, call, "/docs");
    kfm_put(view.root, "base", call->cfg->base_url);
    put_groups(&view, &docs);
    put_schemas(&view, &docs);
    return kfm_view_render(html, len, &view, "operator/docs", call->pool);
}

kf_err_t *kfm_page_docs(kfm_call_t *call)
{
    const char *key = apr_pstrcat(call->pool, "docs:", call->lang, NULL), *html;
    apr_size_t len;
    json_t *doc;
    kf_err_t *err;

    if (kfm_kept_get(&html, &len, call, key, 1)) {
        return kfm_reply_page(call, 200, html, len);
    }
    doc = json_loadb(call->cfg->openapi, call->cfg->openapi_len, 0, NULL);
    err = make(&html, &len, call, doc);
    json_decref(doc);
    KF_TRY(err);
    kfm_kept_put(call, key, 1, html, len);
    return kfm_reply_page(call, 200, html, len);
}

kf_err_t *kfm_page_docs_callbacks(kfm_call_t *call)
{
    kfm_view_t view;

    begin(&view, call, "/docs/callbacks");
    return kfm_view_send(&view, 200, apr_pstrcat(call->pool, "operator/callbacks_", call->lang, NULL));
}
