#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <limits>
#include <random>

#include <simdjson.h>

#include "wire/json_writer.hpp"

using namespace cloudpods::wire;

namespace json = boost::json;

namespace {

std::string written(std::string_view text) { return json_writer{}.value(text).take(); }

std::string hundredths(std::int64_t amount) { return json_writer{}.hundredths(amount).take(); }

/// Builds the same random document by our writer and by the oracle.
class twin {
public:
  explicit twin(std::uint64_t seed) : chance_(seed) {}

  json::value build(json_writer& out, int depth) {
    switch (below(depth > 4 ? 5 : 7)) {
    case 0:
      out.value(nullptr);
      return nullptr;
    case 1: {
      const bool yes = below(2) == 0;
      out.value(yes);
      return yes;
    }
    case 2: {
      const auto number = static_cast<std::int64_t>(chance_());
      out.value(number);
      return number;
    }
    case 3:
    case 4: {
      const auto said = text();
      out.value(said);
      return json::value(json::string(said));
    }
    case 5:
      return array(out, depth);
    default:
      return object(out, depth);
    }
  }

private:
  std::size_t below(std::size_t n) {
    return std::uniform_int_distribution<std::size_t>{0, n - 1}(chance_);
  }
  std::string text() {
    static const std::vector<std::string> some{
        "a",      "\"",         "\\", "\n",  std::string(1, '\0'), "\x1f", "\u00e9",
        "\u2028", "\U0001f40e", "/",  "\x7f"};
    std::string made;
    for (auto left = below(8); left > 0; --left)
      made += some[below(some.size())];
    return made;
  }
  json::value array(json_writer& out, int depth) {
    json::array made;
    out.begin_array();
    for (auto left = below(5); left > 0; --left)
      made.push_back(build(out, depth + 1));
    out.end_array();
    return made;
  }
  json::value object(json_writer& out, int depth) {
    json::object made;
    out.begin_object();
    for (auto left = below(5); left > 0; --left) {
      const auto name = std::to_string(left) + text();
      out.key(name);
      made[name] = build(out, depth + 1);
    }
    out.end_object();
    return made;
  }

  std::mt19937_64 chance_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(writing_json)

BOOST_AUTO_TEST_CASE(a_document_is_what_another_library_reads_it_to_be) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    json_writer out;
    const auto meant = twin{seed}.build(out, 0);
    BOOST_REQUIRE(json::parse(out.text()) == meant);
  }
}

BOOST_AUTO_TEST_CASE(a_document_is_the_same_after_it_was_read_and_written_by_simdjson) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    json_writer out;
    twin{seed}.build(out.begin_object().key("a"), 0);
    out.end_object();
    simdjson::dom::parser parser;
    BOOST_REQUIRE_EQUAL(std::string{simdjson::minify(parser.parse(out.text()).value())},
                        out.text());
  }
}

BOOST_AUTO_TEST_CASE(every_byte_makes_a_valid_document) {
  std::mt19937 chance{5};
  for (int round = 0; round < 20000; ++round) {
    std::string bytes;
    for (auto left = chance() % 12; left > 0; --left)
      bytes += static_cast<char>(chance());
    boost::json::error_code error;
    json::parse(written(bytes), error);
    BOOST_REQUIRE_MESSAGE(!error, "after " << round);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_utf_8_is_replaced_byte_by_byte) {
  const std::string mark = "\ufffd";
  BOOST_TEST(written("a\x80z") == "\"a" + mark + "z\"");
  BOOST_TEST(written("\xc0\xaf") == "\"" + mark + mark + "\"");            // overlong
  BOOST_TEST(written("\xe0\x9f\xbf") == "\"" + mark + mark + mark + "\""); // overlong
  BOOST_TEST(written("\xed\xa0\x80") == "\"" + mark + mark + mark + "\""); // a surrogate
  BOOST_TEST(written("\xf4\x90\x80\x80") == "\"" + mark + mark + mark + mark + "\"");
  BOOST_TEST(written("\xf5") == "\"" + mark + "\"");
  BOOST_TEST(written("\xe2\x82") == "\"" + mark + mark + "\""); // cut off
  BOOST_TEST(written("\xe2\x82\xac") == "\"\u20ac\"");
  BOOST_TEST(written("\xf0\x9f\x98\x80\xff") == "\"\U0001f600" + mark + "\"");
}

BOOST_AUTO_TEST_CASE(controls_and_quotes_are_escaped_and_nothing_else) {
  BOOST_TEST(written("\"\\/\b\f\n\r\t") == R"("\"\\/\b\f\n\r\t")");
  BOOST_TEST(written(std::string("\0\x01\x1f\x7f", 4)) == "\"\\u0000\\u0001\\u001f\x7f\"");
}

BOOST_AUTO_TEST_CASE(numbers_are_written_whole) {
  json_writer out;
  out.begin_array();
  out.value(std::numeric_limits<std::int64_t>::min())
      .value(std::numeric_limits<std::int64_t>::max());
  out.value(std::numeric_limits<std::uint64_t>::max()).value(0).value(-1);
  BOOST_TEST(out.end_array().take() ==
             "[-9223372036854775808,9223372036854775807,18446744073709551615,0,-1]");
}

BOOST_AUTO_TEST_CASE(hundredths_are_decimal_numbers_without_trailing_zeros) {
  BOOST_TEST(hundredths(0) == "0");
  BOOST_TEST(hundredths(149) == "1.49");
  BOOST_TEST(hundredths(150) == "1.5");
  BOOST_TEST(hundredths(300) == "3");
  BOOST_TEST(hundredths(5) == "0.05");
  BOOST_TEST(hundredths(-249) == "-2.49");
  BOOST_TEST(hundredths(std::numeric_limits<std::int64_t>::max()) == "92233720368547758.07");
  BOOST_TEST(hundredths(std::numeric_limits<std::int64_t>::min()) == "-92233720368547758.08");
}

BOOST_AUTO_TEST_SUITE_END()
