#include <boost/test/unit_test.hpp>

#include <chrono>

#include "wire/command_json.hpp"
#include "wire/json_body.hpp"

using namespace cloudpods;
using namespace cloudpods::wire;

namespace {

/// `levels` arrays and objects in one another, with `inside` in the innermost.
std::string nested(int levels, const std::string& inside) {
  std::string text = inside;
  for (int i = 1; i < levels; ++i)
    text = "[" + text + "]";
  return "{\"a\":" + text + "}";
}

std::int64_t offset_of(std::string_view text) {
  const auto body = json_body::parse(text);
  if (body || body.error().code != domain::problem_code::invalid_json)
    return -1;
  return std::get<std::int64_t>(body.error().details.at(0).value);
}

} // namespace

// Contract 5.
BOOST_AUTO_TEST_SUITE(bodies)

BOOST_AUTO_TEST_CASE(no_body_counts_as_an_empty_object) {
  for (const auto* text : {"", " ", "\r\n\t ", "{}"}) {
    const auto body = json_body::parse(text);
    BOOST_REQUIRE(body.has_value());
    BOOST_TEST(body->root().size() == 0U);
  }
  BOOST_TEST(json_body::parse(std::string_view{}).has_value());
}

BOOST_AUTO_TEST_CASE(malformed_json_is_refused_with_the_offset_where_it_breaks) {
  BOOST_TEST(offset_of("{") == 1);
  BOOST_TEST(offset_of("{\"a\":}") == 5);
  BOOST_TEST(offset_of("{\"a\":1,}") == 7);
  BOOST_TEST(offset_of("{\"a\":01}") == 6);
  BOOST_TEST(offset_of("{'a':1}") == 1);
  BOOST_TEST(offset_of("{\"a\":1} x") == 8);
  BOOST_TEST(offset_of("{\"a\":1}{}") == 7);
  BOOST_TEST(offset_of("nul") >= 2);
  BOOST_TEST(offset_of("{\"a\":\"\x01\"}") == 6);
  BOOST_TEST(offset_of("{\"a\":\"\\x\"}") >= 6);
  BOOST_TEST(offset_of("{\"a\":\"\\ud800\"}") >= 6);
}

BOOST_AUTO_TEST_CASE(a_nul_between_the_tokens_is_malformed) {
  BOOST_TEST(offset_of(std::string_view{"{\0}", 3}) == 1);
  BOOST_TEST(offset_of(std::string_view{"{}\0", 3}) == 2);
}

BOOST_AUTO_TEST_CASE(what_is_no_utf_8_is_malformed) {
  for (const auto* bad : {"\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"})
    BOOST_TEST(offset_of("{\"a\":\"" + std::string{bad} + "\"}") >= 6, bad);
}

BOOST_AUTO_TEST_CASE(another_kind_of_value_is_no_body) {
  for (const auto* text : {"[]", "1", "\"a\"", "null", "true", " []"})
    BOOST_TEST(offset_of(text) == (text[0] == ' ' ? 1 : 0), text);
}

BOOST_AUTO_TEST_CASE(sixteen_levels_are_taken_and_seventeen_are_not) {
  for (const auto* inside : {"[]", "{}", "[1]", "{\"b\":[]}", "[\"x\",2]"}) {
    const bool deeper = std::string_view{inside}.size() == 8;
    BOOST_TEST(json_body::parse(nested(15 - (deeper ? 1 : 0), inside)).has_value(), inside);
    BOOST_TEST(!json_body::parse(nested(16, inside)).has_value(), inside);
  }
  BOOST_TEST(json_body::parse(nested(16, "1")).has_value());
  BOOST_TEST(!json_body::parse(nested(17, "1")).has_value());
  BOOST_TEST(offset_of(nested(17, "1")) < static_cast<std::int64_t>(nested(17, "1").size()));
}

BOOST_AUTO_TEST_CASE(a_very_deep_body_is_refused_like_any_other) {
  BOOST_TEST(!json_body::parse(nested(100000, "1")).has_value());
  BOOST_TEST(!json_body::parse(std::string(100000, '[')).has_value());
}

BOOST_AUTO_TEST_CASE(a_body_of_very_many_fields_is_read_in_a_moment) {
  std::string text = "{\"planCode\":\"starter\"";
  for (int i = 0; i < 100000; ++i)
    text += ",\"k" + std::to_string(i) + "\":1";
  text += "}";
  const auto before = std::chrono::steady_clock::now();
  const auto order = decode_order(text);
  BOOST_TEST(order.value().command.error().errors.size() == 100000U);
  BOOST_TEST((std::chrono::steady_clock::now() - before < std::chrono::seconds{5}));
}

BOOST_AUTO_TEST_SUITE_END()
