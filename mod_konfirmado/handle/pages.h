#ifndef KFM_HANDLE_PAGES_H
#define KFM_HANDLE_PAGES_H
/*
 * Pages to list, create, change and archive one kind of object of the merchant. They
 * are defined by a table of fields, the statements of repo/admin_doc.h and the messages of
 * one group of the catalogue (GROUP.title, .intro, .new_title, .created, .archive_title {name}, ...).
 */
#include "handle/kit.h"
#include "handle/upload.h"
#include "page/form.h"

typedef struct {
    const char *nav;    /* key of the navigation: "services" */
    const char *path;   /* "/dashboard/services" */
    const char *group;  /* "service" */
    const char *list_template, *template;
    const kf_field_t *fields; /* of the form; NULL: those of `checks` that are not hidden */
    size_t n;
    const kf_stmt_t *page, *get, *add, *change, *archive, *restore; /* restore NULL: by `change` */
    const kfm_fields_t *checks; /* the same as those of the endpoints */
    /** Adds the choices: name -> array of {value, text}; may be NULL. */
    kf_err_t *(*options)(json_t *options, kfm_call_t *call);
    /** Adds members of the document that are not in the table; may be NULL. */
    kf_err_t *(*read)(json_t *doc, kfm_form_t *form);
    /** Adds members of the edit page that are not in the table; may be NULL. */
    kf_err_t *(*show)(kfm_view_t *view, const kfm_form_t *form);
    /** Adds the texts of one item, in the list and on its own page; may be NULL. */
    void (*item)(json_t *item, kfm_call_t *call);
} kfm_pages_t;

/** GET PATH: the list, ?state=active (default), archived or inactive, and ?after=. */
kf_err_t *kfm_pages_list(kfm_call_t *call);
/* A POST of a form with the field `preview` shows the page with the posted values and saves nothing. */

/** GET PATH/new, POST PATH */
kf_err_t *kfm_pages_new(kfm_call_t *call);
kf_err_t *kfm_pages_create(kfm_call_t *call);
/** GET and POST PATH/{id} */
kf_err_t *kfm_pages_open(kfm_call_t *call);
kf_err_t *kfm_pages_save(kfm_call_t *call);
/** GET PATH/{id}/archive: asks for confirmation and shows the consequences. POST: archives. */
kf_err_t *kfm_pages_ask(kfm_call_t *call);
kf_err_t *kfm_pages_archive(kfm_call_t *call);
/** POST PATH/{id}/restore */
kf_err_t *kfm_pages_restore(kfm_call_t *call);

/** POST PATH/{id}/photo, .../image: uploads its picture, as a multipart form. */
kf_err_t *kfm_pages_upload(kfm_call_t *call, const kfm_pages_t *pages, kf_upload_kind_t kind);
/** With ?picture=..., shows at the top that the picture was refused. */
kf_err_t *kfm_pages_picture_refused(kfm_view_t *view);
/** Sets photo_action, the URL of the picture's form; null for a new object. */
void kfm_pages_picture_form(kfm_view_t *view, const kfm_form_t *form, const char *path, const char *verb);

/** The message GROUP.NAME of the catalogue. */
const char *kfm_pages_word(kfm_call_t *call, const kfm_pages_t *pages, const char *name);
/**
 * Applies the endpoint's checks to a document made from a form; the errors go to form->errors. First removes
 * null members that must not be null; for a new object (`fresh`) all null members.
 */
void kfm_pages_check(json_t *doc, kfm_form_t *form, const kfm_fields_t *checks, bool fresh);
/** Sets `name` of `options` to choices with the names and ids of a page of documents. */
kf_err_t *kfm_pages_choices(json_t *options, kfm_call_t *call, const char *name, const kf_stmt_t *page);
/** The hidden field "version"; KF_NULL (any version) if it is missing or invalid. */
kf_arg_t kfm_pages_version(const kf_form_t *form);
/** Sets `next`: the next step of the setup (text, url), or null if all are done or it is the current page. */
kf_err_t *kfm_pages_next(kfm_view_t *view);
/** "https://sub.example.com": the business's site for customers. */
const char *kfm_pages_site(kfm_call_t *call);
/** Sets pic_url (safe, or null) and initial of an item. */
void kfm_pages_picture(json_t *item, kfm_call_t *call, const char *member);

#endif
