#include "handle/statements.h"

/* The number of parameters, and the parameters, of each act and shape. */
#define LIST_PARAMS 2, "$1::uuid, $2::jsonb"
#define ONE_PARAMS 2, "$1::uuid, $2::uuid"
#define ALONE_PARAMS 1, "$1::uuid"
#define ADD_PARAMS 3, "$1::uuid, $2::uuid, $3::jsonb"
#define TAKE_PARAMS 4, "$1::uuid, $2::uuid, $3::jsonb, $4::timestamptz"
#define CHANGE_PARAMS 4, "$1::uuid, $2::uuid, $3::int, $4::jsonb"
#define RETAKE_PARAMS 5, "$1::uuid, $2::uuid, $3::int, $4::jsonb, $5::timestamptz"
#define ACT_PARAMS 3, "$1::uuid, $2::uuid, $3::int"
#define DO_PARAMS ADD_PARAMS
#define ID_PARAMS ONE_PARAMS
#define TEXT_ID_PARAMS 2, "$1::uuid, $2::text"
#define SET_PARAMS 3, "$1::uuid, $2::int, $3::jsonb"
#define PUT_DOC_PARAMS LIST_PARAMS

#define STATEMENT(name, flags, ...) STATEMENT_OF(name, flags, __VA_ARGS__)
#define STATEMENT_OF(name, flags, n, params) \
    const kf_stmt_t kf_doc_##name = {"doc_" #name, "SELECT kf." #name "(" params ")", n, flags};

#define CALL(function)
#define CALL_WITH(function, set)
#define CALL_ONCE(function, set)
#define LIST(name, set) STATEMENT(name, KF_STMT_REPEATABLE, LIST_PARAMS)
#define ONE(name) STATEMENT(name, KF_STMT_REPEATABLE, ONE_PARAMS)
#define ALONE(name) STATEMENT(name, KF_STMT_REPEATABLE, ALONE_PARAMS)
#define EDIT(shape, name, ...) STATEMENT(name, 0, shape##_PARAMS)
#define EDIT_AS(complete, ...) EDIT(__VA_ARGS__)
#define EDIT_AGAIN(...)
#define VIEW(name, set, nav, words, template, show)
#define PRESS(name, page, done)
#define PAGES(what, pages)
#define ROW(method, pattern, kind, host, body, limit, role, scope, name, ...) __VA_ARGS__
#include "http/routes.def"
