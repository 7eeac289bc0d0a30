#ifndef KFM_CFG_TREE_H
#define KFM_CFG_TREE_H
/*
 * The directives of other modules for a server. The modules' structs are private,
 * so the arguments are read from httpd's configuration tree, in which Include,
 * Define and IfModule are already resolved.
 */
#include <httpd.h>

#include <stdbool.h>

/**
 * The arguments, as written, of the last directive of that name in the server's
 * own section; NULL if it is not there.
 */
const char *kfm_tree_own(const server_rec *s, const char *directive);

/** The same, or else those of the main server, which every <VirtualHost> inherits. */
const char *kfm_tree_said(const server_rec *s, const char *directive);

/** The first argument of kfm_tree_said(), without quotes, in the pool; NULL if there is none. */
const char *kfm_tree_word(const server_rec *s, const char *directive, apr_pool_t *p);

#endif
