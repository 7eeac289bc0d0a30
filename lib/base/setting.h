#ifndef KF_BASE_SETTING_H
#define KF_BASE_SETTING_H
/*
 * The operator's settings for a provider. A provider declares a table of them; each becomes a directive of the server.
 * Its value becomes a member of a struct that the provider's functions read.
 */
#include <stdbool.h>
#include <stddef.h>

typedef enum {
    KF_SETTING_TEXT,
    KF_SETTING_SECRET, /* the directive names a file; the value is its content */
    KF_SETTING_URL,
    KF_SETTING_API     /* a URL; a trailing slash is removed */
} kf_setting_kind_t;

typedef struct {
    const char *directive, *help;
    kf_setting_kind_t kind;
    const char *initial; /* NULL: none */
    size_t at;           /* of the member, a const char * */
    bool needed;         /* the provider is off without it */
    bool jobs;           /* background work depends on it: servers of one database must agree */
    bool form;           /* a target of forms (CSP form-action): the checkout */
} kf_setting_t;

typedef struct {
    const kf_setting_t *list;
    size_t n, size; /* size: of the struct */
} kf_settings_t;

#endif
