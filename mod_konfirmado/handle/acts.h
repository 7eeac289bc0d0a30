#ifndef KFM_HANDLE_ACTS_H
#define KFM_HANDLE_ACTS_H
/* Declares the handlers of the route table, generated from the table itself. */
#include "handle/kit.h"
#include "handle/pages.h"
#include "handle/shown.h"

#define CALL(function) kf_err_t *function(kfm_call_t *call);
#define CALL_WITH(function, set) CALL(function)
#define CALL_ONCE(function, set) CALL(function)
#define LIST(name, set)
#define ONE(name)
#define ALONE(name)
#define EDIT(shape, name, ...)
#define EDIT_AS(complete, ...) kfm_complete_fn complete;
#define EDIT_AGAIN(...)
#define VIEW(name, set, nav, words, template, show) kfm_show_fn show;
#define PRESS(name, page, done)
#define PAGES(what, pages) extern const kfm_pages_t pages;
#define ROW(method, pattern, kind, host, body, limit, role, scope, name, ...) __VA_ARGS__
#include "http/routes.def"

#endif
