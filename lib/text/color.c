#include "text/color.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const kf_color_t black = {0, 0, 0}, white = {255, 255, 255};

static int hex(char c)
{
    const char *digits = "0123456789abcdef", *found;

    c = c >= 'A' && c <= 'F' ? (char)(c - 'A' + 'a') : c;
    found = c ? strchr(digits, c) : NULL;
    return found ? (int)(found - digits) : -1;
}

bool kf_color_parse(kf_color_t *out, const char *text)
{
    int d[6];

    if (!text || strlen(text) != 7 || text[0] != '#') {
        return false;
    }
    for (int i = 0; i < 6; i++) {
        d[i] = hex(text[i + 1]);
        if (d[i] < 0) {
            return false;
        }
    }
    *out = (kf_color_t){(uint8_t)(d[0] << 4 | d[1]), (uint8_t)(d[2] << 4 | d[3]),
                        (uint8_t)(d[4] << 4 | d[5])};
    return true;
}

void kf_color_text(char out[8], kf_color_t c)
{
    snprintf(out, 8, "#%02x%02x%02x", c.r, c.g, c.b);
}

static double linear(uint8_t part)
{
    double v = part / 255.0;

    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

double kf_color_luminance(kf_color_t c)
{
    return 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
}

double kf_color_ratio(kf_color_t a, kf_color_t b)
{
    double la = kf_color_luminance(a), lb = kf_color_luminance(b);

    return la > lb ? (la + 0.05) / (lb + 0.05) : (lb + 0.05) / (la + 0.05);
}

kf_color_t kf_color_on(kf_color_t back)
{
    return kf_color_ratio(white, back) >= kf_color_ratio(black, back) ? white : black;
}

static uint8_t mix_part(uint8_t from, uint8_t to, int step)
{
    return (uint8_t)(from + (to - from) * step / 100);
}

kf_color_t kf_color_readable(kf_color_t c, kf_color_t back, double ratio)
{
    kf_color_t goal = kf_color_on(back), mixed = c;

    for (int step = 0; step <= 100; step++) {
        mixed = (kf_color_t){mix_part(c.r, goal.r, step), mix_part(c.g, goal.g, step),
                             mix_part(c.b, goal.b, step)};
        if (kf_color_ratio(mixed, back) >= ratio) {
            break;
        }
    }
    return mixed;
}
