#include "actors/event_feed.hpp"
#include "actors/stage.hpp"

using namespace cloudpods;
using namespace cloudpods::actors;
using namespace cloudpods::actors::tests;

namespace {

using seqs = std::vector<std::int64_t>;

caf::behavior listener(caf::event_based_actor*, std::shared_ptr<seqs> heard,
                       std::shared_ptr<std::string> progress) {
  return {[heard](const live_events& news) {
            for (const auto& each : *news.frames)
              heard->push_back(each->seq);
          },
          [progress](const live_progress& news) { *progress += *news.text; }};
}

struct feed_stage : stage {
  feed_stage() { ends_with_stage(feed); }

  struct heard {
    caf::actor who;
    std::shared_ptr<seqs> events = std::make_shared<seqs>();
    std::shared_ptr<std::string> progress = std::make_shared<std::string>();
  };

  heard follower() {
    heard made;
    made.who = system().spawn(listener, made.events, made.progress);
    ends_with_stage(made.who);
    return made;
  }

  std::int64_t follow(const heard& one) {
    const auto reply = ask<following>(feed, follow_feed{one.who});
    BOOST_REQUIRE(reply->has_value());
    return (*reply)->head;
  }

  void tell(seqs which) {
    auto frames = std::make_shared<std::vector<shared_frame>>();
    for (const auto each : which) {
      event_frame frame;
      frame.seq = each;
      frames->push_back(std::make_shared<const event_frame>(frame));
    }
    caf::anon_send(feed, live_events{std::move(frames)});
  }

  event_feed_actor feed = spawn_event_feed(system(), 40);
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(the_event_feed, feed_stage)

BOOST_AUTO_TEST_CASE(every_event_is_heard_once_and_in_order) {
  const auto one = follower();
  BOOST_TEST(follow(one) == 40);
  BOOST_TEST(follow(one) == 40);
  tell({41, 42});
  tell({43});
  tell({44, 45});
  run();
  BOOST_TEST(*one.events == (seqs{41, 42, 43, 44, 45}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_late_follower_is_told_where_the_feed_stands_and_hears_the_rest) {
  tell({41, 42});
  const auto late = follower();
  BOOST_TEST(follow(late) == 42);
  tell({43});
  run();
  BOOST_TEST(*late.events == seqs{43}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(who_leaves_hears_no_more_and_the_others_do) {
  const auto one = follower();
  const auto two = follower();
  follow(one);
  follow(two);
  caf::anon_send(feed, leave_feed{one.who});
  tell({41});
  run();
  BOOST_TEST(one.events->empty());
  BOOST_TEST(two.events->size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_follower_that_ended_does_not_disturb_the_others) {
  const auto one = follower();
  const auto two = follower();
  follow(one);
  follow(two);
  caf::anon_send_exit(one.who, caf::exit_reason::kill);
  run();
  tell({41});
  run();
  BOOST_TEST(two.events->size() == 1U);
}

BOOST_AUTO_TEST_CASE(progress_is_passed_on_and_moves_no_head) {
  const auto one = follower();
  follow(one);
  caf::anon_send(feed, live_progress{{}, {}, std::make_shared<const std::string>("42 %")});
  run();
  BOOST_TEST(*one.progress == "42 %");
  BOOST_TEST(follow(one) == 40);
}

BOOST_AUTO_TEST_SUITE_END()
