#ifndef KF_BASE_SETTING_H
#define KF_BASE_SETTING_H
/*
 * What the operator says of a provider. A provider declares a table of these; each is a directive of the server. Its
 * value becomes a member of a struct that the provider's functions read.
 */
#include <stdbool.h>
#include <stddef.h>

typedef enum {
    KF_SETTING_TEXT,
    KF_SETTING_SECRET, /* the directive names a file, the value is what stands in it */
    KF_SETTING_URL,
    KF_SETTING_API     /* a URL; a slash at its end is taken off */
} kf_setting_kind_t;

typedef struct {
    const char *directive, *help;
    kf_setting_kind_t kind;
    const char *initial; /* NULL: none */
    size_t at;           /* of the member, a const char * */
    bool needed;         /* a provider without one of these is off */
    bool jobs;           /* background work depends on it: servers of one database must agree */
    bool form;           /* the last form of a payer leads there */
} kf_setting_t;

typedef struct {
    const kf_setting_t *list;
    size_t n, size; /* size: of the struct */
} kf_settings_t;

#endif
