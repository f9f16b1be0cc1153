#include <boost/test/unit_test.hpp>

#include <random>

#include "domain/story.hpp"

using namespace cloudpods::domain;
using namespace cloudpods::domain::samples;

namespace {

catalogue narrow_offers() {
  auto all = offers();
  all.vmids = {100000, 100014};
  all.ip_pools[0].last = all.ip_pools[0].first + 11;
  all.quarantine_s = 30;
  return all;
}

/// A tenant, chance and a node in a bad mood.
class random_life {
public:
  /// `calm`: few pods that live long and are asked a lot.
  explicit random_life(std::uint64_t seed, bool calm = false)
      : chance_(seed), life_(narrow_offers()), calm_(calm) {
    life_.policy.max_attempts = 3;
  }

  void live(int turns) {
    for (int i = 0; i < turns; ++i) {
      turn();
      check_node();
    }
  }

  /// The node does nothing wrong any more.
  void recover() {
    for (auto& [guest, each] : life_.node.guests)
      if (!each.made_for.empty() && !each.foreign_mark)
        each.marked = true;
    life_.node.leaves_volumes = false;
    for (const auto& pod : pods_) {
      if (!life_.settle(pod, {}, 60))
        throw std::logic_error{pod.value + " never rests:" + told(life_.log.record(pod))};
      check_node();
    }
  }

  void check_end() const {
    for (const auto& pod : pods_)
      check_end(life_.state(pod));
    life_.log.check_ends();
    life_.log.check_refold();
  }

  [[nodiscard]] std::size_t pods() const { return pods_.size(); }
  [[nodiscard]] const story& life() const { return life_; }

private:
  bool one_in(int n) { return std::uniform_int_distribution{1, n}(chance_) == 1; }

  template <class T>
  const T& any(const std::vector<T>& list) {
    return list[std::uniform_int_distribution<std::size_t>{0, list.size() - 1}(chance_)];
  }

  chances draw() {
    static const std::vector<luck> moods{
        luck::success, luck::success,   luck::success,         luck::success,   luck::success,
        luck::busy,    luck::transient, luck::transient_after, luck::permanent, luck::partial};
    if (calm_ && !one_in(12)) {
      life_.node.leaves_volumes = false;
      return {};
    }
    chances drawn{any(moods), one_in(6), one_in(12),
                  one_in(12), one_in(3), std::uniform_real_distribution{0.0, 1.0}(chance_)};
    life_.node.leaves_volumes = one_in(5);
    return drawn;
  }

  void order() {
    static const std::vector<std::string> plans{"starter", "premium", "student", "single", "none"};
    auto command = samples::order(any(plans));
    if (one_in(3))
      command.blueprint = "debian";
    if (one_in(3))
      command.name = "shop-" + std::to_string(std::uniform_int_distribution{1, 4}(chance_));
    if (one_in(3))
      command.subscription = "sub-" + std::to_string(std::uniform_int_distribution{1, 4}(chance_));
    if (one_in(4))
      command.ssh_keys = {"ssh-ed25519 AAAA"};
    if (one_in(4) && !command.blueprint)
      command.user_data = "#cloud-config";
    if (const auto pod = life_.order(command))
      pods_.push_back(*pod);
  }

  /// An operator, or somebody on the node, changes a mark.
  void meddle(const pod_id& pod) {
    const auto found = life_.node.guests.find(life_.state(pod).order.guest);
    if (found == life_.node.guests.end() || found->second.made_for != pod ||
        life_.state(pod).status != pod_status::active)
      return;
    found->second.marked = false;
    if (one_in(2))
      found->second = fake_guest{pod_id{}, false, true, false, false};
  }

  /// Tenant and pod decide by the same state; the log takes the two appends in either order.
  void destroy_while_it_acts(const pod_id& pod) {
    const auto asked = life_.decide_destroy(pod);
    const auto acted = life_.decide_act(pod, draw());
    const bool first = one_in(2);
    life_.append(first ? asked : acted);
    life_.append(first ? acted : asked);
  }

