#include <boost/test/unit_test.hpp>

#include "ssh/node_log.hpp"

using namespace cloudpods;
using namespace cloudpods::ssh;

namespace {

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    unsigned bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8U | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    for (int i = 3; i >= 0; --i)
      text += digits[bits >> (6U * static_cast<unsigned>(i)) & 63U];
    if (at + 3 > bytes.size())
      text.replace(text.size() - (at + 3 - bytes.size()), std::string::npos, at + 3 - bytes.size(),
                   '=');
  }
  return text;
}

domain::log_lines read(const std::string& head, std::string_view bytes) {
  const auto found = parse_log({"7", 100}, "log " + head, base64(bytes));
  BOOST_REQUIRE(found.has_value());
  return *found;
}

} // namespace

// Contract 16.
BOOST_AUTO_TEST_SUITE(lines_of_a_nodes_log)

BOOST_AUTO_TEST_CASE(each_whole_line_is_told_with_the_place_after_it) {
  const auto found = read("same 100 7", "{\"a\": 1}\n\nplain\n{\"b\":");
  BOOST_TEST_REQUIRE(found.lines.size() == 2U);
  BOOST_TEST(found.lines[0].json == R"({"a":1})");
  BOOST_TEST(found.lines[0].next.offset == 109);
  BOOST_TEST(found.lines[1].text == "plain");
  BOOST_TEST(found.next.offset == 116);
  BOOST_TEST(found.next.file == "7");
  BOOST_TEST(!found.more);
}

BOOST_AUTO_TEST_CASE(of_a_rotated_file_the_last_line_needs_no_end_and_the_new_one_comes_next) {
  const auto found = read("rotated 100 7", "one\ntwo");
  BOOST_TEST_REQUIRE(found.lines.size() == 2U);
  BOOST_TEST(found.next.offset == 107);
  BOOST_TEST(found.more);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_begun_amid_a_line_begins_with_the_next) {
  const auto found = read("cut 500 9", "half a line\nwhole\n");
  BOOST_TEST_REQUIRE(found.lines.size() == 1U);
  BOOST_TEST(found.lines[0].text == "whole");
  BOOST_TEST(found.next.file == "9");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_now_moves_nothing) {
  const auto found = read("same 100", "");
  BOOST_TEST((found.next == domain::log_position{"7", 100}));
  BOOST_TEST(!parse_log({}, "log same 0 7", "!").has_value());
}

BOOST_AUTO_TEST_CASE(garbage_survives_as_bounded_text) {
  const auto found = read("same 0 7", std::string(log_bytes_at_once, '\xff'));
  BOOST_TEST_REQUIRE(found.lines.size() == 1U);
  BOOST_TEST(found.lines[0].text.size() <= longest_log_line);
  BOOST_TEST(found.next.offset == static_cast<std::int64_t>(log_bytes_at_once));
  BOOST_TEST(found.more);
  BOOST_TEST(kept_line("[1,2]").text == "[1,2]");
  BOOST_TEST(kept_line("{\"a\":\"" + std::string(longest_log_line, 'x') + "\"}").json.empty());
}

BOOST_AUTO_TEST_CASE(no_more_lines_are_taken_than_one_append_holds) {
  std::string many;
  for (std::size_t i = 0; i < log_lines_at_once + 50; ++i)
    many += "x\n";
  const auto found = read("same 0 7", many);
  BOOST_TEST(found.lines.size() == log_lines_at_once);
  BOOST_TEST(found.next.offset == static_cast<std::int64_t>(2 * log_lines_at_once));
  BOOST_TEST(found.more);
}

BOOST_AUTO_TEST_CASE(secrets_are_taken_out) {
  BOOST_TEST(
      kept_line(R"({"level":"error","apiToken":{"x":1},"in":{"Password":"hunter2"}})").json ==
      R"({"level":"error","apiToken":"[redacted]","in":{"Password":"[redacted]"}})");
  BOOST_TEST(kept_line(R"({"msg":"login with password=hunter2 done"})").json ==
             R"({"msg":"login with password=[redacted] done"})");
  BOOST_TEST(kept_line("Authorization: Basic aGVsbG8= and more").text ==
             "Authorization: [redacted]");
  BOOST_TEST(kept_line("sent Bearer abc.def to it").text == "sent Bearer [redacted] to it");
  BOOST_TEST(kept_line(R"({"msg":"qm set 100007 --cipassword hunter2 --cores 2"})").json ==
             R"({"msg":"qm set 100007 --cipassword [redacted] --cores 2"})");
  BOOST_TEST(kept_line("the pwd is: \"two words\" here").text == "the pwd is: \"two words\" here");
  BOOST_TEST(kept_line("pwd: \"two words\" here").text == "pwd: \"[redacted]\" here");
  BOOST_TEST(kept_line("the token was refused").text == "the token was refused");
}

BOOST_AUTO_TEST_CASE(the_level_of_a_line_is_its_events_category) {
  BOOST_TEST((kept_line(R"({"level":"ERROR"})").category == domain::category::error));
  BOOST_TEST((kept_line(R"({"level":"warning"})").category == domain::category::warn));
  BOOST_TEST((kept_line(R"({"level":"info"})").category == domain::category::info));
}

BOOST_AUTO_TEST_SUITE_END()
