#include "text/lang.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

typedef struct {
    const char *at, *end;
} piece_t;

static void trim(piece_t *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t')) {
        s->at++;
    }
    while (s->end > s->at && (s->end[-1] == ' ' || s->end[-1] == '\t')) {
        s->end--;
    }
}

/* Takes the text before `stop` off the front of `rest`. */
static piece_t take(piece_t *rest, char stop)
{
    const char *found = memchr(rest->at, stop, (apr_size_t)(rest->end - rest->at));
    piece_t piece = {rest->at, found ? found : rest->end};

    rest->at = found ? found + 1 : rest->end;
    trim(&piece);
    return piece;
}

/* A weight in thousandths, -1 if it is not one: 1, 0.8, 0.123. */
static int weight(piece_t q)
{
    int value = 0, unit = 100;

    if (q.at == q.end || (*q.at != '0' && *q.at != '1')) {
        return -1;
    }
    value = (*q.at++ - '0') * 1000;
    if (q.at < q.end && *q.at++ != '.') {
        return -1;
    }
    for (; q.at < q.end; q.at++, unit /= 10) {
        if (*q.at < '0' || *q.at > '9' || !unit) {
            return -1;
        }
        value += (*q.at - '0') * unit;
    }
    return value > 1000 ? -1 : value;
}

/* The weight of one language range; 1000 if it has none. */
static int weight_of(piece_t parameters)
{
    while (parameters.at < parameters.end) {
        piece_t one = take(&parameters, ';');

        if (one.end - one.at >= 2 && (one.at[0] == 'q' || one.at[0] == 'Q') && one.at[1] == '=') {
            return weight((piece_t){one.at + 2, one.end});
        }
    }
    return 1000;
}

static bool is_lang(piece_t tag, const char *lang)
{
    return tag.end - tag.at >= 2 && !strncasecmp(tag.at, lang, 2) &&
           (tag.end - tag.at == 2 || tag.at[2] == '-');
}

/* What a header says about one language: its best weight, and its position. */
typedef struct {
    int weight, place; /* weight -1: not named */
} wish_t;

static void hear(wish_t *wish, int q, int place)
{
    if (q > wish->weight) {
        wish->weight = q;
        wish->place = place;
    }
}

const char *kf_lang_choose(const char *header, apr_size_t len, const char *fallback)
{
    wish_t es = {-1, 0}, en = {-1, 0}, any = {-1, 0};
    piece_t rest = {header, header ? header + len : NULL};
    const char *other = fallback && !strcmp(fallback, "en") ? "en" : "es";

    for (int place = 1; header && rest.at < rest.end; place++) {
        piece_t item = take(&rest, ','), tag = take(&item, ';');
        int q = weight_of(item);

        if (is_lang(tag, "es")) {
            hear(&es, q, place);
        } else if (is_lang(tag, "en")) {
            hear(&en, q, place);
        } else if (tag.end - tag.at == 1 && *tag.at == '*') {
            hear(&any, q, place);
        }
    }
    if (es.weight < 0) {
        es = any;
    }
    if (en.weight < 0) {
        en = any;
    }
    if ((es.weight <= 0 && en.weight <= 0) ||
        (es.weight == en.weight && es.place == en.place)) {
        return other;
    }
    if (es.weight != en.weight) {
        return es.weight > en.weight ? "es" : "en";
    }
    return es.place < en.place ? "es" : "en";
}
