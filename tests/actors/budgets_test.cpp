#include <boost/test/unit_test.hpp>

#include "actors/budgets.hpp"

using namespace cloudpods;
using actors::budgets;

namespace {

using keys = std::set<std::string>;

const keys plain{"node"};
const keys on_a{"node", "storage:a"};
const keys on_b{"node", "storage:b"};

const domain::tenant_id one{"T-1"};
const domain::tenant_id two{"T-2"};

domain::pod_id pod(int number) { return domain::pod_id{"pod-" + std::to_string(number)}; }

struct budgets_fixture {
  std::string granted() {
    std::string names;
    for (const auto& each : all.admit())
      names += each.pod.value.substr(4);
    return names;
  }

  budgets all{{3, 1, 1}};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(a_nodes_budgets, budgets_fixture)

BOOST_AUTO_TEST_CASE(who_came_first_is_served_first) {
  for (int i = 5; i > 0; --i)
    all.ask(one, pod(i), plain);
  BOOST_TEST(granted() == "543");
  BOOST_TEST(granted().empty());
  all.release(pod(4), {});
  BOOST_TEST(granted() == "2");
}

BOOST_AUTO_TEST_CASE(a_full_storage_holds_back_only_who_wants_it) {
  all.ask(one, pod(1), on_a);
  all.ask(one, pod(2), on_a);
  all.ask(one, pod(3), on_b);
  BOOST_TEST(granted() == "13");
  BOOST_TEST(all.standing_of(pod(2)).value().on == "storage:a");
  BOOST_TEST(!all.standing_of(pod(3)).has_value());
  all.release(pod(1), {"storage:a"});
  BOOST_TEST(granted() == "2");
}

BOOST_AUTO_TEST_CASE(a_template_is_cloned_once_at_a_time) {
  all.ask(one, pod(1), {"node", "storage:a", "template:9"});
  all.ask(one, pod(2), {"node", "storage:b", "template:9"});
  all.ask(one, pod(3), {"node", "storage:b", "template:8"});
  BOOST_TEST(granted() == "13");
  BOOST_TEST(all.standing_of(pod(2)).value().on == "storage:b");
}

BOOST_AUTO_TEST_CASE(what_a_pod_holds_is_not_counted_again) {
  all.ask(one, pod(1), plain);
  BOOST_TEST(granted() == "1");
  all.ask(one, pod(1), on_a);
  BOOST_TEST(granted() == "1");
  all.ask(one, pod(2), plain);
  all.ask(one, pod(3), plain);
  all.ask(one, pod(4), plain);
  BOOST_TEST(granted() == "23");
  all.release(pod(1), {"storage:a"});
  BOOST_TEST(granted().empty());
}

BOOST_AUTO_TEST_CASE(the_end_of_a_pod_gives_back_all_and_forgets_its_wish) {
  all.ask(one, pod(1), on_a);
  BOOST_TEST(granted() == "1");
  all.ask(one, pod(2), on_a);
  all.release(pod(2), {});
  all.release(pod(1), {});
  BOOST_TEST(all.waiting() == 0U);
  BOOST_TEST(granted().empty());
  all.ask(one, pod(3), on_a);
  BOOST_TEST(granted() == "3");
}

BOOST_AUTO_TEST_CASE(claims_count_even_past_the_limit) {
  for (int i = 1; i <= 4; ++i)
    all.claim(pod(i), plain);
  all.ask(one, pod(5), plain);
  BOOST_TEST(granted().empty());
  all.release(pod(1), {});
  BOOST_TEST(granted().empty());
  all.release(pod(2), {});
  BOOST_TEST(granted() == "5");
}

BOOST_AUTO_TEST_CASE(a_claim_made_twice_counts_once) {
  all.claim(pod(1), on_a);
  all.claim(pod(1), on_a);
  all.release(pod(1), {});
  all.ask(one, pod(2), on_a);
  BOOST_TEST(granted() == "2");
}

BOOST_AUTO_TEST_CASE(another_wish_of_a_pod_keeps_its_place) {
  all.ask(one, pod(1), on_a);
  all.ask(one, pod(2), on_a);
  all.ask(one, pod(3), on_a);
  BOOST_TEST(granted() == "1");
  all.ask(one, pod(2), {"node", "storage:a", "template:9"});
  all.release(pod(1), {});
  BOOST_TEST(granted() == "2");
}

BOOST_AUTO_TEST_CASE(what_was_never_held_is_not_given_back) {
  all.release(pod(1), {"node"});
  for (int i = 1; i <= 4; ++i)
    all.ask(one, pod(i), plain);
  BOOST_TEST(granted() == "123");
}

BOOST_AUTO_TEST_SUITE_END()
