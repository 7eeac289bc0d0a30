#ifndef KFM_HANDLE_PAGES_H
#define KFM_HANDLE_PAGES_H
/*
 * Pages to list, make, change and archive one kind of thing of the merchant: by a
 * table of fields, the statements of repo/admin_doc.h and the words of one group of
 * the catalogue (GROUP.title, .intro, .new_title, .created, .archive_title {name}, ...).
 */
#include "handle/kit.h"
#include "handle/upload.h"
#include "page/form.h"

typedef struct {
    const char *nav;    /* of the navigation: "services" */
    const char *path;   /* "/dashboard/services" */
    const char *group;  /* "service" */
    const char *list_template, *template;
    const kf_field_t *fields; /* of the form; NULL: those of `checks` that are not hidden */
    size_t n;
    const kf_stmt_t *page, *get, *add, *change, *archive, *restore; /* restore NULL: by change */
    const kfm_fields_t *checks; /* the limits that the endpoints have too */
    /** What to choose from: name -> array of {value, text}; may be NULL. */
    kf_err_t *(*options)(json_t *options, kfm_call_t *call);
    /** Members of the document that no field of the table makes; may be NULL. */
    kf_err_t *(*read)(json_t *doc, kfm_form_t *form);
    /** Members of the edit page that no field makes; may be NULL. */
    kf_err_t *(*show)(kfm_view_t *view, const kfm_form_t *form);
    /** Words of one item, in the list and on its own page; may be NULL. */
    void (*item)(json_t *item, kfm_call_t *call);
} kfm_pages_t;

/** GET PATH: the list, ?state=active (default), archived or inactive, and ?after=. */
kf_err_t *kfm_pages_list(kfm_call_t *call);
/* A POST of a form with the field `preview` shows the page as it was typed and saves nothing. */

/** GET PATH/new, POST PATH */
kf_err_t *kfm_pages_new(kfm_call_t *call);
kf_err_t *kfm_pages_create(kfm_call_t *call);
/** GET and POST PATH/{id} */
kf_err_t *kfm_pages_open(kfm_call_t *call);
kf_err_t *kfm_pages_save(kfm_call_t *call);
/** GET PATH/{id}/archive: what follows, and are you sure; POST: does it. */
kf_err_t *kfm_pages_ask(kfm_call_t *call);
kf_err_t *kfm_pages_archive(kfm_call_t *call);
/** POST PATH/{id}/restore */
kf_err_t *kfm_pages_restore(kfm_call_t *call);

/** POST PATH/{id}/photo, .../image: a picture of it, as a multipart form. */
kf_err_t *kfm_pages_upload(kfm_call_t *call, const kfm_pages_t *pages, kf_upload_kind_t kind);
/** ?picture=refused: says on top that it could not be used. */
kf_err_t *kfm_pages_picture_refused(kfm_view_t *view);
/** Sets photo_action, where a saved thing's picture goes; null for a new one. */
void kfm_pages_picture_form(kfm_view_t *view, const kfm_form_t *form, const char *path, const char *verb);

/** The message GROUP.NAME of the catalogue. */
const char *kfm_pages_word(kfm_call_t *call, const kfm_pages_t *pages, const char *name);
/**
 * The endpoint's own checks of a document made of a form; the errors go to form->errors. Members
 * that are null and may not be are taken out first; of a new thing (`fresh`) every null.
 */
void kfm_pages_check(json_t *doc, kfm_form_t *form, const kfm_fields_t *checks, bool fresh);
/** Puts the names and ids of a page of documents under `name`: what can be chosen. */
kf_err_t *kfm_pages_choices(json_t *options, kfm_call_t *call, const char *name, const kf_stmt_t *page);
/** The hidden field "version"; false: any version (KF_NULL). */
kf_arg_t kfm_pages_version(const kf_form_t *form);
/** Sets `next`: the next step of getting started (text, url), null when all is done. */
kf_err_t *kfm_pages_next(kfm_view_t *view);
/** "https://sub.example.com", where the business's customers are. */
const char *kfm_pages_site(kfm_call_t *call);
/** Sets pic_url (safe, or null) and initial of an item. */
void kfm_pages_picture(json_t *item, kfm_call_t *call, const char *member);

#endif
