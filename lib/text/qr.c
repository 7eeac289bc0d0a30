#include "text/qr.h"

#include <qrencode.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"

#define QUIET 4               /* modules around the code, as the standard wants */
#define MAX_SVG (1024 * 1024) /* the largest code has 177 x 177 modules */

/* One piece of the path for each run of black modules in a row. */
static void write_row(kf_buf_t *buf, const unsigned char *row, int width, int y)
{
    int x = 0;

    while (x < width) {
        int from = x;

        if (!(row[x] & 1)) {
            x++;
            continue;
        }
        while (x < width && row[x] & 1) {
            x++;
        }
        kf_buf_printf(buf, "M%d %dh%dv1h-%dz", from + QUIET, y + QUIET, x - from, x - from);
    }
}

static void write_svg(kf_buf_t *buf, const QRcode *code)
{
    int side = code->width + 2 * QUIET;

    kf_buf_printf(buf, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
                  "shape-rendering=\"crispEdges\">"
                  "<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path fill=\"#000\" d=\"",
                  side, side, side, side);
    for (int y = 0; y < code->width; y++) {
        write_row(buf, code->data + (size_t)y * (size_t)code->width, code->width, y);
    }
    kf_buf_str(buf, "\"/></svg>\n");
}

kf_err_t *kf_qr_svg(const char **svg, const char *text, apr_pool_t *p)
{
    QRcode *code;
    kf_buf_t buf;

    if (strlen(text) > KF_MAX_URL) {
        return kf_err(p, KF_E_TOO_LARGE, "A QR code may hold at most %d bytes.", KF_MAX_URL);
    }
    code = *text ? QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) : NULL;
    if (!code) {
        return kf_err_because(p, kf_err(p, KF_E_INTERNAL, "The QR code could not be made."),
                              "the library refused %d bytes", (int)strlen(text));
    }
    kf_buf_init(&buf, p, 16 * 1024, MAX_SVG);
    write_svg(&buf, code);
    QRcode_free(code);
    KF_TRY(kf_buf_check(&buf, "QR code", p));
    *svg = kf_buf_text(&buf);
    return NULL;
}
