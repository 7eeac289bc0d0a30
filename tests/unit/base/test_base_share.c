#include <check.h>

#include "base/share.h"
#include "test.h"

#define BIG UINT64_C(7)
#define SMALL UINT64_C(8)
#define PLACES 6
#define SECOND apr_time_from_sec(1)
#define HOUR (apr_time_from_sec(3600))

Suite *kf_suite_base_share(void);

static kf_shares_t *shares;
static apr_time_t now;

/* With a budget in seconds. */
static void begin(int percent, int budget)
{
    const kf_share_rules_t rules = {percent, apr_time_from_sec(budget), 20};

    now = HOUR;
    shares = kf_shares_create(kf_test_pool);
    kf_shares_rule(shares, &rules);
}

/* The number of places that a party gets, one after another, up to all. */
static int takes(uint64_t who)
{
    kf_party_t *party = kf_shares_party(shares, who, now);
    int n = 0;

    while (n < PLACES && kf_shares_fits(shares, party, PLACES, now)) {
        kf_shares_inside(shares, party, 1, now);
        n++;
    }
    return n;
}

/* Uses this many places for a time. */
static void uses(uint64_t who, int places, apr_time_t time)
{
    kf_party_t *party = kf_shares_party(shares, who, now);

    kf_shares_inside(shares, party, places, now);
    now += time;
    kf_shares_inside(shares, party, -places, now);
}

static bool spent(uint64_t who)
{
    return kf_shares_spent(shares, kf_shares_party(shares, who, now), now);
}

START_TEST(alone_it_may_have_everything)
{
    begin(50, 18);
    ck_assert_int_eq(takes(BIG), PLACES);
}
END_TEST

START_TEST(in_company_it_has_its_share)
{
    begin(50, 18);
    kf_shares_party(shares, SMALL, now);
    ck_assert_int_eq(takes(BIG), PLACES / 2);
    ck_assert_int_eq(takes(SMALL), PLACES / 2);
}
END_TEST

START_TEST(company_is_over_after_a_while)
{
    begin(50, 18);
    kf_shares_party(shares, SMALL, now);
    now += KF_SHARE_COMPANY + 1;
    ck_assert_int_eq(takes(BIG), PLACES);
}
END_TEST

START_TEST(the_servers_own_work_is_neither_bound_nor_company)
{
    begin(50, 18);
    kf_shares_party(shares, KF_NOBODY, now);
    ck_assert_int_eq(takes(BIG), PLACES);
    begin(50, 18);
    kf_shares_party(shares, SMALL, now);
    ck_assert_int_eq(takes(KF_NOBODY), PLACES);
}
END_TEST

START_TEST(one_place_at_least)
{
    kf_party_t *party;

    begin(1, 0);
    kf_shares_party(shares, SMALL, now);
    party = kf_shares_party(shares, BIG, now);
    ck_assert(kf_shares_fits(shares, party, 1, now));
    kf_shares_inside(shares, party, 1, now);
    ck_assert(!kf_shares_fits(shares, party, PLACES, now));
}
END_TEST

START_TEST(without_the_guard_one_has_everything)
{
    kf_party_t *party;

    begin(100, 0);
    kf_shares_party(shares, SMALL, now);
    ck_assert_int_eq(takes(BIG), PLACES);
    party = kf_shares_party(shares, BIG, now);
    kf_shares_present(shares, party, 50, now);
    now += 5 * SECOND;
    kf_shares_party(shares, SMALL, now);
    ck_assert(!kf_shares_crowded(shares, party, now));
    ck_assert(!spent(BIG));
}
END_TEST

START_TEST(a_burst_may_have_threads_a_flood_may_not)
{
    kf_party_t *party;

    begin(50, 18);
    kf_shares_party(shares, SMALL, now);
    party = kf_shares_party(shares, BIG, now);
    kf_shares_present(shares, party, 15, now);
    ck_assert(!kf_shares_crowded(shares, party, now));
    now += KF_SHARE_BURST + 1;
    ck_assert(kf_shares_crowded(shares, party, now));
    kf_shares_present(shares, party, -6, now);
    ck_assert(!kf_shares_crowded(shares, party, now)); /* nine of twenty */
    kf_shares_present(shares, party, 1, now);
    ck_assert(kf_shares_crowded(shares, party, now)); /* it was never less than a half */
    kf_shares_present(shares, party, -6, now);
    kf_shares_present(shares, party, 15, now);
    ck_assert(!kf_shares_crowded(shares, party, now)); /* another burst */
}
END_TEST

