/* Writes every mail about a booking into a folder, as KIND.LANG.html and KIND.LANG.txt: mail_samples FOLDER [COLOUR
 * [LOGO]]. Used to view them (tests/browser/test_mails.py), and to regenerate tests/unit/mail after an intended
 * change. */
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

static int write_mail(const char *path, const kf_mail_booking_out_t *out, apr_pool_t *p)
{
    const char *text;
    kf_err_t *err = kf_sample_text(&text, out, p);

    return err ? fail(err)
               : write_file(apr_pstrcat(p, path, ".html", NULL), out->words.html)
                     || write_file(apr_pstrcat(p, path, ".txt", NULL), text);
}

int main(int argc, char **argv)
{
    static const char *const langs[] = {"es", "en"};
    kf_mustache_set_t *templates;
    kf_catalog_t *catalog;
    apr_pool_t *p;
    kf_err_t *err;

    apr_initialize();
    apr_pool_create(&p, NULL);
    if (argc < 2) {
        fprintf(stderr, "usage: mail_samples FOLDER [COLOUR] [LOGO]\n");
        return 2;
    }
    err = kf_catalog_load(&catalog, KF_SRCDIR "/htdocs/i18n", p);
    err = err ? err : kf_mustache_set_load(&templates, KF_SRCDIR "/htdocs/templates", p);
    for (size_t i = 0; !err && i < 2 * sizeof(kf_sample_kinds) / sizeof(*kf_sample_kinds); i++) {
        const char *kind = kf_sample_kinds[i / 2], *lang = langs[i % 2];
        json_t *facts = kf_sample(kind);
        kf_mail_booking_t mail = kf_sample_mail(kind, lang, facts);
        kf_mail_booking_out_t out;

        mail.primary_color = argc > 2 ? argv[2] : mail.primary_color;
        mail.logo_url = argc > 3 ? argv[3] : NULL;
        err = kf_mail_booking_render(&out, &mail, catalog, templates, p);
        if (!err && write_mail(apr_pstrcat(p, argv[1], "/", kind, ".", lang, NULL), &out, p)) {
            return 1;
        }
        json_decref(facts);
    }
    return err ? fail(err) : 0;
}
