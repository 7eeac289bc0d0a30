#ifndef KFM_CFG_TREE_H
#define KFM_CFG_TREE_H
/*
 * What directives of other modules say for a server. Their own structs are
 * private to them, so it is read from httpd's tree of the configuration, in
 * which Include, Define and IfModule are resolved already.
 */
#include <httpd.h>

#include <stdbool.h>

/**
 * The arguments, as they are written, of the last directive of that name in the
 * server's own section; NULL if it is not said there.
 */
const char *kfm_tree_own(const server_rec *s, const char *directive);

/** The same, or what the main server says, which every <VirtualHost> inherits. */
const char *kfm_tree_said(const server_rec *s, const char *directive);

/** The first argument of that, without its quotes, in the pool; NULL if it is not said. */
const char *kfm_tree_word(const server_rec *s, const char *directive, apr_pool_t *p);

#endif
