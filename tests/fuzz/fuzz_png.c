/* PNG images: the output is not longer, can be parsed again, and then yields the same output. */
#include "fuzz.h"

#include "image/png.h"

static uint32_t number(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Corrects checksums, so that the code behind them is reached: length, type, data, as given. */
static void mend(unsigned char *at, size_t len)
{
    size_t pos = 8;

    while (len >= 12 && pos <= len - 12 && number(at + pos) <= len - 12 - pos) {
        size_t size = number(at + pos);
        uint32_t crc = 0xffffffff;

        for (size_t i = pos + 4; i < pos + 8 + size; i++) {
            crc ^= at[i];
            for (int bit = 0; bit < 8; bit++) {
                crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
            }
        }
        for (int i = 0; i < 4; i++) {
            at[pos + 8 + size + (size_t)i] = (unsigned char)(~crc >> (24 - 8 * i));
        }
        pos += 12 + size;
    }
}

static void look(const char *bytes, size_t len, apr_pool_t *p)
{
    const char *out, *again;
    size_t out_len, again_len;

    if (kf_png_clean(&out, &out_len, bytes, len, p)) {
        return;
    }
    FUZZ_CHECK(kf_png_is(bytes, len), "not a PNG");
    FUZZ_CHECK(out_len <= len && out_len > 45, "the length");
    FUZZ_CHECK(!memcmp(out + out_len - 8, "IEND", 4), "the end");
    FUZZ_CHECK(!kf_png_clean(&again, &again_len, out, out_len, p), "it cannot be read again");
    FUZZ_CHECK(again_len == out_len && !memcmp(again, out, out_len), "it changed");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size};
    size_t len;
    char *bytes = fuzz_rest(&in, &len, p);

    look(bytes, len, p);
    mend((unsigned char *)bytes, len);
    look(bytes, len, p);
    apr_pool_destroy(p);
    return 0;
}
