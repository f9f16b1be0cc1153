#include <boost/test/unit_test.hpp>

#include <chrono>
#include <random>

#include "actors/budgets.hpp"

// Contract 11, "Limits at once": one tenant's 1,000 orders do not hold up another's first.

using namespace cloudpods;
using actors::budgets;

namespace {

using keys = std::set<std::string>;

domain::tenant_id tenant(int number) { return domain::tenant_id{"T-" + std::to_string(number)}; }
domain::pod_id pod(int of, int number) {
  return domain::pod_id{std::to_string(of) + "/" + std::to_string(number)};
}

const keys plain{"node"};
const keys on_a{"node", "storage:a"};
const keys on_b{"node", "storage:b"};

struct turns_fixture {
  void ask(int of, int number, const keys& wanted) { all.ask(tenant(of), pod(of, number), wanted); }
  std::string granted() {
    std::string names;
    for (const auto& each : all.admit()) {
      names += (names.empty() ? "" : " ") + each.pod.value;
      running.push_back(each.pod);
    }
    return names;
  }
  void finish(std::size_t which) {
    all.release(running[which], {});
    running.erase(running.begin() + static_cast<std::ptrdiff_t>(which));
  }
  /// What is granted after each end, in order.
  std::string rest() {
    std::string names = granted();
    while (!running.empty()) {
      finish(0);
      if (const auto more = granted(); !more.empty())
        names += " " + more;
    }
    return names;
  }

  budgets all{{1, 1, 1}};
  std::vector<domain::pod_id> running;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(turns_between_tenants, turns_fixture)

BOOST_AUTO_TEST_CASE(tenants_take_turns_and_each_is_served_in_its_own_order) {
  for (int i = 1; i <= 3; ++i)
    ask(1, i, plain);
  for (int i = 1; i <= 2; ++i)
    ask(2, i, plain);
  ask(3, 1, plain);
  BOOST_TEST(rest() == "1/1 2/1 3/1 1/2 2/2 1/3");
}

BOOST_AUTO_TEST_CASE(a_first_item_waits_for_no_other_than_what_runs) {
  for (int of = 1; of <= 100; ++of)
    for (int i = 0; i < 10; ++i)
      ask(of, i, plain);
  for (int i = 0; i < 150; ++i) {
    granted();
    finish(0);
  }
  granted();
  ask(200, 0, plain);
  finish(0);
  BOOST_TEST(granted() == "200/0");
}

BOOST_AUTO_TEST_CASE(who_comes_back_is_new_once_in_a_round) {
  for (int i = 0; i < 10; ++i)
    for (int of = 1; of <= 3; ++of)
      ask(of, i, plain);
  BOOST_TEST(granted() == "1/0");
  std::string served;
  std::string last = "9/";
  for (int i = 0, own = 0; i < 11; ++i) {
    if (last.starts_with("9/"))
      ask(9, own++, plain);
    finish(0);
    last = granted();
    served += last + " ";
  }
  BOOST_TEST(served == "2/0 3/0 9/0 9/1 1/1 2/1 3/1 9/2 1/2 2/2 3/2 ");
}

BOOST_AUTO_TEST_CASE(a_tenants_own_items_for_another_storage_go_on) {
  all = budgets{{3, 1, 1}};
  ask(1, 1, on_a);
  ask(1, 2, on_a);
  ask(1, 3, on_b);
  ask(2, 1, on_a);
  BOOST_TEST(granted() == "1/1 1/3");
  finish(0);
  BOOST_TEST(granted() == "2/1");
}

BOOST_AUTO_TEST_CASE(another_wish_of_a_pod_keeps_its_tenants_turn) {
  ask(9, 0, plain);
  BOOST_TEST(granted() == "9/0");
  ask(1, 1, plain);
  ask(2, 1, plain);
  ask(1, 1, on_a);
  finish(0);
  BOOST_TEST(granted() == "1/1");
}

BOOST_AUTO_TEST_CASE(the_first_places_are_exact_and_those_of_new_wishes_no_better_than_told) {
  std::mt19937 chance{7};
  const keys kinds[] = {plain, on_a, on_b};
  for (int round = 0; round < 50; ++round) {
    all = budgets{{1, 1, 1}};
    running.clear();
    all.claim(pod(99, 0), plain);
    std::map<domain::pod_id, std::size_t> told;
    for (int i = 0; i < 60; ++i) {
      const int of = static_cast<int>(chance() % 5);
      ask(of, i, kinds[chance() % 3]);
      told[pod(of, i)] = all.standing_of(pod(of, i))->place;
    }
    const auto places = all.next_in_line(60);
    BOOST_REQUIRE(places.size() == 60U);
    all.release(pod(99, 0), {});
    for (std::size_t i = 0; i < places.size(); ++i) {
      const auto next = all.admit();
      BOOST_REQUIRE(next.size() == 1U);
      BOOST_TEST(places[i].place == i + 1);
      BOOST_TEST(places[i].on == "node");
      BOOST_TEST(next[0].pod.value == places[i].pod.value);
      all.release(next[0].pod, {});
    }
  }
}

BOOST_AUTO_TEST_CASE(no_tenant_is_served_twice_while_another_could_have_been_served) {
  std::mt19937 chance{11};
  const keys kinds[] = {plain, on_a, on_b, {"node", "storage:a", "template:9"}};
  for (int round = 0; round < 30; ++round) {
    all = budgets{{4, 2, 1}};
    running.clear();
    // Each urgent tenant has one item, among tenants with many.
    std::map<std::string, std::map<std::string, int>> overtaken;
    std::map<std::string, keys> urgent;
    int number = 0;
    for (int step = 0; step < 400; ++step) {
      const auto& wanted = kinds[chance() % 4];
      if (step % 20 == 0) {
        const int of = 100 + step;
        ask(of, number, wanted);
        urgent[pod(of, number++).value] = wanted;
      } else if (chance() % 2 == 0) {
        ask(static_cast<int>(chance() % 3), number++, wanted);
      } else if (!running.empty()) {
        finish(chance() % running.size());
      }
      for (const auto& each : all.admit()) {
        running.push_back(each.pod);
        urgent.erase(each.pod.value);
        const auto by = each.pod.value.substr(0, each.pod.value.find('/'));
        for (const auto& [waiting, its] : urgent)
          if (its == each.keys)
            BOOST_TEST(++overtaken[waiting][by] <= 1, waiting << " by " << by);
      }
      BOOST_TEST(running.size() <= 4U);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_hundred_thousand_that_wait_are_served_fast) {
  for (int i = 0; i < 100'000; ++i)
    ask(i % 200, i, i % 3 == 0 ? on_a : i % 3 == 1 ? on_b : plain);
  BOOST_TEST(all.waiting() == 100'000U);
  const auto begin = std::chrono::steady_clock::now();
  BOOST_TEST(!granted().empty());
  for (int i = 0; i < 20'000; ++i) {
    finish(0);
    granted();
    BOOST_REQUIRE(!running.empty());
    if (i % 1000 == 0)
      BOOST_TEST(all.next_in_line(100).size() >= 100U);
  }
  // A scan of all that wait at each end would take minutes.
  BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::seconds{10}));
}

BOOST_AUTO_TEST_SUITE_END()
