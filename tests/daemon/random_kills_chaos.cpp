#include <random>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "daemon/invariants.hpp"
#include "daemon/pod_story.hpp"

// The invariants after kills at moments that nobody chose.

namespace cloudpods::tests {

namespace {

constexpr int most_kills = 30;
constexpr std::chrono::seconds time_for_kills{50};

/// A caller that orders and destroys until it is told to end.
class busy_tenant {
public:
  busy_tenant(chaos_site& site, std::string tenant, std::string blueprint)
      : site_(site), tenant_(std::move(tenant)), blueprint_(std::move(blueprint)),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  /// Lets it finish what it began.
  const std::vector<std::pair<std::string, lived>>& finish() {
    thread_.request_stop();
    if (thread_.joinable())
      thread_.join();
    return stories_;
  }

  const std::string& tenant() const { return tenant_; }
  const std::string& blueprint() const { return blueprint_; }

private:
  void run(const std::stop_token& stop) {
    do {
      const auto name = tenant_ + "-" + std::to_string(stories_.size());
      stories_.emplace_back(name, live(site_, name, blueprint_, tenant_));
    } while (!stop.stop_requested());
  }

  chaos_site& site_;
  std::string tenant_;
  std::string blueprint_;
  std::vector<std::pair<std::string, lived>> stories_;
  std::jthread thread_;
};

struct random_site : chaos_site {
  std::mt19937 chance{std::random_device{}()};

  random_site() { start(); }

  /// What a caller was told is so for ever: the same key gives the same answer.
  void check_acknowledged(busy_tenant& by) {
    const auto& stories = by.finish();
    for (const auto& [name, story] : stories) {
      BOOST_TEST(story.wrong == "", name << ": " << story.wrong);
      BOOST_TEST(order(name, by.blueprint(), by.tenant()).job == story.create.job);
      BOOST_TEST(destroy(story.create.pod, by.tenant()).job == story.destroy.job);
    }
    BOOST_TEST(store().value("SELECT count(*) FROM cloud_pods WHERE tenant_id = '" + by.tenant() +
                             "'") == std::to_string(stories.size()));
    BOOST_TEST(store().value("SELECT count(*) FROM cloud_pod_jobs WHERE tenant_id = '" +
                             by.tenant() + "'") == std::to_string(2 * stories.size()));
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(random_kills, random_site)

BOOST_AUTO_TEST_CASE(all_that_was_acknowledged_happens_once_whenever_the_daemon_is_killed) {
  busy_tenant first{*this, "alpha", vm_blueprint};
  busy_tenant second{*this, "beta", vm_blueprint};
  busy_tenant third{*this, "gamma", ct_blueprint};
  std::uniform_int_distribution<int> moment{0, 900};
  const auto until = std::chrono::steady_clock::now() + time_for_kills;
  for (int kills = 0; kills < most_kills && std::chrono::steady_clock::now() < until; ++kills) {
    std::this_thread::sleep_for(std::chrono::milliseconds{moment(chance)});
    restart();
  }
  for (auto* each : {&first, &second, &third})
    each->finish();
  for (auto* each : {&first, &second, &third})
    check_acknowledged(*each);
  BOOST_TEST(broken_invariants(*this) == "");
  BOOST_TEST(repeated_commands(node()) == "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
