/* The figures of the last days, compared with the period before, and their charts. */
#include <apr_strings.h>
#include <string.h>

#include "figures/view.h"
#include "page/say.h"

#define CHART_H 100 /* SVG units; the stylesheet sets the size */
#define BAR 10      /* the width of a day, including the gap */
#define GAP 2

static const char *const steps[] = {"service_selected", "slot_selected", "details_entered",
                                    "payment_initiated", "payment_approved", NULL};

/* -- figures -- */

typedef struct {
    const char *word;    /* ops.figures.WORD */
    const char *key;     /* member of current and previous */
    enum { COUNT, MONEY, RATE, HOURS } kind;
    bool less_is_good;
} figure_t;

static const figure_t figures[] = {{"bookings", "bookings", COUNT, false},
                                   {"revenue", "revenue_cents", MONEY, false},
                                   {"conversion", "conversion", RATE, false},
                                   {"no_show", "no_show_rate", RATE, true},
                                   {"moved", "moved", COUNT, true},
                                   {"cancellations", "cancelled", COUNT, true},
                                   {"lead", "lead_hours_p50", HOURS, false}};

/* A figure as a comparable integer: rates in thousandths, hours in minutes. */
static bool value_of(int64_t *out, const figure_t *figure, const json_t *period)
{
    const json_t *value = json_object_get(period, figure->key);

    if (!json_is_number(value)) {
        return false;
    }
    *out = json_is_integer(value) ? json_integer_value(value) : 0;
    if (figure->kind == RATE) {
        *out = (int64_t)(json_number_value(value) * 1000 + 0.5);
    } else if (figure->kind == HOURS) {
        *out = (int64_t)(json_number_value(value) * 60 + 0.5);
    }
    return true;
}

static const char *value_text(kfm_call_t *call, const figure_t *figure, int64_t value,
                              const char *currency)
{
    switch (figure->kind) {
    case MONEY:
        return kfm_say_money_of(call, value, currency);
    case RATE:
        return apr_psprintf(call->pool, "%" APR_INT64_T_FMT "\xc2\xa0%%", (apr_int64_t)((value + 5) / 10));
    case HOURS:
        return kfm_say_span(call, value * 60);
    default:
        return apr_psprintf(call->pool, "%" APR_INT64_T_FMT, (apr_int64_t)value);
    }
}

/* The change of a figure: in words and as an arrow. */
static void put_change(json_t *item, kfm_call_t *call, const figure_t *figure, int64_t now, int64_t before,
                       const char *currency)
{
    int64_t percent = before ? (now - before) * 100 / before : 0;
    bool up = now > before;
    const char *number = apr_psprintf(call->pool, "%" APR_INT64_T_FMT,
                                      (apr_int64_t)(percent < 0 ? -percent : percent));

    kfm_put(item, "tone", now == before ? "same" : up != figure->less_is_good ? "good" : "bad");
    kfm_put_flag(item, "up", now > before);
    kfm_put_flag(item, "down", now < before);
    if (now == before) {
        kfm_put(item, "change", kf_catalog_text(KFM_SAY(call), "ops.figures.same"));
    } else if (!before) {
        kfm_put(item, "change", kf_catalog_text(KFM_SAY(call), "ops.figures.new"));
    } else {
        kfm_put(item, "change",
                kf_catalog_format(KFM_SAY(call), up ? "ops.figures.up" : "ops.figures.down",
                                  call->pool, "percent", number, "before",
                                  value_text(call, figure, before, currency), NULL));
    }
}

static json_t *card(kfm_call_t *call, const figure_t *figure, const json_t *doc)
{
    const char *currency = kfm_say_text(doc, "currency");
    json_t *item = json_object();
    int64_t now = 0, before = 0;
    bool has_now = value_of(&now, figure, json_object_get(doc, "current"));
    bool has_before = value_of(&before, figure, json_object_get(doc, "previous"));

    kfm_put(item, "title", kfm_say_word(call, "figures", figure->word));
    kfm_put(item, "value", has_now ? value_text(call, figure, now, currency) : "\xe2\x80\x93");
    kfm_put(item, "hint", kfm_words(call, apr_pstrcat(call->pool, "ops.figures.", figure->word,
                                                      "_hint", NULL), NULL));
    kfm_put(item, "change", kf_catalog_text(KFM_SAY(call), "ops.figures.unknown"));
    kfm_put_null(item, "up");
    kfm_put_null(item, "down");
    kfm_put(item, "tone", "same");
    if (has_now && has_before) {
        put_change(item, call, figure, now, before, currency);
    }
    return item;
}

/* -- bookings per day -- */

