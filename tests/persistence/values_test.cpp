#include <boost/test/unit_test.hpp>

#include "persistence/event_ids.hpp"
#include "persistence/fault.hpp"
#include "persistence/parameters.hpp"
#include "persistence/result.hpp"
#include "samples.hpp"

using namespace cloudpods::persistence;
namespace domain = cloudpods::domain;

BOOST_AUTO_TEST_SUITE(values)

BOOST_AUTO_TEST_CASE(an_array_is_length_prefixed_so_nothing_in_it_is_special) {
  array_parameter list{wire_type::text};
  list.push(std::string_view{"{a,\"b\\"});
  list.push_null();
  const std::string expected{"\0\0\0\1"
                             "\0\0\0\1"
                             "\0\0\0\x19"
                             "\0\0\0\2"
                             "\0\0\0\1"
                             "\0\0\0\x06"
                             "{a,\"b\\"
                             "\xff\xff\xff\xff",
                             34};
  BOOST_TEST(list.encoded() == expected);
}

BOOST_AUTO_TEST_CASE(an_empty_array_has_no_dimension) {
  const std::string expected{"\0\0\0\0"
                             "\0\0\0\0"
                             "\0\0\0\x14",
                             12};
  BOOST_TEST(array_parameter{wire_type::integer}.encoded() == expected);
}

BOOST_AUTO_TEST_CASE(times_are_read_to_the_microsecond) {
  BOOST_TEST(microseconds_from_text("1970-01-01 00:00:00+00") == 0);
  BOOST_TEST(microseconds_from_text("2000-01-01 00:00:01.5+00") == 946'684'801'500'000);
  BOOST_TEST(microseconds_from_text("2026-11-21 20:11:56.000123+00") == 1'795'291'916'000'123);
}

BOOST_AUTO_TEST_CASE(bytes_are_read_from_either_case) {
  BOOST_TEST(bytes_from_hex("00ffAb") == std::string("\x00\xff\xab", 3));
}

BOOST_AUTO_TEST_CASE(an_event_id_is_a_ulid_that_sorts_by_time) {
  const auto random = samples::random_bits();
  const auto early = new_event_id(samples::at(0), random).value;
  const auto late = new_event_id(samples::at(1), random).value;
  BOOST_TEST(early.size() == 30U);
  BOOST_TEST(early.starts_with("evt-01"));
  BOOST_TEST(early < late);
  BOOST_TEST(early.find_first_of("ILOU") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(only_a_refusal_of_the_content_is_one) {
  BOOST_TEST((fault{fault_kind::refused, "22021", ""}.is_of_content()));
  BOOST_TEST((fault{fault_kind::refused, "23505", ""}.is_of_content()));
  BOOST_TEST((!fault{fault_kind::refused, "57014", ""}.is_of_content()));
  BOOST_TEST((!fault{fault_kind::refused, "53100", ""}.is_of_content()));
  BOOST_TEST((!fault{fault_kind::lost, "22021", ""}.is_of_content()));
}

BOOST_AUTO_TEST_CASE(a_caller_learns_that_the_outcome_is_open_and_nothing_of_sql) {
  const auto lost = as_problem({fault_kind::lost, "", "host=db1 SELECT"});
  BOOST_CHECK(lost.code == domain::problem_code::store_unavailable);
  BOOST_TEST(lost.outcome_unknown);
  BOOST_TEST(lost.message.find("db1") == std::string::npos);
  BOOST_TEST(!as_problem({fault_kind::away, "", ""}).outcome_unknown);
  BOOST_CHECK(as_problem({fault_kind::refused, "23505", ""}).code ==
              domain::problem_code::internal_error);
}

BOOST_AUTO_TEST_SUITE_END()
