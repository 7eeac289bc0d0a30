#ifndef KFM_HANDLE_ACTS_H
#define KFM_HANDLE_ACTS_H
/*
 * What the rows of the route table do, declared from the table itself: a function, or a table for one of
 * the handlers below.
 */
#include "handle/kit.h"
#include "handle/pages.h"

#define CALL(function) kf_err_t *function(kfm_call_t *call);
#define LIST(list) extern const kfm_list_t list;
#define ONE(stmt) extern const kf_stmt_t stmt;
#define ALONE(stmt) extern const kf_stmt_t stmt;
#define EDIT(edit) extern const kfm_edit_t edit;
#define PAGES(what, pages) extern const kfm_pages_t pages;
#define ROW(method, pattern, kind, host, body, limit, role, scope, name, act) act
#include "http/routes.def"
#undef CALL
#undef LIST
#undef ONE
#undef ALONE
#undef EDIT
#undef PAGES
#undef ROW

#endif
