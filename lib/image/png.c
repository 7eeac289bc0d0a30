#include "image/png.h"

#include <apr_strings.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include "base/limits.h"

#define SIGNATURE "\x89PNG\r\n\x1a\n"
#define SIGNATURE_LEN 8
#define AROUND 12 /* of each chunk: length, type, checksum */
#define IHDR_LEN 13

typedef struct {
    const unsigned char *at, *end;
    unsigned char *out;
    size_t out_len;
    int chunks;
    bool header, palette, image, image_over, trns;
    int color; /* of IHDR */
    apr_pool_t *p;
} walk_t;

typedef struct {
    const unsigned char *data;
    size_t len;
    char type[5];
} chunk_t;

/* What paints the picture. All else is left out. */
static const char *const kept[] = {"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "sRGB", "cHRM"};

bool kf_png_is(const char *bytes, size_t len)
{
    return len >= SIGNATURE_LEN && !memcmp(bytes, SIGNATURE, SIGNATURE_LEN);
}

static kf_err_t *bad(const walk_t *walk, const char *why)
{
    return kf_err(walk->p, KF_E_INVALID, "%s", why);
}

static uint32_t number(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static kf_err_t *next_chunk(chunk_t *chunk, walk_t *walk)
{
    const unsigned char *at = walk->at;
    size_t left = (size_t)(walk->end - at), len;

    if (left < AROUND) {
        return bad(walk, "The PNG file was cut off.");
    }
    len = number(at);
    if (len > left - AROUND) {
        return bad(walk, "The PNG file was cut off, or a chunk's length is wrong.");
    }
    if (++walk->chunks > KF_MAX_PNG_CHUNKS) {
        return bad(walk, "The PNG file has too many chunks.");
    }
    for (int i = 0; i < 4; i++) {
        unsigned char c = at[4 + i];

        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))) {
            return bad(walk, "The PNG file has a chunk without a valid name.");
        }
        chunk->type[i] = (char)c;
    }
    chunk->type[4] = '\0';
    chunk->data = at + 8;
    chunk->len = len;
    if (crc32(0, at + 4, (uInt)len + 4) != number(at + 8 + len)) {
        return bad(walk, "The PNG file is damaged: a checksum is wrong.");
    }
    walk->at = at + AROUND + len;
    return NULL;
}

static bool depth_fits(int depth, int color)
{
    switch (color) {
    case 0:
        return depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
    case 3:
        return depth == 1 || depth == 2 || depth == 4 || depth == 8;
    case 2:
    case 4:
    case 6:
        return depth == 8 || depth == 16;
    default:
        return false;
    }
}

static kf_err_t *read_header(walk_t *walk, const chunk_t *chunk)
{
    const unsigned char *d = chunk->data;

    if (walk->header || chunk->len != IHDR_LEN) {
        return bad(walk, "The header of the PNG file is not valid.");
    }
    if (number(d) < 1 || number(d + 4) < 1 || number(d) > KF_MAX_PICTURE_SIDE
        || number(d + 4) > KF_MAX_PICTURE_SIDE) {
        return kf_err_said(walk->p, KF_E_INVALID, "A picture may be at most {1} pixels wide and high.",
                           apr_itoa(walk->p, KF_MAX_PICTURE_SIDE), NULL);
    }
    if (!depth_fits(d[8], d[9]) || d[10] || d[11] || d[12] > 1) {
        return bad(walk, "The header of the PNG file is not valid.");
    }
    walk->header = true;
    walk->color = d[9];
    return NULL;
}

static kf_err_t *read_palette(walk_t *walk, const chunk_t *chunk)
{
    if (walk->palette || walk->image || walk->color == 0 || walk->color == 4 || chunk->len == 0
        || chunk->len % 3 || chunk->len > 768) {
        return bad(walk, "The palette of the PNG file is not valid.");
    }
    walk->palette = true;
    return NULL;
}

static kf_err_t *check_order(walk_t *walk, const chunk_t *chunk)
{
    const char *type = chunk->type;
    bool data = !strcmp(type, "IDAT");

    if (!strcmp(type, "IHDR")) {
        return read_header(walk, chunk);
    }
    if (!walk->header) {
        return bad(walk, "The PNG file does not begin with its header.");
    }
    if (!strcmp(type, "PLTE")) {
        return read_palette(walk, chunk);
    }
    if (data && (walk->image_over || (walk->color == 3 && !walk->palette))) {
        return bad(walk, "The parts of the PNG file are in the wrong order.");
    }
    walk->image_over = walk->image && !data;
    walk->image = walk->image || data;
    if (!strcmp(type, "acTL") || !strcmp(type, "fcTL") || !strcmp(type, "fdAT")) {
        return bad(walk, "Animated pictures are not accepted: send a PNG with one image.");
    }
    if (!strcmp(type, "tRNS") && (walk->trns || walk->image || chunk->len > 256)) {
        return bad(walk, "The transparency of the PNG file is not valid.");
    }
    walk->trns = walk->trns || !strcmp(type, "tRNS");
    return NULL;
}

static kf_err_t *keep(walk_t *walk, const chunk_t *chunk)
{
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        if (!strcmp(chunk->type, kept[i])) {
            memcpy(walk->out + walk->out_len, chunk->data - 8, chunk->len + AROUND);
            walk->out_len += chunk->len + AROUND;
            return NULL;
        }
    }
    /* an upper case first letter: a picture that cannot be shown without it */
    return chunk->type[0] >= 'a' ? NULL : bad(walk, "The PNG file has a chunk that is not known.");
}

kf_err_t *kf_png_clean(const char **out, size_t *out_len, const char *bytes, size_t len,
                       apr_pool_t *p)
{
    walk_t walk = {.p = p};
    chunk_t chunk;

    if (!kf_png_is(bytes, len)) {
        return bad(&walk, "This is not a PNG file.");
    }
    if (len > KF_MAX_UPLOAD) {
        return bad(&walk, "The PNG file is too large.");
    }
    walk.at = (const unsigned char *)bytes + SIGNATURE_LEN;
    walk.end = (const unsigned char *)bytes + len;
    walk.out = apr_palloc(p, len);
    memcpy(walk.out, SIGNATURE, SIGNATURE_LEN);
    walk.out_len = SIGNATURE_LEN;
    do {
        KF_TRY(next_chunk(&chunk, &walk));
        KF_TRY(check_order(&walk, &chunk));
        KF_TRY(keep(&walk, &chunk));
    } while (strcmp(chunk.type, "IEND") != 0);
    if (!walk.image || chunk.len != 0) {
        return bad(&walk, "The PNG file has no image.");
    }
    if (walk.at != walk.end) {
        return bad(&walk, "The PNG file has data after its end.");
    }
    *out = (const char *)walk.out;
    *out_len = walk.out_len;
    return NULL;
}
