#include <boost/test/unit_test.hpp>

#include "client/progress.hpp"
#include "client/text.hpp"

using namespace cloudpods::client;

BOOST_AUTO_TEST_SUITE(progress)

BOOST_AUTO_TEST_CASE(a_bar_grows_with_the_percentage) {
  job_progress at{.status = "running",
                  .percent = 0,
                  .step = "clone",
                  .message = {},
                  .waiting_on = {},
                  .queue_position = {},
                  .eta_s = {}};
  BOOST_TEST(bar_line(at, 30) == "[>         ]   0%  clone");
  at.percent = 50;
  BOOST_TEST(bar_line(at, 30) == "[=====>    ]  50%  clone");
  at.percent = 100;
  BOOST_TEST(bar_line(at, 30) == "[==========] 100%  clone");
}

BOOST_AUTO_TEST_CASE(a_bar_never_fills_the_last_column) {
  const job_progress at{.status = "running",
                        .percent = 42,
                        .step = "clone",
                        .message = std::string(300, 'x') + "é",
                        .waiting_on = {},
                        .queue_position = {},
                        .eta_s = {}};
  for (std::size_t width = 1; width < 200; ++width)
    BOOST_TEST(columns(bar_line(at, width)) <= std::max<std::size_t>(width - 1, 1));
}

BOOST_AUTO_TEST_CASE(waiting_says_for_what_and_how_long) {
  const job_progress at{.status = "pending",
                        .percent = 0,
                        .step = {},
                        .message = {},
                        .waiting_on = "storage:clients-main",
                        .queue_position = 2,
                        .eta_s = 130};
  BOOST_TEST(activity_text(at) == "waits for storage clients-main, position 2, about 2 min left");
}

BOOST_AUTO_TEST_CASE(odd_answers_are_survived) {
  const auto at = progress_of(json::value{{"status", 7}, {"progress", {{"percent", 900}}}});
  BOOST_TEST(at.percent == 100);
  BOOST_TEST(progress_of(nullptr).percent == 0);
}

BOOST_AUTO_TEST_CASE(what_a_node_says_cannot_steer_the_terminal) {
  const auto at = progress_of(json::value{{"progress", {{"message", "a\x1b[2Jb\r\nc"}}}});
  BOOST_TEST(at.message == "a[2Jb  c");
}

BOOST_AUTO_TEST_SUITE_END()
