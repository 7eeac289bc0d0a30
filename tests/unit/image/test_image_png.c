#include "image/png.h"
#include "test.h"

#include <apr_file_io.h>
#include <apr_strings.h>
#include <string.h>

static const char *out;
static size_t out_len;

/* The seeds of the fuzz target are complete images, valid and invalid. */
static kf_err_t *clean(const char *seed)
{
    const char *path = apr_pstrcat(kf_test_pool, KF_SRCDIR "/tests/fuzz/corpus/png/", seed, NULL);
    char *bytes = apr_palloc(kf_test_pool, 65536);
    apr_size_t len = 65536;
    apr_file_t *file;

    ck_assert_int_eq(apr_file_open(&file, path, APR_FOPEN_READ, 0, kf_test_pool), APR_SUCCESS);
    ck_assert_int_eq(apr_file_read(file, bytes, &len), APR_SUCCESS);
    apr_file_close(file);
    return kf_png_clean(&out, &out_len, bytes, len, kf_test_pool);
}

static const struct {
    const char *seed, *word;
} refused[] = {
    {"apng", "Animated"}, {"big", "4096"}, {"crc", "checksum"}, {"critical", "not known"}, {"cut", "cut off"},
    {"long", "cut off"}, {"no_image", "no image"}, {"split", "order"}, {"tail", "after"},
};

START_TEST(refuses)
{
    kf_err_t *err = clean(refused[_i].seed);

    ck_assert_msg(err && err->code == KF_E_INVALID, "%s", refused[_i].seed);
    ck_assert_msg(strstr(err->detail, refused[_i].word) != NULL, "%s: %s", refused[_i].seed, err->detail);
}
END_TEST

START_TEST(keeps)
{
    static const char *const good[] = {"rgb", "palette", "two_idat"};

    for (int i = 0; i < KF_COUNT(good); i++) {
        ck_ok(clean(good[i]));
    }
    ck_assert(kf_png_is(out, out_len));
    ck_ok(clean("text"));
    ck_assert_ptr_null(memmem(out, out_len, "script", 6));
    ck_assert_ptr_null(memmem(out, out_len, "tIME", 4));
    ck_assert_ptr_nonnull(memmem(out, out_len, "gAMA", 4));
    ck_fails(kf_png_clean(&out, &out_len, "GIF89a", 6, kf_test_pool), KF_E_INVALID);
    ck_fails(kf_png_clean(&out, &out_len, "", 0, kf_test_pool), KF_E_INVALID);
}
END_TEST

Suite *kf_suite_image_png(void)
{
    Suite *suite = suite_create("image_png");
    TCase *tc = kf_test_case(suite, "png");

    tcase_add_loop_test(tc, refuses, 0, KF_COUNT(refused));
    tcase_add_test(tc, keeps);
    return suite;
}
