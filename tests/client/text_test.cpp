#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <ctime>
#include <sstream>

#include "client/table.hpp"
#include "client/text.hpp"
#include "client/time_text.hpp"

using namespace cloudpods::client;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(texts)

BOOST_AUTO_TEST_CASE(columns_are_aligned_and_numbers_stand_to_the_right) {
  table rows{{"NAME", "VMID", "ADDRESS"}};
  rows.add({"a", "9", "10.0.0.1"});
  rows.add({"größer", "100007", ""});
  std::ostringstream out;
  rows.write(out);
  BOOST_TEST(out.str() == "NAME      VMID  ADDRESS\n"
                          "a            9  10.0.0.1\n"
                          "größer  100007  -\n");
}

BOOST_AUTO_TEST_CASE(a_listing_leaves_out_what_is_not_there) {
  listing lines;
  lines.add("id", "pod-1");
  lines.add("domain", "");
  lines.add("address", "10.0.0.1");
  std::ostringstream out;
  lines.write(out);
  BOOST_TEST(out.str() == "  id       pod-1\n  address  10.0.0.1\n");
}

BOOST_AUTO_TEST_CASE(control_characters_are_left_out) {
  BOOST_TEST(printable("a\x1b]0;x\x07\tb\x7f") == "a]0;x b");
  BOOST_TEST(printable("\xc2\x9b"
                       "31mé") == "31mé");
}

BOOST_AUTO_TEST_CASE(a_cut_text_says_so_and_keeps_whole_characters) {
  BOOST_TEST(cut("größer", 6) == "größer");
  BOOST_TEST(cut("größer", 4) == "grö…");
  BOOST_TEST(cut("größer", 0) == "");
}

BOOST_AUTO_TEST_CASE(memory_is_shown_in_its_unit) {
  BOOST_TEST(memory_text(512) == "512 MiB");
  BOOST_TEST(memory_text(2048) == "2 GiB");
  BOOST_TEST(memory_text(1536) == "1.5 GiB");
}

BOOST_AUTO_TEST_CASE(what_stands_in_a_path_is_encoded) {
  BOOST_TEST(url_encoded("a b/ü?&") == "a%20b%2F%C3%BC%3F%26");
}

BOOST_AUTO_TEST_CASE(times_are_read_as_the_api_writes_them) {
  const auto read = time_from_text("2026-03-01T14:05:09.250Z");
  BOOST_REQUIRE(read.has_value());
  BOOST_TEST((read->time_since_epoch() == 1772373909250ms));
  BOOST_TEST((time_from_text("1970-01-01T00:00:01Z")->time_since_epoch() == 1s));
  for (const auto* wrong :
       {"", "2026-03-01", "2026-02-30T00:00:00Z", "2026-03-01T25:00:00Z", "2026-03-01T14:05:09",
        "2026-03-01T14:05:09.Z", "2026-03-01T14:05:09+01:00", "-026-03-01T14:05:09Z"})
    BOOST_TEST(!time_from_text(wrong).has_value(), wrong);
}

BOOST_AUTO_TEST_CASE(ages_are_rounded_to_what_a_person_would_say) {
  const time_point now{1'772'373'909s};
  BOOST_TEST(relative_text(now - 1s, now) == "just now");
  BOOST_TEST(relative_text(now + 1s, now) == "just now");
  BOOST_TEST(relative_text(now - 45s, now) == "45 s ago");
  BOOST_TEST(relative_text(now - 240s, now) == "4 min ago");
  BOOST_TEST(relative_text(now - 3h, now) == "3 h ago");
  BOOST_TEST(relative_text(now - 12 * 24h, now) == "12 days ago");
  BOOST_TEST(relative_text(now + 10min, now) == "in 10 min");
  BOOST_TEST(ago("", now) == "");
}

BOOST_AUTO_TEST_CASE(times_are_shown_where_the_user_is) {
  setenv("TZ", "CET-1", 1);
  tzset();
  BOOST_TEST(local_text(*time_from_text("2026-03-01T14:05:09Z")) == "2026-03-01 15:05:09");
  unsetenv("TZ");
  tzset();
}

BOOST_AUTO_TEST_SUITE_END()