START_TEST(a_process_of_one_thread_has_none_to_share)
{
    const kf_share_rules_t rules = {50, 0, 1};
    kf_party_t *party;

    begin(50, 18);
    kf_shares_rule(shares, &rules);
    kf_shares_party(shares, SMALL, now);
    party = kf_shares_party(shares, BIG, now);
    kf_shares_present(shares, party, 1, now);
    now += KF_SHARE_BURST + 1;
    ck_assert(!kf_shares_crowded(shares, party, now));
}
END_TEST

START_TEST(who_had_most_of_the_time_is_refused_until_it_is_past)
{
    begin(100, 18);
    uses(SMALL, 1, SECOND);
    uses(BIG, PLACES, 2 * SECOND); /* 12 of 18 seconds */
    kf_shares_party(shares, SMALL, now);
    ck_assert(!spent(BIG));
    uses(BIG, PLACES, 2 * SECOND);
    kf_shares_party(shares, SMALL, now);
    ck_assert(spent(BIG));
    ck_assert(!spent(SMALL));
    now += KF_SHARE_WINDOW;
    kf_shares_party(shares, SMALL, now);
    ck_assert(!spent(BIG));
}
END_TEST

START_TEST(who_had_half_of_it_has_one_place)
{
    begin(50, 18);
    uses(SMALL, 1, SECOND);
    uses(BIG, PLACES, SECOND);
    kf_shares_party(shares, SMALL, now);
    ck_assert_int_eq(takes(BIG), PLACES / 2);
    kf_shares_inside(shares, kf_shares_party(shares, BIG, now), -PLACES / 2, now);
    uses(BIG, PLACES, SECOND);
    kf_shares_party(shares, SMALL, now);
    ck_assert(!spent(BIG));
    ck_assert_int_eq(takes(BIG), 1);
    ck_assert_int_eq(takes(SMALL), PLACES / 2);
}
END_TEST

START_TEST(what_it_has_inside_counts_already)
{
    begin(100, 18);
    kf_shares_inside(shares, kf_shares_party(shares, BIG, now), PLACES, now);
    now += 4 * SECOND;
    kf_shares_party(shares, SMALL, now);
    ck_assert(spent(BIG));
}
END_TEST

START_TEST(two_that_are_as_busy_are_not_refused)
{
    begin(50, 18);
    for (int i = 0; i < 10; i++) {
        uses(BIG, 3, SECOND / 2);
        uses(SMALL, 3, SECOND / 2);
    }
    ck_assert(!spent(BIG) && !spent(SMALL));
}
END_TEST

START_TEST(who_is_not_known_has_no_budget)
{
    begin(100, 18);
    uses(KF_STRANGERS, PLACES, 5 * SECOND);
    kf_shares_party(shares, SMALL, now);
    ck_assert(!spent(KF_STRANGERS));
}
END_TEST

/* However many parties pass, the one with the highest use is remembered. */
START_TEST(a_crowd_does_not_make_it_forgotten)
{
    begin(100, 18);
    uses(BIG, PLACES, 4 * SECOND);
    for (uint64_t who = 100; who < 300; who++) {
        uses(who, 1, 10);
    }
    ck_assert(spent(BIG));
}
END_TEST

Suite *kf_suite_base_share(void)
{
    Suite *suite = suite_create("base_share");
    TCase *tcase = kf_test_case(suite, "base_share");

    tcase_add_test(tcase, alone_it_may_have_everything);
    tcase_add_test(tcase, in_company_it_has_its_share);
    tcase_add_test(tcase, company_is_over_after_a_while);
    tcase_add_test(tcase, the_servers_own_work_is_neither_bound_nor_company);
    tcase_add_test(tcase, one_place_at_least);
    tcase_add_test(tcase, without_the_guard_one_has_everything);
    tcase_add_test(tcase, a_burst_may_have_threads_a_flood_may_not);
    tcase_add_test(tcase, a_process_of_one_thread_has_none_to_share);
    tcase_add_test(tcase, who_had_most_of_the_time_is_refused_until_it_is_past);
    tcase_add_test(tcase, who_had_half_of_it_has_one_place);
    tcase_add_test(tcase, what_it_has_inside_counts_already);
    tcase_add_test(tcase, two_that_are_as_busy_are_not_refused);
    tcase_add_test(tcase, who_is_not_known_has_no_budget);
    tcase_add_test(tcase, a_crowd_does_not_make_it_forgotten);
    return suite;
}
