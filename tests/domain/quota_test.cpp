#include <boost/test/unit_test.hpp>

#include <random>

#include "domain/samples.hpp"

using namespace cloudpods::domain;

namespace {

const limits small{{2, 4, 8192, 200}};

std::int64_t number(const problem& refusal, std::string_view name) {
  for (const auto& each : refusal.details)
    if (each.name == name)
      return std::get<std::int64_t>(each.value);
  return -99;
}

std::string word(const problem& refusal, std::string_view name) {
  for (const auto& each : refusal.details)
    if (each.name == name)
      return std::get<std::string>(each.value);
  return "?";
}

} // namespace

// Contract 12.
BOOST_AUTO_TEST_SUITE(quotas)

BOOST_AUTO_TEST_CASE(exactly_what_is_left_is_admitted) {
  BOOST_TEST(admit(small, {1, 2, 4096, 100}, {1, 2, 4096, 100}).has_value());
  BOOST_TEST(!admit(small, {1, 2, 4096, 100}, {1, 3, 4096, 100}).has_value());
}

BOOST_AUTO_TEST_CASE(a_refusal_names_all_amounts_and_the_first_dimension_that_breaks) {
  const auto refused = admit(small, {1, 2, 8000, 199}, {1, 1, 1024, 30});
  BOOST_REQUIRE(!refused.has_value());
  const auto& why = refused.error();
  BOOST_TEST((why.code == problem_code::quota_exceeded));
  BOOST_TEST(word(why, "error_field") == "memory_mb");
  BOOST_TEST(word(why, "error_code") == "MAX_MEMORY_EXCEEDED");
  for (const auto& each : dimensions) {
    const std::string field{each.field};
    BOOST_TEST(number(why, "max_" + field) == small.most.*each.amount);
    BOOST_TEST(number(why, "requested_" + field) == (resources{1, 1, 1024, 30}.*each.amount));
    BOOST_TEST(number(why, "current_" + field) == (resources{1, 2, 8000, 199}.*each.amount));
  }
}

BOOST_AUTO_TEST_CASE(each_dimension_has_its_own_code) {
  const std::vector<std::pair<resources, std::string>> cases{
      {{2, 0, 0, 0}, "MAX_PODS_EXCEEDED"},
      {{0, 4, 0, 0}, "MAX_CPU_EXCEEDED"},
      {{0, 0, 8192, 0}, "MAX_MEMORY_EXCEEDED"},
      {{0, 0, 0, 200}, "MAX_DISK_EXCEEDED"}};
  for (const auto& [held, code] : cases)
    BOOST_TEST(word(admit(small, held, {1, 1, 1, 1}).error(), "error_code") == code);
}

BOOST_AUTO_TEST_CASE(asking_less_or_the_same_is_never_refused_even_over_the_limit) {
  BOOST_TEST(admit(small, {9, 9, 99999, 999}, {0, 0, -1024, 0}).has_value());
}

BOOST_AUTO_TEST_CASE(unlimited_takes_everything) {
  const limits none{{unlimited, unlimited, unlimited, unlimited}};
  const auto most = std::numeric_limits<std::int64_t>::max();
  BOOST_TEST(admit(none, {most, most, most, most}, {1, 1, 1, 1}).has_value());
  BOOST_TEST(!admit(limits{{0, unlimited, unlimited, unlimited}}, {}, {1, 1, 1, 1}).has_value());
}

BOOST_AUTO_TEST_CASE(sums_that_would_overflow_are_refused) {
  const auto most = std::numeric_limits<std::int64_t>::max();
  BOOST_TEST(!admit(small, {1, 1, 1, 1}, {1, 1, most, 1}).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_left_is_never_below_nothing) {
  BOOST_TEST((available(small, {3, 4, 8000, 10}) == resources{0, 0, 192, 190}));
}

BOOST_AUTO_TEST_CASE(admission_never_passes_a_limit) {
  std::mt19937_64 chance{7};
  std::uniform_int_distribution<std::int64_t> any{0, 20};
  for (int i = 0; i < 20000; ++i) {
    const limits most{{any(chance), any(chance), any(chance), any(chance)}};
    const resources held{any(chance), any(chance), any(chance), any(chance)};
    const resources wanted{any(chance), any(chance), any(chance), any(chance)};
    bool fits = true;
    for (const auto& each : dimensions)
      fits = fits && (wanted.*each.amount == 0 ||
                      held.*each.amount + wanted.*each.amount <= most.most.*each.amount);
    BOOST_REQUIRE_EQUAL(admit(most, held, wanted).has_value(), fits);
  }
}

BOOST_AUTO_TEST_CASE(an_open_plan_is_limited_per_tenant_with_all_details) {
  using namespace samples;
  const auto all = offers();
  tenant_state state;
  state.id = tenant();
  state = with_pod(std::move(state), order("starter"), 1, 100001);
  state = with_pod(std::move(state), order("single"), 2, 100002);
  const auto refused = judge(state, all, order("single"), ids(3));
  BOOST_REQUIRE(!refused.has_value());
  const auto& why = refused.error();
  BOOST_TEST((why.code == problem_code::quota_exceeded));
  BOOST_TEST(number(why, "max_pods") == 1);
  BOOST_TEST(number(why, "current_pods") == 1);
  BOOST_TEST(number(why, "requested_pods") == 1);
  BOOST_TEST(number(why, "max_memory_mb") == 8192);
  BOOST_TEST(number(why, "current_memory_mb") == 1536);
  BOOST_TEST(word(why, "error_field") == "pods");
  BOOST_TEST(word(why, "error_code") == "MAX_PODS_EXCEEDED");
  BOOST_TEST(judge(state, all, order("starter"), ids(3)).has_value());
}

BOOST_AUTO_TEST_CASE(a_check_says_what_an_order_would) {
  using namespace samples;
  auto all = offers();
  tenant_state state;
  state.id = tenant();
  BOOST_TEST(check_quota(state, all, "starter", std::nullopt).has_value());
  BOOST_TEST((check_quota(state, all, "retired", std::nullopt).error().code ==
              problem_code::plan_not_found));
  BOOST_TEST((check_quota(state, all, "starter", "old").error().code ==
              problem_code::blueprint_not_found));
  all.default_limits.most.pods = 0;
  BOOST_TEST((check_quota(state, all, "starter", std::nullopt).error() ==
              judge(state, all, order(), ids(1)).error()));
}

BOOST_AUTO_TEST_SUITE_END()
