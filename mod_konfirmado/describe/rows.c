/* The rows of the route table and the sets of fields, for the description. */
#include <string.h>

#include "describe/describe.h"
#include "fields.h"

#define CALL(function) .act = ACT_CALL
#define CALL_WITH(function, set_) CALL(function), .set = #set_
#define CALL_ONCE(function, set_) CALL(function), .set = #set_, .once = true
#define LIST(name_, set_) .act = ACT_LIST, .set = #set_
#define ONE(stmt) .act = ACT_DOC
#define ALONE(stmt) .act = ACT_DOC
#define EDIT(shape_, stmt, set_, ...) \
    .act = ACT_EDIT, .set = #set_, .once = true, .shape = SHAPE_##shape_, .edit = {__VA_ARGS__}
#define EDIT_AS(complete, ...) EDIT(__VA_ARGS__)
#define EDIT_AGAIN(...) EDIT(__VA_ARGS__)
#define VIEW(...) .act = ACT_PAGE
#define PRESS(...) .act = ACT_PAGE
#define PAGES(what, pages) .act = ACT_PAGE
#define ROW(method_, pattern_, kind, host, body_, limit, role_, scope_, name_, ...)                    \
    {.method = #method_, .pattern = pattern_, .body = #body_, .role = #role_, .scope = scope_, .name = name_, __VA_ARGS__},

const row_t describe_rows[] = {
#include "http/routes.def"
    {.pattern = NULL},
};

static const kf_noun_t sets[] = {
#define FIELDS(set) {#set, kfm_##set##_fields, KFM_N(set)},
#define CHECKED(set) FIELDS(set)
#define FIELD(...)
#define END(set)
#include "fields.def"
    {"nothing", NULL, 0},
};

const kf_noun_t *describe_set(const char *name)
{
    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
        if (!strcmp(sets[i].noun, name)) {
            return &sets[i];
        }
    }
    return NULL;
}

static const struct {
    enum { NO_ID, NEW_ID, PATH_ID, PATH_TEXT } id;
    bool version, body, after;
} shapes[] = {
#define SHAPE(name, ...) {__VA_ARGS__},
#include "handle/shapes.def"
};

bool describe_versioned(shape_t shape)
{
    return shapes[shape].version;
}

bool describe_text_id(shape_t shape)
{
    return shapes[shape].id == PATH_TEXT;
}
