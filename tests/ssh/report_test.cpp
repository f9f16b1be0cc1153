#include <boost/test/unit_test.hpp>

#include "ssh/progress.hpp"
#include "ssh/report.hpp"

namespace cloudpods::ssh::test {

namespace {

const std::string whole = "\n@@cloudpods ended 3 8 8 2 2\nout\nput\ne\n\n@@end\n";

std::optional<attempt_report> read(std::string_view text) {
  report_reader reader;
  reader.feed(text);
  return reader.report();
}

void expect_whole(const std::optional<attempt_report>& report) {
  BOOST_TEST_REQUIRE(report.has_value());
  BOOST_TEST((report->state == report_state::ended));
  BOOST_TEST(report->exit_code.value() == 3);
  BOOST_TEST(report->out == "out\nput\n");
  BOOST_TEST(report->err == "e\n");
}

} // namespace

BOOST_AUTO_TEST_SUITE(reports)

BOOST_AUTO_TEST_CASE(a_report_is_read_whole) { expect_whole(read(whole)); }

BOOST_AUTO_TEST_CASE(a_report_is_read_after_noise) {
  expect_whole(read("Welcome!\nno line end" + whole));
  expect_whole(read("\n@@cloudpods is great\n" + whole));
  expect_whole(read("\n@@cloudpods ended 3 99999999999999999999999 8 2 2\n" + whole));
  expect_whole(read(std::string(100'000, 'x') + "\xff\xfe" + whole));
  expect_whole(read(whole + "noise behind"));
}

BOOST_AUTO_TEST_CASE(a_report_is_read_byte_by_byte) {
  report_reader reader;
  for (const auto c : "noise\r\n" + whole) {
    BOOST_TEST(!reader.report().has_value());
    reader.feed({&c, 1});
  }
  expect_whole(reader.report());
}

BOOST_AUTO_TEST_CASE(a_report_cut_at_any_byte_is_none) {
  for (std::size_t size = 0; size < whole.size(); ++size)
    BOOST_TEST(!read(std::string_view{whole}.substr(0, size)).has_value());
}

BOOST_AUTO_TEST_CASE(lengths_that_are_not_true_are_no_report) {
  BOOST_TEST(!read("\n@@cloudpods ended 0 3 3 0 0\nlonger\n@@end\n").has_value());
  BOOST_TEST(!read("\n@@cloudpods ended 256 0 0 0 0\n\n@@end\n").has_value());
  BOOST_TEST(!read("\n@@cloudpods ended - 0 0 0 0\n\n@@end\n").has_value());
  BOOST_TEST(!read("\n@@cloudpods perhaps 0 0 0 0 0\n\n@@end\n").has_value());
}

BOOST_AUTO_TEST_CASE(states_are_the_domains_where_it_has_them) {
  using domain::attempt_state;
  const auto state = [](const std::string& word) {
    return read("\n@@cloudpods " + word + " - 0 0 0 0\n\n@@end\n")->attempt();
  };
  BOOST_TEST((state("never") == attempt_state::never));
  BOOST_TEST((state("running") == attempt_state::running));
  BOOST_TEST((state("vanished") == attempt_state::vanished));
  BOOST_TEST((read(whole)->attempt() == attempt_state::ended));
  BOOST_TEST(!state("fenced").has_value());
  BOOST_TEST(!state("locked").has_value());
}

BOOST_AUTO_TEST_CASE(only_a_tail_is_kept_and_all_is_counted) {
  output_tail tail{10};
  for (int i = 0; i < 100; ++i)
    tail.append("abc");
  BOOST_TEST(tail.text() == "cabcabcabc");
  BOOST_TEST(tail.total() == 300u);
  BOOST_TEST(tail.is_cut());
  tail.append(std::string(50, 'x') + "0123456789");
  BOOST_TEST(tail.text() == "0123456789");
}

BOOST_AUTO_TEST_CASE(a_percentage_is_news_once) {
  progress_reader reader;
  const auto news = reader.feed("transferred 3.4 GiB of 8.0 GiB (42.50%)\n");
  BOOST_TEST(news->percent.value() == 42);
  BOOST_TEST(news->message == "transferred 3.4 GiB of 8.0 GiB (42.50%)");
  BOOST_TEST(!reader.feed("transferred 3.4 GiB of 8.0 GiB (42.90%)\n").has_value());
  BOOST_TEST(reader.feed("x transferred 8.0 GiB of 8.0 GiB (100.00%) in 4s\n")->percent.value() ==
             100);
}

BOOST_AUTO_TEST_CASE(progress_comes_in_any_pieces_and_with_carriage_returns) {
  progress_reader reader;
  std::optional<progress> last;
  for (const auto c :
       std::string{"transferred 1 B of 9 B (10.00%)\rtransferred 2 B of 9 B (20.00%)\r"})
    if (auto news = reader.feed({&c, 1}))
      last = news;
  BOOST_TEST(last->percent.value() == 20);
}

BOOST_AUTO_TEST_CASE(backups_and_restores_have_percentages_too) {
  progress_reader reader;
  BOOST_TEST(
      reader.feed("INFO:  12% (4.9 GiB of 40.0 GiB) in 9s, read: 560.2 MiB/s\n")->percent.value() ==
      12);
  BOOST_TEST(
      reader.feed("progress 13% (read 429522944 bytes, duration 9 sec)\n")->percent.value() == 13);
}

BOOST_AUTO_TEST_CASE(noise_and_garbage_are_no_percentage) {
  progress_reader reader;
  BOOST_TEST(!reader.feed("perl: warning: Setting locale failed.\n").has_value());
  BOOST_TEST(!reader.feed("transferred (900.00%) \xff\n")->percent.has_value());
  BOOST_TEST(!reader.feed(std::string(10'000, 'x')).has_value());
  BOOST_TEST(!reader.feed("100% sure\n")->percent.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::ssh::test
