#ifndef KFM_HANDLE_STATEMENTS_H
#define KFM_HANDLE_STATEMENTS_H
/*
 * The statements of the route table. A row with the statement NAME declares kf_doc_NAME, which calls the SQL function
 * kf.NAME. Its arguments are a tenant and what the act of the row sends (handle/shapes.def); it returns a document, as
 * those of repo/admin_doc.h do.
 */
#include "repo/admin_doc.h"

#define CALL(function)
#define CALL_WITH(function, set)
#define CALL_ONCE(function, set)
#define LIST(name, set) extern const kf_stmt_t kf_doc_##name;
#define ONE(name) extern const kf_stmt_t kf_doc_##name;
#define ALONE(name) extern const kf_stmt_t kf_doc_##name;
#define EDIT(shape, name, ...) extern const kf_stmt_t kf_doc_##name;
#define EDIT_AS(complete, ...) EDIT(__VA_ARGS__)
#define EDIT_AGAIN(...)
#define VIEW(name, set, nav, words, template, show)
#define PRESS(name, page, done)
#define PAGES(what, pages)
#define ROW(method, pattern, kind, host, body, limit, role, scope, name, ...) __VA_ARGS__
#include "http/routes.def"

#endif
