#include "daemon/action_kills.hpp"

#include <algorithm>
#include <future>
#include <set>

#include "daemon/invariants.hpp"

namespace cloudpods::tests {

using support::strike;

namespace {

void quiet(installation& here) {
  here.set("health", "interval_s = 0");
  here.set("reconcile", "interval_s = 604800");
}

} // namespace

std::string text_of(const kill_point& where) {
  if (where.commit > 0)
    return "commit " + std::to_string(where.commit) +
           (where.is_committed ? ", committed" : ", not committed");
  return (where.when == strike::before ? "before " : "after ") + where.command +
         (where.is_seen_ending ? ", seen" : "");
}

killed_actions::killed_actions() : chaos_site(quiet) {}

std::string killed_actions::survive(const std::string& blueprint, const deed_cycle& round) {
  try {
    return live_through(blueprint, round);
  } catch (const std::exception& why) {
    return std::string{why.what()} + "\n";
  }
}

std::string killed_actions::live_through(const std::string& blueprint, const deed_cycle& round) {
  start();
  pod_.emplace(*this, blueprint);
  pod_->make();
  for (const auto what : round)
    learn(what);
  std::size_t most = 0;
  for (const auto& [what, points] : points_)
    most = std::max(most, points.size());
  std::string wrong;
  for (std::size_t number = 0; number < most && wrong.empty(); ++number)
    for (const auto what : round)
      wrong += live(what, number);
  wrong += pod_->use() + pod_->wrong();
  wrong += left_attempts(*this);
  return wrong + broken_invariants(*this);
}

void killed_actions::learn(deed what) {
  node().forget_commands();
  const auto before = pod_->version();
  if (const auto wrong = check(what, pod_->ask(what)); !wrong.empty())
    throw std::runtime_error{wrong};
  for (const auto& each : store().column(
           "SELECT min(stream_version) - " + std::to_string(before) +
           " FROM cloud_pod_events WHERE stream = 'pod:" + pod_->ordered().pod +
           "' AND stream_version > " + std::to_string(before) + " GROUP BY xmin ORDER BY 1"))
    for (const bool is_committed : {false, true})
      points_[what].push_back({.commit = std::stoll(each), .is_committed = is_committed});
  learn_commands(what);
}

void killed_actions::learn_commands(deed what) {
  const auto commands = changing_commands(node());
  for (const auto& each : std::set<std::string>{commands.begin(), commands.end()}) {
    points_[what].push_back({.command = each, .when = strike::before});
    points_[what].push_back({.command = each, .when = strike::after, .is_seen_ending = true});
  }
}

std::string killed_actions::live(deed what, std::size_t number) {
  const auto& points = points_[what];
  if (number < points.size())
    return die(what, points[number]);
  return check(what, pod_->ask(what));
}

std::string killed_actions::die(deed what, const kill_point& where) {
  const auto version = pod_->version() + where.commit;
  if (where.commit > 0)
    store().hold_pod_version(version);
  else
    node().add_fault({.pattern = "*" + where.command + "*",
                      .kind = "hang",
                      .when = where.when,
                      .name = "hung-" + std::to_string(++hung_)});
  auto end = std::async(std::launch::async, [this, what] { return pod_->ask(what); });
  const bool reached = where.commit > 0 ? die_at_commit(where) : die_at_command(where);
  std::string wrong = check(what, end.get());
  if (!reached)
    wrong += name_of(what) + " did not come to its point\n";
  return wrong.empty() ? wrong : text_of(where) + ": " + wrong;
}

bool killed_actions::die_at_commit(const kill_point& where) {
  const bool is_held = store().await_held();
  kill();
  if (where.is_committed)
    store().let_commit();
  else
    store().break_commit();
  start();
  return is_held;
}

bool killed_actions::die_at_command(const kill_point& where) {
  const auto name = "hung-" + std::to_string(hung_);
  const bool hangs = node().wait_hanging(name);
  kill();
  if (!where.is_seen_ending)
    node().release(name);
  start();
  node().release(name);
  return hangs;
}

std::string killed_actions::check(deed what, const std::string& end) {
  const auto wrong = pod_->wrong();
  if (end == "success" && wrong.empty())
    return {};
  return name_of(what) + " ended as '" + end + "' " + pod_->last_error() + "\n" + wrong;
}

} // namespace cloudpods::tests