static int64_t highest(const json_t *days)
{
    const json_t *day;
    int64_t most = 1;
    size_t i;

    json_array_foreach(days, i, day) {
        int64_t n = kfm_say_int(day, "bookings");

        most = n > most ? n : most;
    }
    return most;
}

static void put_days(json_t *root, kfm_call_t *call, const json_t *doc)
{
    const json_t *days = json_object_get(doc, "daily"), *day;
    int64_t most = highest(days), sum = 0;
    size_t n = json_array_size(days), i;
    json_t *bars = json_array(), *chart = json_object();

    json_array_foreach(days, i, day) {
        int64_t count = kfm_say_int(day, "bookings"), height = count * CHART_H / most;

        sum += count;
        json_array_append_new(bars, json_pack("{s:I, s:I, s:I, s:s?, s:s?, s:s?}", "x", (json_int_t)i * BAR + GAP / 2,
                                              "y", (json_int_t)(CHART_H - height), "h", (json_int_t)height, "day",
                                              kfm_say_date(call, kfm_say_text(day, "day")), "count",
                                              apr_psprintf(call->pool, "%d", (int)count), "money",
                                              kfm_say_money_of(call, kfm_say_int(day, "revenue_cents"),
                                                               kfm_say_text(doc, "currency"))));
    }
    json_object_set_new(chart, "bars", bars);
    kfm_put(chart, "box", apr_psprintf(call->pool, "0 0 %d %d", (int)(n ? n : 1) * BAR, CHART_H));
    kfm_say_put_int(chart, "width", BAR - GAP);
    kfm_put(chart, "most", apr_psprintf(call->pool, "%d", (int)most));
    kfm_put(chart, "first", n ? kfm_say_date(call, kfm_say_text(json_array_get(days, 0), "day")) : NULL);
    kfm_put(chart, "last", n ? kfm_say_date(call, kfm_say_text(json_array_get(days, n - 1), "day")) : NULL);
    kfm_put(chart, "text", kf_catalog_plural(KFM_SAY(call), "ops.figures.per_day_text", (long)sum, call->pool));
    json_object_set_new(root, "chart", chart);
    kfm_put_flag(root, "has_bookings", sum > 0);
}

/* -- holds refused by a limit; shown only if there are any -- */

static const char *const bounds[] = {"address", "network", "share"};
#define BOUNDS (sizeof(bounds) / sizeof(*bounds))

static json_t *refused_day(int64_t sums[BOUNDS], kfm_call_t *call, const json_t *day)
{
    const json_t *refused = json_object_get(day, "holds_refused");
    json_t *row = json_object();
    int64_t all = 0;

    kfm_put(row, "day", kfm_say_date(call, kfm_say_text(day, "day")));
    for (size_t i = 0; i < BOUNDS; i++) {
        int64_t n = kfm_say_int(refused, bounds[i]);

        kfm_say_put_int(row, bounds[i], n);
        sums[i] += n;
        all += n;
    }
    kfm_put_flag(row, "any", all > 0);
    return row;
}

static void put_refused(json_t *root, kfm_call_t *call, const json_t *doc)
{
    json_t *facts = json_array(), *days = json_array();
    int64_t sums[BOUNDS] = {0}, all = 0;
    const json_t *day;
    size_t i;

    json_array_foreach(json_object_get(doc, "daily"), i, day) {
        json_array_append_new(days, refused_day(sums, call, day));
    }
    for (i = 0; i < BOUNDS; i++) {
        json_array_append_new(facts, json_pack("{s:s?, s:I}", "title", kfm_say_word(call, "refused", bounds[i]),
                                               "value", (json_int_t)(sums[i])));
        all += sums[i];
    }
    json_object_set_new(root, "refused", facts);
    json_object_set_new(root, "refused_days", days);
    kfm_put_flag(root, "has_refused", all > 0);
}

/* -- the funnel: from the first step to the payment -- */

static void put_funnel(json_t *root, kfm_call_t *call, const json_t *doc)
{
    const json_t *now = json_object_get(json_object_get(doc, "current"), "funnel");
    const json_t *before = json_object_get(json_object_get(doc, "previous"), "funnel");
    json_t *list = json_array();
    int64_t most = 0, first = kfm_say_int(now, steps[0]);

    for (const char *const *step = steps; *step; step++) {
        most = kfm_say_int(now, *step) > most ? kfm_say_int(now, *step) : most;
    }
    for (const char *const *step = steps; *step; step++) {
        int64_t n = kfm_say_int(now, *step);

        json_array_append_new(
            list, json_pack("{s:s?, s:s?, s:s?, s:s?, s:I}", "title", kfm_say_word(call, "step", *step), "count",
                            apr_psprintf(call->pool, "%d", (int)n), "before",
                            apr_psprintf(call->pool, "%d", (int)kfm_say_int(before, *step)), "share",
                            first ? apr_psprintf(call->pool, "%d\xc2\xa0%%", (int)(n * 100 / first)) : "\xe2\x80\x93",
                            "width", (json_int_t)(most ? n * 100 / most : 0)));
    }
    json_object_set_new(root, "funnel", list);
    kfm_put_flag(root, "has_funnel", most > 0);
}

