#include "random_history.hpp"
#include "store_fixture.hpp"

using namespace cloudpods::persistence;
namespace domain = cloudpods::domain;

namespace {

constexpr std::int64_t day = 86'400;

struct expiry_fixture : store_fixture {
  log_writer writer = leader();

  std::int64_t expire(std::int64_t before, int most = 1000) const {
    return good(expire_jobs(dsn, samples::at(before), most));
  }
  std::string jobs() const { return ask("SELECT count(*) FROM cloud_pod_jobs"); }
  std::string items() const { return ask("SELECT count(*) FROM cloud_pod_queue"); }
};

} // namespace

// Contract 13: rows past retention_days are absent from both sides.
BOOST_FIXTURE_TEST_SUITE(expiring, expiry_fixture)

BOOST_AUTO_TEST_CASE(a_job_that_closed_long_ago_goes_with_its_items) {
  append(writer, {samples::tenant_made("acme"), samples::ordered(pod), samples::building(pod)});
  append(writer, {samples::built(pod)}, day);
  append(writer, {samples::destroyed(pod)}, 5 * day);
  BOOST_TEST(expire(day - 1) == 0);
  BOOST_TEST(expire(day) == 1);
  BOOST_TEST(ask("SELECT id FROM cloud_pod_jobs") == pod.job("destroy").value);
  BOOST_TEST(ask("SELECT id FROM cloud_pod_queue") == pod.item("destroy").value);
  BOOST_TEST(verified().difference.value_or("") == "");
}

BOOST_AUTO_TEST_CASE(a_job_with_an_open_item_stays_until_that_has_ended) {
  append(writer, {samples::tenant_made("acme"), samples::ordered(pod), samples::building(pod),
                  samples::failed(pod, true)});
  append(writer, {samples::tenant_made("other")}, 10 * day);
  BOOST_TEST(expire(9 * day) == 0);
  append(writer, {samples::cleaned(pod)}, 20 * day);
  BOOST_TEST(verified().difference.value_or("") == "");
  append(writer, {samples::tenant_made("late")}, 30 * day);
  BOOST_TEST(expire(19 * day) == 0);
  BOOST_TEST(expire(20 * day) == 1);
  BOOST_TEST(items() == "0");
  BOOST_TEST(verified().difference.value_or("") == "");
}

BOOST_AUTO_TEST_CASE(many_go_piece_by_piece_and_the_log_agrees_after_each) {
  append(writer, {samples::tenant_made("acme")});
  for (int i = 1; i <= 7; ++i) {
    const samples::subject each{"acme", i};
    append(writer, {samples::ordered(each), samples::building(each), samples::built(each)}, i);
  }
  append(writer, {samples::tenant_made("late")}, day);
  for (const int left : {5, 3, 1, 0}) {
    expire(day / 2, 2);
    BOOST_TEST(jobs() == std::to_string(left));
    BOOST_TEST(verified().difference.value_or("") == "");
  }
}

BOOST_AUTO_TEST_CASE(what_is_yet_to_close_is_never_past_the_horizon) {
  // A clock that runs ahead asks for more than the log has come to.
  append(writer, {samples::tenant_made("acme"), samples::ordered(pod), samples::building(pod)},
         day);
  BOOST_TEST(expire(100 * day) == 0);
  append(writer, {samples::built(pod)}, 2 * day);
  BOOST_TEST(jobs() == "1");
  BOOST_TEST(verified().difference.value_or("") == "");
}

BOOST_AUTO_TEST_CASE(an_empty_log_has_nothing_that_expires) { BOOST_TEST(expire(day) == 0); }

BOOST_AUTO_TEST_CASE(a_rebuild_leaves_out_what_has_expired) {
  random_history history{5};
  for (std::int64_t i = 0; i < 60; ++i) {
    append(writer, history.next(6), i);
    if (i % 9 == 8)
      expire(i / 2, 10);
    if (i % 20 == 19)
      BOOST_TEST(verified().difference.value_or("") == "");
  }
  const auto before = jobs() + " " + items();
  writer.resign();
  for (auto done = rebuild(dsn); !done; done = rebuild(dsn))
    BOOST_REQUIRE(done.error().kind == fault_kind::busy);
  BOOST_TEST(jobs() + " " + items() == before);
  BOOST_TEST(verified().difference.value_or("") == "");
}

BOOST_AUTO_TEST_SUITE_END()
