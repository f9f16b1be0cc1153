#include "actors/node_stage.hpp"

// Contract 16: lines of a node's log file become events, each once.

using namespace cloudpods;
using namespace cloudpods::actors;
using namespace cloudpods::actors::tests;
using namespace std::chrono_literals;

namespace {

struct lines_stage : node_stage {
  lines_stage() {
    log_file = "/var/log/x.log";
    restart({});
  }

  void logs(const std::string& text, const std::string& file, std::int64_t offset,
            bool more = false) {
    domain::logged_line line;
    line.text = text;
    line.next = {file, offset};
    work->logged.push_back({{line}, line.next, more});
  }
  std::vector<std::string> told() const {
    std::vector<std::string> all;
    for (const auto& each : log->events)
      if (const auto* line = std::get_if<domain::node_log>(&each.payload))
        all.push_back(line->text.value_or(line->line.value));
    return all;
  }
};

using texts = std::vector<std::string>;

} // namespace

BOOST_FIXTURE_TEST_SUITE(lines_of_a_node, lines_stage)

BOOST_AUTO_TEST_CASE(each_line_is_told_in_the_nodes_stream_with_the_place_after_it) {
  logs("one", "7", 4);
  connect(0, true);
  pass(2s, 1s);
  BOOST_TEST((told() == texts{"one"}));
  BOOST_TEST(log->events.back().stream == "node:pve1");
  domain::node_record known;
  domain::evolve(known, log->events.back().payload);
  BOOST_TEST((known.log == domain::log_position{"7", 4}));
  pass(10s, 1s);
  BOOST_TEST((work->logs_read.back() == domain::log_position{"7", 4}));
  BOOST_TEST((told() == texts{"one"}));
}

BOOST_AUTO_TEST_CASE(the_next_life_goes_on_where_the_log_says) {
  domain::node_record known;
  known.log = {"7", 100};
  restart(known);
  connect(0, true);
  pass(2s, 1s);
  BOOST_TEST_REQUIRE(!work->logs_read.empty());
  BOOST_TEST((work->logs_read.front() == domain::log_position{"7", 100}));
}

BOOST_AUTO_TEST_CASE(lines_that_are_not_durable_are_read_again) {
  connect(0, true);
  pass(2s, 1s);
  log->refusal = domain::problem{domain::problem_code::store_unavailable, "away"};
  logs("one", "7", 4);
  pass(6s, 1s);
  BOOST_TEST(told().empty());
  log->refusal.reset();
  logs("one", "7", 4);
  pass(6s, 1s);
  BOOST_TEST((told() == texts{"one"}));
  BOOST_TEST(work->logs_read.back().offset == 0);
}

BOOST_AUTO_TEST_CASE(a_full_read_is_followed_by_the_next_at_once) {
  logs("one", "7", 4, true);
  logs("two", "7", 8, true);
  logs("three", "7", 12);
  connect(0, true);
  pass(4s, 1s);
  BOOST_TEST((told() == texts{"one", "two", "three"}));
}

BOOST_AUTO_TEST_CASE(without_a_file_nothing_is_read) {
  log_file.clear();
  restart({});
  work->logs_read.clear();
  connect(0, true);
  pass(20s, 1s);
  BOOST_TEST(work->logs_read.empty());
}

BOOST_AUTO_TEST_SUITE_END()
