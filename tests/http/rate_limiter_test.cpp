#include <boost/test/unit_test.hpp>

#include "http/rate_limiter.hpp"

using namespace cloudpods;
using namespace std::chrono_literals;

namespace {

struct limiter_fixture {
  http::rate_limiter limiter{{30, 3, 2}};
  http::rate_limiter::clock::time_point now{};
  domain::tenant_id tenant{"T-1"};

  http::rate_verdict write() { return limiter.take(tenant, true, now); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(rate_limits, limiter_fixture)

BOOST_AUTO_TEST_CASE(a_burst_is_let_in_and_no_more) {
  for (int left = 2; left >= 0; --left) {
    const auto verdict = write();
    BOOST_TEST(verdict.allowed);
    BOOST_TEST(verdict.limit == 3);
    BOOST_TEST(verdict.remaining == left);
  }
  const auto refused = write();
  BOOST_TEST(!refused.allowed);
  BOOST_TEST((refused.retry == 2s));
  BOOST_TEST((refused.reset == 6s));
}

BOOST_AUTO_TEST_CASE(tokens_come_back_with_time) {
  for (int i = 0; i < 3; ++i)
    write();
  now += 1999ms;
  BOOST_TEST(!write().allowed);
  now += 1ms;
  BOOST_TEST(write().allowed);
  BOOST_TEST(!write().allowed);
}

BOOST_AUTO_TEST_CASE(reads_and_other_tenants_have_buckets_of_their_own) {
  for (int i = 0; i < 4; ++i)
    write();
  BOOST_TEST(limiter.take(tenant, false, now).allowed);
  BOOST_TEST(limiter.take(domain::tenant_id{"T-2"}, true, now).allowed);
}

BOOST_AUTO_TEST_CASE(a_bucket_holds_no_more_than_its_burst) {
  write();
  now += 1h;
  BOOST_TEST(write().remaining == 2);
}

// Architecture 8: every table has a bound.
BOOST_AUTO_TEST_CASE(past_the_bound_the_longest_unused_bucket_is_forgotten) {
  http::rate_limiter small{{30, 1, 2}, 2};
  const domain::tenant_id other{"T-2"};
  const domain::tenant_id third{"T-3"};
  BOOST_TEST(small.take(tenant, true, now).allowed);
  BOOST_TEST(small.take(other, true, now).allowed);
  BOOST_TEST(!small.take(tenant, true, now).allowed);
  BOOST_TEST(small.take(third, true, now).allowed); // in place of T-2
  BOOST_TEST(!small.take(tenant, true, now).allowed);
  BOOST_TEST(small.take(other, true, now).allowed);
}

BOOST_AUTO_TEST_CASE(a_limit_of_0_is_none) {
  http::rate_limiter off{{0, 0, 0}};
  for (int i = 0; i < 1000; ++i)
    BOOST_TEST_REQUIRE(off.take(tenant, i % 2 == 0, now).allowed);
  BOOST_TEST(!off.take(tenant, true, now).applies);
}

BOOST_AUTO_TEST_SUITE_END()
