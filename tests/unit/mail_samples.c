/*
 * Writes every mail into a folder.
 *
 *     mail_samples FOLDER                   KIND.txt for each kind, as in tests/unit/mail: regenerates those after an
 *                                           intended change
 *     mail_samples FOLDER COLOUR [LOGO]     KIND.LANG.html, to view them (tests/browser/test_mails.py)
 */
#include "mail_samples.h"

#include <apr_general.h>
#include <stdio.h>

static int fail(const kf_err_t *err)
{
    fprintf(stderr, "mail_samples: %s (%s)\n", err->detail, err->cause ? err->cause : "");
    return 1;
}

static int write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    if (!file) {
        perror(path);
        return 1;
    }
    fputs(text, file);
    return fclose(file) != 0;
}

typedef struct {
    const char *folder, *colour, *logo;
    kf_catalog_t *catalog;
    kf_mustache_set_t *templates;
    apr_pool_t *p;
} samples_t;

static int write_html(const samples_t *s, const char *kind, const char *lang)
{
    json_t *facts = kf_sample(kind);
    kf_mail_t mail = kf_sample_mail(kind, lang, facts);
    kf_mail_out_t out;
    kf_err_t *err;

    mail.primary_color = s->colour;
    mail.logo_url = s->logo;
    err = kf_mail_compose(&out, &mail, s->catalog, s->templates, s->p);
    json_decref(facts);
    return err ? fail(err) : write_file(apr_pstrcat(s->p, s->folder, "/", kind, ".", lang, ".html", NULL), out.html);
}

static int write_kind(const samples_t *s, const char *kind)
{
    const char *whole;
    kf_err_t *err;

    if (s->colour) {
        return write_html(s, kind, "es") || write_html(s, kind, "en");
    }
    err = kf_sample_whole(&whole, kind, s->catalog, s->templates, s->p);
    return err ? fail(err) : write_file(apr_pstrcat(s->p, s->folder, "/", kind, ".txt", NULL), whole);
}

int main(int argc, char **argv)
{
    samples_t s = {.folder = argv[1], .colour = argc > 2 ? argv[2] : NULL, .logo = argc > 3 ? argv[3] : NULL};
    const kf_mail_kind_t *kind;
    kf_err_t *err;

    apr_initialize();
    apr_pool_create(&s.p, NULL);
    if (argc < 2) {
        fprintf(stderr, "usage: mail_samples FOLDER [COLOUR [LOGO]]\n");
        return 2;
    }
    err = kf_catalog_load(&s.catalog, KF_SRCDIR "/htdocs/i18n", s.p);
    err = err ? err : kf_mustache_set_load(&s.templates, KF_SRCDIR "/htdocs/templates", s.p);
    for (int i = 0; !err && (kind = kf_mail_kind_at(i)); i++) {
        if (write_kind(&s, kind->name)) {
            return 1;
        }
    }
    return err ? fail(err) : 0;
}