/* -- the merchant's system -- */

static void add_fact(json_t *list, kfm_call_t *call, const char *word, const json_t *value, bool ms)
{
    json_t *item;
    const char *n;

    if (!json_is_number(value)) {
        return;
    }
    item = json_object();
    n = apr_psprintf(call->pool, "%d", (int)(json_number_value(value) + 0.5));
    kfm_put(item, "title", kfm_say_word(call, "figures", word));
    kfm_put(item, "value",
            ms ? kf_catalog_format(KFM_SAY(call), "ops.figures.ms", call->pool, "n", n, NULL) : n);
    json_array_append_new(list, item);
}

static void put_health(json_t *root, kfm_call_t *call, const json_t *doc)
{
    const json_t *sent = json_object_get(json_object_get(doc, "current"), "callbacks");
    const json_t *health = json_object_get(doc, "callback_health");
    json_t *list = json_array();

    add_fact(list, call, "callbacks_ok", json_object_get(sent, "delivered"), false);
    add_fact(list, call, "callbacks_waiting", json_object_get(health, "waiting"), false);
    add_fact(list, call, "callbacks_dead", json_object_get(health, "dead"), false);
    add_fact(list, call, "callback_p50", json_object_get(sent, "latency_ms_p50"), true);
    add_fact(list, call, "callback_p95", json_object_get(sent, "latency_ms_p95"), true);
    json_object_set_new(root, "health", list);
}

/* -- external calendars; shown only if there are any -- */

static void add_count(json_t *list, kfm_call_t *call, const char *word, int64_t n)
{
    json_array_append_new(list, json_pack("{s:s?, s:s?}",
                                          "title", kfm_words(call, apr_pstrcat(call->pool, "connect.figures.", word, NULL), word),
                                          "value", apr_psprintf(call->pool, "%d", (int)n)));
}

static int64_t count_state(const json_t *doc, const char *state)
{
    const json_t *one;
    int64_t n = 0;
    size_t i;

    json_array_foreach(json_object_get(doc, "calendars"), i, one) {
        n += !strcmp(kfm_say_text(one, "state"), state);
    }
    return n;
}

static void put_calendars(json_t *root, kfm_call_t *call, const json_t *doc)
{
    json_t *list = json_array();
    int64_t error = count_state(doc, "error");

    add_count(list, call, "connected", kfm_say_int(doc, "connected"));
    add_count(list, call, "error", error);
    add_count(list, call, "unreadable", count_state(doc, "unreadable"));
    add_count(list, call, "conflicts", kfm_say_int(doc, "conflicts"));
    add_count(list, call, "waiting", kfm_say_int(doc, "waiting"));
    add_count(list, call, "failed", kfm_say_int(doc, "failed"));
    kfm_put_flag(root, "has_calendars", kfm_say_int(doc, "connected") + error > 0);
    json_object_set_new(root, "calendars", list);
}

static void put_ranges(kfm_view_t *view, int days)
{
    static const int ranges[] = {7, 30, 90};
    kfm_call_t *call = view->call;
    json_t *list = json_array();

    for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++) {
        const char *n = apr_itoa(call->pool, ranges[i]);

        json_array_append_new(
            list,
            json_pack("{s:s?, s:s?, s:b}", "url", apr_pstrcat(call->pool, "/dashboard/analytics?days=", n, NULL),
                      "text", kf_catalog_format(KFM_SAY(call), "ops.figures.days", call->pool, "n", n, NULL),
                      "current", ranges[i] == days));
    }
    json_object_set_new(view->root, "ranges", list);
}

kf_err_t *kfm_page_figures(kfm_call_t *call, int days, json_t *doc, const json_t *calendars)
{
    json_t *cards;
    kfm_view_t view;

    KF_TRY(kfm_say_begin(&view, call, "analytics", kf_catalog_text(KFM_SAY(call), "ops.figures.title")));
    cards = json_array();
    for (size_t i = 0; i < sizeof(figures) / sizeof(*figures); i++) {
        json_array_append_new(cards, card(call, &figures[i], doc));
    }
    json_object_set_new(view.root, "cards", cards);
    put_ranges(&view, days);
    put_days(view.root, call, doc);
    put_funnel(view.root, call, doc);
    put_refused(view.root, call, doc);
    put_health(view.root, call, doc);
    put_calendars(view.root, call, calendars);
    return kfm_dash_send(&view, 200, "figures/page");
}
