#include <boost/test/unit_test.hpp>

#include "wire/field_codec.hpp"
#include "wire/values.hpp"

using namespace cloudpods;
using namespace cloudpods::wire;

namespace {

domain::instant at(std::int64_t milliseconds) {
  return domain::instant{std::chrono::milliseconds{milliseconds}};
}

} // namespace

// Contract 5: RFC 3339 in UTC with milliseconds.
BOOST_AUTO_TEST_SUITE(times)

BOOST_AUTO_TEST_CASE(a_time_comes_back_from_its_text) {
  samples::any_values values{17};
  for (int i = 0; i < 20000; ++i) {
    const auto time = values.time();
    BOOST_REQUIRE_EQUAL(time_text(time).size(), 24U);
    BOOST_REQUIRE_MESSAGE(time_from_text(time_text(time)) == time, time_text(time));
  }
}

BOOST_AUTO_TEST_CASE(known_times_have_their_text) {
  BOOST_TEST(time_text(at(0)) == "1970-01-01T00:00:00.000Z");
  BOOST_TEST(time_text(at(-1)) == "1969-12-31T23:59:59.999Z");
  BOOST_TEST(time_text(at(951'782'400'007)) == "2000-02-29T00:00:00.007Z");
  BOOST_TEST(time_text(at(4'107'542'399'999)) == "2100-02-28T23:59:59.999Z");
  BOOST_TEST(time_text(at(4'107'542'400'000)) == "2100-03-01T00:00:00.000Z");
  BOOST_TEST(time_text(at(-62'167'219'200'000)) == "0000-01-01T00:00:00.000Z");
}

BOOST_AUTO_TEST_CASE(a_time_past_four_digit_years_is_the_nearest_that_has_text) {
  BOOST_TEST(time_text(at(253'402'300'800'000)) == "9999-12-31T23:59:59.999Z");
  BOOST_TEST(time_text(domain::instant::max()) == "9999-12-31T23:59:59.999Z");
  BOOST_TEST(time_text(at(-62'167'219'200'001)) == "0000-01-01T00:00:00.000Z");
  BOOST_TEST(time_text(domain::instant::min()) == "0000-01-01T00:00:00.000Z");
}

BOOST_AUTO_TEST_CASE(fractions_of_any_length_are_read_and_finer_digits_dropped) {
  const auto second = time_from_text("2026-01-31T12:00:00Z").value();
  using std::chrono::milliseconds;
  BOOST_TEST((time_from_text("2026-01-31T12:00:00.5Z") == second + milliseconds{500}));
  BOOST_TEST((time_from_text("2026-01-31T12:00:00.05Z") == second + milliseconds{50}));
  BOOST_TEST(
      (time_from_text("2026-01-31T12:00:00.1239999999999999Z") == second + milliseconds{123}));
}

BOOST_AUTO_TEST_CASE(leap_days_are_where_they_are) {
  for (const auto* good : {"2024-02-29", "2000-02-29", "2400-02-29", "0004-02-29"})
    BOOST_TEST(time_from_text(std::string{good} + "T00:00:00Z").has_value(), good);
  for (const auto* bad : {"2023-02-29", "1900-02-29", "2100-02-29", "2024-02-30", "2024-04-31"})
    BOOST_TEST(!time_from_text(std::string{bad} + "T00:00:00Z").has_value(), bad);
}

BOOST_AUTO_TEST_CASE(nothing_else_is_a_time) {
  for (const auto* bad : {"",
                          "2026",
                          "2026-01-31",
                          "2026-01-31T12:00:00",
                          "2026-01-31T12:00:00.Z",
                          "2026-01-31T12:00:00+00:00",
                          "2026-01-31 12:00:00Z",
                          "2026-1-31T12:00:00Z",
                          "2026-13-01T12:00:00Z",
                          "2026-00-01T12:00:00Z",
                          "2026-01-00T12:00:00Z",
                          "2026-01-31T24:00:00Z",
                          "2026-01-31T12:60:00Z",
                          "2026-01-31T12:00:60Z",
                          "2026-01-31T12:00:00Z ",
                          " 2026-01-31T12:00:00Z",
                          "2026-01-31T-0:00:00Z",
                          "-000-01-31T12:00:00Z",
                          "2026-01-31T12:00:-0Z",
                          "+026-01-31T12:00:00Z",
                          "2026-01-31T12:00:00.1x2Z",
                          "12026-01-31T12:00:00Z"})
    BOOST_TEST(!time_from_text(bad).has_value(), bad);
}

BOOST_AUTO_TEST_SUITE_END()
