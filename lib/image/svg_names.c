/* The elements and attributes that an uploaded SVG may have. */
#include <string.h>

#include "image/svg_int.h"

static const struct {
    const char *name;
    kf_svg_kind_t kind;
} elements[] = {
    {"svg", KF_SVG_SHAPE}, {"g", KF_SVG_SHAPE}, {"defs", KF_SVG_SHAPE}, {"symbol", KF_SVG_SHAPE},
    {"use", KF_SVG_SHAPE}, {"path", KF_SVG_SHAPE}, {"rect", KF_SVG_SHAPE}, {"circle", KF_SVG_SHAPE},
    {"ellipse", KF_SVG_SHAPE}, {"line", KF_SVG_SHAPE}, {"polyline", KF_SVG_SHAPE}, {"polygon", KF_SVG_SHAPE},
    {"linearGradient", KF_SVG_SHAPE}, {"radialGradient", KF_SVG_SHAPE}, {"stop", KF_SVG_SHAPE},
    {"clipPath", KF_SVG_SHAPE}, {"mask", KF_SVG_SHAPE}, {"pattern", KF_SVG_SHAPE}, {"marker", KF_SVG_SHAPE},
    {"filter", KF_SVG_SHAPE}, {"feBlend", KF_SVG_SHAPE}, {"feColorMatrix", KF_SVG_SHAPE},
    {"feComponentTransfer", KF_SVG_SHAPE}, {"feComposite", KF_SVG_SHAPE}, {"feDropShadow", KF_SVG_SHAPE},
    {"feFlood", KF_SVG_SHAPE}, {"feFuncA", KF_SVG_SHAPE}, {"feFuncB", KF_SVG_SHAPE}, {"feFuncG", KF_SVG_SHAPE},
    {"feFuncR", KF_SVG_SHAPE}, {"feGaussianBlur", KF_SVG_SHAPE}, {"feMerge", KF_SVG_SHAPE},
    {"feMergeNode", KF_SVG_SHAPE}, {"feOffset", KF_SVG_SHAPE}, {"switch", KF_SVG_SHAPE},
    {"text", KF_SVG_TEXT}, {"tspan", KF_SVG_TEXT}, {"title", KF_SVG_TEXT}, {"desc", KF_SVG_TEXT},
    {"style", KF_SVG_STYLE}, {"metadata", KF_SVG_DROPPED}, {"view", KF_SVG_DROPPED},
};

static const char *const followed[] = {"use", "linearGradient", "radialGradient", "pattern", NULL};

static const char *const properties[] = {
    "alignment-baseline", "baseline-shift", "clip-path", "clip-rule", "color", "color-interpolation",
    "color-interpolation-filters", "direction", "display", "dominant-baseline", "enable-background", "fill",
    "fill-opacity", "fill-rule", "filter", "flood-color", "flood-opacity", "font-family", "font-size",
    "font-stretch", "font-style", "font-variant", "font-weight", "image-rendering", "isolation",
    "letter-spacing", "marker-end", "marker-mid", "marker-start", "mask", "mask-type", "mix-blend-mode",
    "opacity", "overflow", "paint-order", "shape-rendering", "stop-color", "stop-opacity", "stroke",
    "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
    "stroke-opacity", "stroke-width", "text-anchor", "text-decoration", "text-rendering", "transform",
    "vector-effect", "visibility", "white-space", "word-spacing", NULL};

static const char *const attributes[] = {
    "amplitude", "class", "clipPathUnits", "cx", "cy", "d", "dx", "dy", "exponent", "filterUnits", "fr", "fx",
    "fy", "gradientTransform", "gradientUnits", "height", "id", "in", "in2", "intercept", "k1", "k2", "k3",
    "k4", "lengthAdjust", "markerHeight", "markerUnits", "markerWidth", "maskContentUnits", "maskUnits",
    "mode", "offset", "operator", "orient", "pathLength", "patternContentUnits", "patternTransform",
    "patternUnits", "points", "preserveAspectRatio", "primitiveUnits", "r", "refX", "refY", "result",
    "rotate", "rx", "ry", "slope", "spreadMethod", "stdDeviation", "tableValues", "textLength", "type",
    "values", "version", "viewBox", "width", "x", "x1", "x2", "y", "y1", "y2", NULL};

static bool listed(const char *const *list, const char *name, size_t len)
{
    for (; *list; list++) {
        if (strlen(*list) == len && !memcmp(*list, name, len)) {
            return true;
        }
    }
    return false;
}

kf_svg_kind_t kf_svg_element(const char *name)
{
    for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++) {
        if (!strcmp(elements[i].name, name)) {
            return elements[i].kind;
        }
    }
    return KF_SVG_REFUSED;
}

bool kf_svg_follows(const char *name)
{
    return listed(followed, name, strlen(name));
}

bool kf_svg_property(const char *name, size_t len)
{
    return listed(properties, name, len);
}

bool kf_svg_attribute(const char *name)
{
    return listed(attributes, name, strlen(name)) || listed(properties, name, strlen(name));
}
