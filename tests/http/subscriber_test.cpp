#include <memory>
#include <random>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "http/live_feed.hpp"

using namespace cloudpods;
using namespace std::chrono_literals;
using actors::shared_frame;
using http::subscriber;

namespace {

const domain::instant wall{1'800'000'000s};

/// A log, the feed that follows it, and one subscriber: everything moves only when told.
struct stream_fixture {
  std::mt19937 random{1};
  std::vector<shared_frame> log;
  std::size_t fed = 0; ///< how much of the log the feed was given
  http::live_feed feed;
  std::unique_ptr<subscriber> who;
  subscriber::clock::time_point now{};
  std::vector<std::int64_t> received;
  std::vector<std::string> others; ///< messages that are no events, by their type

  ~stream_fixture() {
    if (who)
      feed.leave(*who);
  }

  int below(int bound) { return std::uniform_int_distribution{0, bound - 1}(random); }

  void write(int count, const std::string& tenant = "t1", const std::string& name = "pod.active") {
    for (int i = 0; i < count; ++i) {
      auto frame = std::make_shared<actors::event_frame>();
      frame->seq = static_cast<std::int64_t>(log.size()) + 1;
      frame->tenant = domain::tenant_id{tenant};
      frame->pod = domain::pod_id{"pod-" + std::to_string(log.size() % 3)};
      frame->name = name;
      frame->text = std::to_string(frame->seq);
      log.push_back(std::move(frame));
    }
  }

  void subscribe(actors::event_filter filter, http::stream_start since,
                 http::subscriber_bounds bounds = {}) {
    who = std::make_unique<subscriber>(std::move(filter), since, feed.tail(), bounds);
    feed.join(*who);
  }

  static actors::event_filter of(const std::string& tenant) {
    actors::event_filter filter;
    filter.tenant = domain::tenant_id{tenant};
    return filter;
  }

  void deliver(std::size_t count) {
    const auto end = std::min(log.size(), fed + count);
    feed.deliver(actors::live_events{std::make_shared<const std::vector<shared_frame>>(
        log.begin() + static_cast<std::ptrdiff_t>(fed),
        log.begin() + static_cast<std::ptrdiff_t>(end))});
    fed = end;
  }

  /// As the store would: up to `limit` matches, and how far it looked.
  actors::frame_page read(const actors::read_events& question, std::size_t scanned = 1'000'000) {
    actors::frame_page page;
    page.head = static_cast<std::int64_t>(log.size());
    page.looked_up_to = question.after;
    for (auto at = static_cast<std::size_t>(question.after);
         at < log.size() && scanned-- > 0 &&
         page.frames.size() < static_cast<std::size_t>(question.limit);
         ++at) {
      page.looked_up_to = log[at]->seq;
      if (http::matches(question.filter, *log[at]))
        page.frames.push_back(log[at]);
    }
    return page;
  }

  void answer() {
    if (const auto question = who->question())
      who->page(read(*question));
  }

  void take(int count) {
    for (; count > 0; --count) {
      const auto text = who->next(now, wall);
      if (!text)
        return;
      if (text->starts_with('{'))
        others.emplace_back(boost::json::parse(*text).at("type").as_string());
      else
        received.push_back(std::stoll(*text));
    }
  }

  void settle() {
    deliver(log.size());
    for (int i = 0; i < 10'000; ++i) {
      answer();
      take(1'000);
    }
  }

  std::vector<std::int64_t> slice(std::int64_t since) {
    std::vector<std::int64_t> seqs;
    for (const auto& frame : log)
      if (frame->seq > since && http::matches(who->filter(), *frame))
        seqs.push_back(frame->seq);
    return seqs;
  }

  void check_all_received(std::int64_t since) {
    const auto expected = slice(since);
    BOOST_TEST(received == expected, boost::test_tools::per_element());
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(subscribers, stream_fixture)

BOOST_AUTO_TEST_CASE(history_comes_first_then_what_is_live) {
  write(5);
  subscribe(of("t1"), 2);
  answer();
  take(100);
  BOOST_TEST((received == std::vector<std::int64_t>{3, 4, 5}));
  BOOST_TEST((others == std::vector<std::string>{"subscribed", "caught_up"}));
  write(2);
  deliver(7);
  take(100);
  check_all_received(2);
}

BOOST_AUTO_TEST_CASE(from_now_on_nothing_of_the_past_comes) {
  write(5);
  feed.begins_after(3);
  fed = 3;
  subscribe(of("t1"), http::from_now{});
  answer();
  write(2);
  settle();
  BOOST_TEST((received == std::vector<std::int64_t>{6, 7}));
}

BOOST_AUTO_TEST_CASE(what_the_store_showed_before_the_feed_comes_once) {
  write(10);
  subscribe(of("t1"), 0);
  answer();
  deliver(4);
  deliver(100);
  settle();
  check_all_received(0);
}

BOOST_AUTO_TEST_CASE(what_was_written_while_history_was_read_is_not_missed) {
  write(5);
  deliver(5);
  subscribe(of("t1"), 0);
  const auto question = who->question();
  const auto stale = read(*question);
  write(5);
  deliver(5);
  who->page(stale);
  BOOST_TEST(!who->question());
  take(100);
  check_all_received(0);
}

BOOST_AUTO_TEST_CASE(a_slow_subscriber_goes_back_to_the_log) {
  http::subscriber_bounds bounds;
  bounds.frames = 4;
  subscribe(of("t1"), 0, bounds);
  answer();
  write(100);
  deliver(100);
  BOOST_TEST(who->question().has_value());
  who->no_page();
  settle();
  check_all_received(0);
}

BOOST_AUTO_TEST_CASE(a_queue_is_bounded_in_bytes_too) {
  http::subscriber_bounds bounds;
  bounds.bytes = 3;
  subscribe(of("t1"), 0, bounds);
  answer();
  take(100);
  write(5);
  deliver(5);
  BOOST_TEST(who->question().has_value());
  who->no_page();
  settle();
  check_all_received(0);
}

BOOST_AUTO_TEST_CASE(a_gap_in_the_feed_is_filled_from_the_log) {
  subscribe(of("t1"), 0);
  answer();
  write(10);
  deliver(3);
  fed = 6;
  deliver(4);
  settle();
  check_all_received(0);
}

BOOST_AUTO_TEST_CASE(a_page_that_never_came_is_asked_for_again) {
  write(3);
  subscribe(of("t1"), 0);
  BOOST_TEST(who->question().has_value());
  BOOST_TEST(!who->question());
  who->no_page();
  settle();
  check_all_received(0);
}

BOOST_AUTO_TEST_CASE(filters_are_or_inside_and_and_between) {
  actors::event_filter filter = of("t1");
  filter.names = {"pod.*", "job.failed"};
  filter.categories = {domain::category::info};
  actors::event_frame frame;
  frame.tenant = domain::tenant_id{"t1"};
  for (const auto& [name, is_wanted] : {std::pair{"pod.active", true},
                                        {"pod.", true},
                                        {"job.failed", true},
                                        {"job.failed2", false},
                                        {"quota.reserved", false}}) {
    frame.name = name;
    BOOST_TEST(http::matches(filter, frame) == is_wanted, name);
  }
  frame.name = "pod.active";
  frame.category = domain::category::warn;
  BOOST_TEST(!http::matches(filter, frame));
}

BOOST_AUTO_TEST_CASE(another_tenants_events_never_come) {
  write(5, "t2");
  subscribe(of("t1"), 0);
  answer();
  write(5, "t2");
  write(1, "t1");
  settle();
  BOOST_TEST((received == std::vector<std::int64_t>{11}));
}

BOOST_AUTO_TEST_CASE(since_beyond_the_log_is_told_with_its_end) {
  write(5);
  subscribe(of("t1"), 6);
  answer();
  BOOST_TEST(who->beyond_log().value() == 5);
  BOOST_TEST(!who->next(now, wall));
  BOOST_TEST(!who->question());
}

BOOST_AUTO_TEST_CASE(a_heartbeat_comes_after_five_quiet_seconds_with_the_cursor) {
  write(3);
  subscribe(of("t1"), 0);
  answer();
  take(100);
  write(2, "t2");
  deliver(5);
  now += 4999ms;
  BOOST_TEST(!who->next(now, wall));
  now += 1ms;
  BOOST_TEST(*who->next(now, wall) ==
             R"({"type":"heartbeat","cursor":5,"at":"2027-01-15T08:00:00.000Z"})");
  BOOST_TEST(!who->next(now, wall));
  BOOST_TEST((who->wakes_at() == now + 5s));
}

BOOST_AUTO_TEST_CASE(progress_comes_along_and_gives_way_to_events) {
  http::subscriber_bounds bounds;
  bounds.frames = 4;
  subscribe(of("t1"), 0, bounds);
  answer();
  take(100);
  const actors::live_progress half{domain::tenant_id{"t1"}, domain::pod_id{"pod-1"},
                                   std::make_shared<const std::string>(R"({"type":"progress"})")};
  feed.deliver(half);
  take(100);
  BOOST_TEST(others.back() == "progress");
  for (int i = 0; i < 5; ++i)
    feed.deliver(half);
  write(4);
  deliver(4);
  BOOST_TEST(!who->question());
  take(100);
  check_all_received(0);
}

BOOST_AUTO_TEST_CASE(progress_of_another_tenant_or_pod_does_not_come) {
  auto filter = of("t1");
  filter.pods = {domain::pod_id{"pod-1"}};
  subscribe(filter, 0);
  answer();
  const auto text = std::make_shared<const std::string>(R"({"type":"progress"})");
  feed.deliver({domain::tenant_id{"t2"}, domain::pod_id{"pod-1"}, text});
  feed.deliver({domain::tenant_id{"t1"}, domain::pod_id{"pod-2"}, text});
  take(100);
  BOOST_TEST((others == std::vector<std::string>{"subscribed", "caught_up"}));
}

BOOST_AUTO_TEST_CASE(news_wakes_the_driver) {
  subscribe(of("t1"), 0);
  answer();
  int calls = 0;
  who->on_news([&] { ++calls; });
  write(1);
  deliver(1);
  BOOST_TEST(calls == 1);
  write(1, "t2");
  deliver(1);
  BOOST_TEST(calls == 1);
}

BOOST_AUTO_TEST_CASE(whatever_happens_every_list_equals_the_logs_slice) {
  for (unsigned seed = 0; seed < 400; ++seed) {
    stream_fixture run;
    run.random.seed(seed);
    run.write(run.below(60), "t1");
    run.fed = static_cast<std::size_t>(run.below(static_cast<int>(run.log.size()) + 1));
    run.feed.begins_after(static_cast<std::int64_t>(run.fed));
    const auto since = run.below(static_cast<int>(run.log.size()) + 1);
    http::subscriber_bounds bounds;
    bounds.frames = static_cast<std::size_t>(1 + run.below(12));
    bounds.bytes = static_cast<std::size_t>(1 + run.below(60));
    bounds.page = 1 + run.below(20);
    auto filter = run.below(4) == 0 ? actors::event_filter{} : of("t1");
    if (run.below(3) == 0)
      filter.pods = {domain::pod_id{"pod-1"}};
    run.subscribe(filter, since, bounds);
    std::optional<actors::frame_page> under_way;
    for (int step = 0; step < 300; ++step) {
      switch (run.below(8)) {
      case 0:
        run.write(1 + run.below(9), "t" + std::to_string(1 + run.below(2)));
        break;
      case 1:
        run.deliver(static_cast<std::size_t>(run.below(8)));
        break;
      case 2:
        run.deliver(1000);
        break;
      case 3:
        run.take(run.below(6));
        break;
      case 4:
        if (run.below(10) == 0) // the feed loses something
          run.fed = std::min(run.log.size(), run.fed + static_cast<std::size_t>(run.below(5)));
        break;
      case 5:
        if (const auto question = run.who->question())
          under_way = run.read(*question, static_cast<std::size_t>(1 + run.below(30)));
        break;
      case 6:
        if (std::exchange(under_way, std::nullopt).has_value())
          run.who->no_page();
        break;
      default:
        if (under_way)
          run.who->page(*std::exchange(under_way, std::nullopt));
      }
    }
    if (under_way)
      run.who->page(*under_way);
    run.write(1, "t1"); // the feed can only be lost until its next word
    run.settle();
    BOOST_TEST_CONTEXT("seed " << seed)
    run.check_all_received(since);
    BOOST_TEST(std::ranges::count(run.others, "caught_up") == 1);
    BOOST_TEST(std::ranges::count(run.others, "subscribed") == 1);
  }
}

BOOST_AUTO_TEST_SUITE_END()