  void turn() {
    life_.now += std::chrono::milliseconds{std::uniform_int_distribution{0, 20'000}(chance_)};
    if (one_in(40))
      life_.now += std::chrono::minutes{16};
    if (pods_.empty() || one_in(calm_ ? 120 : 12))
      return order();
    const auto& pod = any(pods_);
    if (one_in(40))
      return destroy_while_it_acts(pod);
    if (one_in(calm_ ? 300 : 60))
      return life_.destroy(pod);
    if (one_in(60) && life_.log.record(pod).open_job(job_type::provision) != nullptr)
      return life_.cancel(pod);
    if (one_in(calm_ ? 6 : 10))
      return ask(pod);
    if (!jobs_.empty() && one_in(40))
      return cancel_or_retry();
    if (one_in(calm_ ? 400 : 80))
      return meddle(pod);
    check_extension(pod);
    life_.act(pod, draw());
  }

  act_on_pod wish_for(const pod_id& pod) {
    using enum item_action;
    static const std::vector<item_action> kinds{
        start,    stop,     reboot,          scale,  backup,   restore, suspend, resume,
        snapshot, rollback, delete_snapshot, sync,   health,   scale,   restore, rollback,
        rollback, restore,  resume,          backup, snapshot, backup,  resume,  backup};
    act_on_pod wish;
    wish.action = any(kinds);
    auto& more = wish.parameters;
    more.force = one_in(2);
    more.reboot = one_in(2);
    more.backup_first = wish.action == item_action::scale && one_in(4);
    more.by_policy = !one_in(4);
    more.keep_last = one_in(4) ? 0 : 1;
    more.name = one_in(2) ? "one" : "two";
    const auto& backups = life_.state(pod).backups;
    if (!backups.empty())
      more.backup = any(backups).id;
    if (one_in(3))
      wish.plan = one_in(2) ? "premium" : "student";
    else
      wish.cpu_cores = std::uniform_int_distribution{1, 3}(chance_);
    if (one_in(3))
      wish.disk_gb = life_.state(pod).order.disk_gb + (one_in(2) ? 1 : 0);
    return wish;
  }

  void ask(const pod_id& pod) {
    if (const auto job = life_.ask(pod, wish_for(pod)); job && !job->empty())
      jobs_.push_back(*job);
  }

  void cancel_or_retry() {
    const auto& job = any(jobs_);
    if (one_in(2))
      life_.cancel_job(job);
    else if (const auto again = life_.retry(job); again && !again->empty())
      jobs_.push_back(*again);
  }

  /// `extend` says what the same steps say in appends of their own.
  void check_extension(const pod_id& pod) const;

  void check_node() const {
    if (life_.node.strangers_removed > 0)
      throw std::logic_error{"a stranger's guest was removed"};
    for (const auto& pod : pods_)
      if (life_.node.guests_of(pod) > 1)
        throw std::logic_error{pod.value + " has two guests"};
  }

  void check_end(const pod& pod) const {
    const bool settled = pod.status == pod_status::active || pod.status == pod_status::error ||
                         pod.status == pod_status::deleted;
    if (!settled)
      throw std::logic_error{pod.id.value + " stays " + std::string{text(pod.status)}};
    const bool gone = pod.held == holding::none;
    if (pod.status == pod_status::deleted && (!gone || pod.remains.any()))
      throw std::logic_error{pod.id.value + " is deleted and holds something"};
    if (gone && life_.node.has_anything_of(pod) && !life_.log.is_excused(pod.id))
      throw std::logic_error{pod.id.value + " left something on the node"};
    if (pod.status == pod_status::active && life_.node.guests_of(pod.id) == 0 &&
        !life_.node.facts(pod.order.guest).exists)
      throw std::logic_error{pod.id.value + " is active without a guest"};
  }

  std::mt19937_64 chance_;
  story life_;
  std::vector<pod_id> pods_;
  std::vector<job_id> jobs_;
  bool calm_ = false;
};

void fold(pod_record& state, const std::vector<new_event>& facts, instant now) {
  for (auto& each : committed(facts, 1, now))
    if (each.stream == pod_stream(state.pod.id)) {
      each.stream_version = state.pod.version + 1;
      evolve(state, each);
    }
}

void random_life::check_extension(const pod_id& pod) const {
  const auto& site = life_.log.site_of(pod);
  const auto next = life_.next(pod);
  if (next.what != move::follow)
    return;
  const auto& state = life_.log.record(pod);
  auto facts = end_step(state, next, succeeded{}, {}, life_.policy, life_.now, 0.5, item_id{"s"});
  auto apart = state;
  fold(apart, facts, life_.now);
  for (;;) {
    const auto then = next_work(apart, site, life_.now);
    if (then.what == move::finish || then.what == move::interrupt || then.what == move::refuse)
      fold(apart, finish_item(apart, then), life_.now);
    else if (then.what == move::attempt && !looks_first(then.which) &&
             !is_admitted_apart(current_item(apart)->action, then.which))
      fold(apart, begin_step(apart, then, false), life_.now);
    else
      break;
  }
  auto together = state;
  extend(state, site, life_.now, facts);
  fold(together, facts, life_.now);
  if (told(together) != told(apart))
    throw std::logic_error{"extended:" + told(together) + "\nstep by step:" + told(apart)};
}

std::string broken_claim(random_life& life, int turns) {
  try {
    life.live(turns);
    life.recover();
    life.check_end();
    return {};
  } catch (const std::exception& broken) {
    return broken.what();
  }
}

} // namespace

// Contract 10, 11, 12.
BOOST_AUTO_TEST_SUITE(any_history)

BOOST_AUTO_TEST_CASE(keeps_its_promises_whatever_the_node_says_and_when_the_tenant_destroys) {
  std::size_t pods = 0;
  std::map<std::string, int> seen;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    random_life life{seed};
    BOOST_TEST_CONTEXT("seed " << seed) { BOOST_REQUIRE_EQUAL(broken_claim(life, 300), ""); }
    pods += life.pods();
    for (const auto& each : life.life().log.events())
      ++seen[std::string{event_name(each.payload)}];
  }
  BOOST_TEST(pods > 1000U);
  for (const auto* name : {"pod.active", "pod.deleted", "pod.renumbered", "pod.failed",
                           "pod.ownership_conflict", "job.cancelled", "item.retry_scheduled"})
    BOOST_TEST(seen[name] > 50, name << " was seen " << seen[name] << " times");
}

BOOST_AUTO_TEST_CASE(keeps_its_promises_to_pods_that_live_long_whatever_is_asked_of_them) {
  std::map<std::string, int> seen;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    random_life life{seed, true};
    BOOST_TEST_CONTEXT("seed " << seed) { BOOST_REQUIRE_EQUAL(broken_claim(life, 600), ""); }
    for (const auto& each : life.life().log.events())
      ++seen[std::string{event_name(each.payload)}];
  }
  for (const auto* name :
       {"pod.scaled", "pod.backed_up", "pod.restored", "pod.rolled_back", "pod.snapshot_created",
        "pod.suspended", "pod.resumed", "pod.power_changed", "pod.synced", "pod.backup_deleted"})
    BOOST_TEST(seen[name] > 5, name << " was seen " << seen[name] << " times");
}

BOOST_AUTO_TEST_SUITE_END()
