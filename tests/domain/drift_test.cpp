#include <random>

#include "domain/drift_decisions.hpp"
#include "domain/living_pod.hpp"

using namespace cloudpods::domain;
using namespace cloudpods::domain::samples;

namespace {

/// What the cluster's list, and a fresh read, say of a guest.
struct compared_pod : living_pod {
  catalogue sold = samples::offers();
  drift_ids ids{job_id{"job-drift"}, item_id{"q-drift"}};

  const pod_record& record() const { return log.record(pod); }
  owner_mark mark() const { return {controller_id{"ctl-1"}, pod}; }

  listed_guest listed() const {
    const auto& is = record().pod;
    listed_guest made;
    made.guest = is.order.guest;
    made.node = is.order.node.value;
    made.status = "running";
    made.tags = mark().tags();
    made.cores = is.order.cpu_cores;
    made.memory_mb = is.order.memory_mb;
    return made;
  }

  guest_facts read() const {
    const auto& is = record().pod;
    guest_facts made;
    made.exists = true;
    made.description = mark().description();
    made.status = "running";
    made.cores = is.order.cpu_cores;
    made.memory_mb = is.order.memory_mb;
    made.disk_gb = is.order.disk_gb;
    return made;
  }

  cluster_view seen(const std::vector<listed_guest>& guests, int unread = 0) const {
    cluster_view made;
    made.add(record().pod.order.node, guest_list{guests, unread});
    return made;
  }

  drift_look look(const cluster_view& view) const {
    return cloudpods::domain::compare(record(), view, sold, false).what;
  }

  std::vector<new_event> note(const guest_facts& guest, bool sets_power = false) const {
    auto report = report_guest(record(), guest, mark(), record().pod.order.node);
    if (!report)
      return {};
    report->sets_power = sets_power;
    return note_drift(record(), *report, ids, now);
  }

  template <class Payload>
  int count(const std::vector<new_event>& facts) const {
    return static_cast<int>(std::ranges::count_if(facts, [](const new_event& each) {
      return std::holds_alternative<Payload>(each.payload);
    }));
  }
};

} // namespace

// Contract 17.
BOOST_FIXTURE_TEST_SUITE(drift, compared_pod)

BOOST_AUTO_TEST_CASE(a_guest_as_it_was_ordered_needs_no_look_and_is_no_news) {
  BOOST_TEST((look(seen({listed()})) == drift_look::nothing));
  BOOST_TEST(note(read()).empty());
}

BOOST_AUTO_TEST_CASE(what_a_list_lacks_is_looked_for_again_and_only_in_a_whole_list) {
  BOOST_TEST((look(seen({})) == drift_look::absence));
  BOOST_TEST((look(seen({}, 1)) == drift_look::nothing));
}

BOOST_AUTO_TEST_CASE(of_a_host_that_no_list_tells_of_nothing_is_concluded) {
  cluster_view other;
  other.add(node_name{"far1"}, {});
  BOOST_TEST((look(other) == drift_look::nothing));
  auto moved = listed();
  moved.node = "far1";
  cluster_view elsewhere;
  elsewhere.add(node_name{"far1"}, guest_list{{moved}});
  // It may run there still, and what has its mark be a copy.
  BOOST_TEST((look(elsewhere) == drift_look::nothing));
  elsewhere.add(node_name{"pve1"}, {});
  BOOST_TEST((look(elsewhere) == drift_look::guest));
  moved.tags.clear();
  cluster_view anothers;
  anothers.add(node_name{"far1"}, guest_list{{moved}});
  anothers.add(node_name{"pve1"}, {});
  BOOST_TEST((look(anothers) == drift_look::absence));
}

BOOST_AUTO_TEST_CASE(a_list_hints_at_power_size_mark_and_place) {
  auto off = listed();
  off.status = "stopped";
  BOOST_TEST((look(seen({off})) == drift_look::guest));
  auto larger = listed();
  larger.memory_mb = 9999;
  BOOST_TEST((look(seen({larger})) == drift_look::guest));
  auto bare = listed();
  bare.tags.clear();
  BOOST_TEST((look(seen({bare})) == drift_look::guest));
  auto unseen = bare;
  unseen.status = "unknown";
  BOOST_TEST((look(seen({unseen})) == drift_look::nothing));
  auto away = listed();
  away.node = "unheard-of";
  BOOST_TEST((look(seen({away})) == drift_look::listed));
}

BOOST_AUTO_TEST_CASE(an_unchanged_difference_is_told_once_and_its_end_once) {
  auto larger = read();
  larger.memory_mb = 4096;
  const auto first = note(larger);
  BOOST_TEST(count<pod_drift_detected>(first) == 1);
  append(first);
  BOOST_TEST(note(larger).empty());
  larger.memory_mb = 5000;
  BOOST_TEST(count<pod_drift_detected>(note(larger)) == 1);
  const auto over = note(read());
  BOOST_TEST(count<pod_drift_resolved>(over) == 1);
  append(over);
  BOOST_TEST(note(read()).empty());
}

BOOST_AUTO_TEST_CASE(what_is_ignored_is_told_again_only_where_it_is_another) {
  auto larger = read();
  larger.cores = 7;
  append(note(larger));
  append(ignore_drift(record(), drift_kind::resources, "mine").value());
  BOOST_TEST(ignore_drift(record(), drift_kind::resources, "mine").value().empty());
  BOOST_TEST(note(larger).empty());
  larger.cores = 8;
  BOOST_TEST(count<pod_drift_detected>(note(larger)) == 1);
}

BOOST_AUTO_TEST_CASE(power_is_mended_by_a_job_and_only_where_that_is_the_hosts_doing) {
  auto off = read();
  off.status = "stopped";
  const auto told = note(off);
  BOOST_TEST(count<pod_drift_detected>(told) == 1);
  BOOST_TEST(count<job_queued>(told) == 0);
  BOOST_TEST(count<pod_power_changed>(told) == 1);
  const auto mending = note(off, true);
  BOOST_TEST(count<item_queued>(mending) == 1);
  append(mending);
  BOOST_TEST(note(off, true).empty());
}

BOOST_AUTO_TEST_CASE(a_mending_that_did_not_help_is_not_tried_at_each_sweep) {
  auto off = read();
  off.status = "stopped";
  append(note(off, true));
  BOOST_REQUIRE(cancel_job(ids.job));
  BOOST_REQUIRE(settle(pod));
  ids = {job_id{"job-later"}, item_id{"q-later"}};
  BOOST_TEST(count<item_queued>(note(off, true)) == 0);
  now += std::chrono::hours{1};
  BOOST_TEST(count<item_queued>(note(off, true)) == 1);
}

BOOST_AUTO_TEST_CASE(who_stopped_a_guest_is_told_by_the_hosts_tasks) {
  const auto by = [](std::vector<guest_task> tasks, std::optional<std::int64_t> booted = {}) {
    return who_stopped({std::move(tasks)}, booted);
  };
  BOOST_TEST((by({{"qmstop", 20}, {"qmstart", 10}}) == stopped_by::node));
  BOOST_TEST((by({{"qmstart", 10}}) == stopped_by::itself));
  BOOST_TEST((by({{"qmstart", 10}, {"qmstop", 10}}) == stopped_by::node));
  BOOST_TEST((by({{"qmstart", 10}, {"qmstop", 9}}) == stopped_by::itself));
  BOOST_TEST((by({{"vzdump", 30}, {"vzstart", 10}}, 5) == stopped_by::itself));
  BOOST_TEST((by({{"vzstart", 10}}, 15) == stopped_by::node));
  BOOST_TEST((by({}) == stopped_by::itself));
}

// Contract 10.
BOOST_AUTO_TEST_CASE(a_guest_without_a_mark_puts_its_pod_into_error_until_it_is_adopted) {
  auto bare = read();
  bare.description = "my notes";
  append(note(bare));
  BOOST_TEST((state(pod).status == pod_status::error));
  BOOST_TEST((state(pod).error->code == pod_fault::ownership_conflict));
  BOOST_TEST(note(bare).empty());
  BOOST_TEST((state(pod).held == holding::used));
  const auto taken = adopt(log.tenant(), record(), sold, drift_kind::ownership, bare, {}, ids);
  BOOST_REQUIRE(taken.has_value());
  append(*taken);
  BOOST_TEST((state(pod).status == pod_status::active));
  BOOST_TEST(state(pod).drifts.empty());
  BOOST_TEST((next(pod).what == move::begin));
}

BOOST_AUTO_TEST_CASE(anothers_mark_means_that_ours_is_gone_and_is_never_adopted) {
  auto foreign = read();
  foreign.description = "cloudpods/ctl-1/pod-OTHER";
  const auto told = note(foreign);
  BOOST_TEST(count<pod_failed>(told) == 0);
  append(told);
  BOOST_TEST((state(pod).status == pod_status::active));
  const auto taken = adopt(log.tenant(), record(), sold, drift_kind::ownership, foreign, {}, ids);
  BOOST_TEST((taken.error().code == problem_code::invalid_state));
}

BOOST_AUTO_TEST_CASE(a_move_to_a_host_of_ours_changes_the_books_alone) {
  const auto report = report_guest(record(), read(), mark(), node_name{"far1"});
  const auto facts = note_drift(record(), *report, ids, now);
  BOOST_TEST(count<job_queued>(facts) == 0);
  append(facts);
  BOOST_TEST(state(pod).order.node.value == "far1");
  BOOST_TEST(state(pod).drifts.empty());
}

BOOST_AUTO_TEST_CASE(a_report_on_another_version_or_on_a_busy_pod_says_nothing) {
  auto old = *report_guest(record(), read(), mark(), node_name{"far1"});
  --old.version;
  BOOST_TEST(note_drift(record(), old, ids, now).empty());
  BOOST_REQUIRE(ask(pod, item_action::sync).has_value());
  auto off = read();
  off.status = "stopped";
  BOOST_TEST(note(off, true).empty());
}

BOOST_AUTO_TEST_CASE(a_locked_guest_and_one_that_was_not_found_prove_nothing) {
  auto locked = read();
  locked.lock = "migrate";
  locked.status = "stopped";
  BOOST_TEST(note(locked).empty());
  BOOST_TEST(note(guest_facts{}).empty());
}

BOOST_AUTO_TEST_CASE(a_pod_that_is_forgotten_holds_nothing_any_more) {
  append(note_drift(record(), report_absent(record()), ids, now));
  BOOST_TEST((state(pod).find_drift(drift_kind::missing) != nullptr));
  append(forget(record()).value());
  BOOST_TEST((state(pod).status == pod_status::deleted));
  BOOST_TEST((log.tenant().held.held() == resources{}));
  BOOST_TEST((forget(record()).error().code == problem_code::invalid_state));
}

BOOST_AUTO_TEST_CASE(a_guest_that_is_adopted_counts_as_it_is_and_within_the_quota) {
  found_guest found;
  found.drift = {drift_kind::stranger, node_name{"pve1"}, 100150, guest_kind::vm, "shop", false};
  found.guest = read();
  found.guest.name = "shop";
  found.guest.cores = 2;
  const pod_id made{"pod-01ADOPTED"};
  const auto before = log.tenant().held.used;
  const auto facts = adopt(log.tenant(), sold, found, user_id{"ops"}, made, ids);
  BOOST_REQUIRE(facts.has_value());
  append(*facts);
  BOOST_TEST((log.tenant().held.used - before == resources{1, 2, 1024, 30}));
  BOOST_TEST((log.tenant().held.reserved == resources{}));
  BOOST_TEST(log.record(made).pod.order.name == "shop");
  BOOST_TEST((log.record(made).pod.growing == resources{}));
  found.drift.guest = 100151;
  found.guest.memory_mb = 1'000'000;
  const auto refused = adopt(log.tenant(), sold, found, user_id{"ops"}, pod_id{"pod-2"}, ids);
  BOOST_TEST((refused.error().code == problem_code::quota_exceeded));
}

BOOST_AUTO_TEST_CASE(strangers_are_those_in_our_range_that_nobody_else_owns) {
  const auto guest = [](vmid id, std::string tags, bool is_template = false) {
    listed_guest made;
    made.guest = id;
    made.node = "pve1";
    made.tags = std::move(tags);
    made.is_template = is_template;
    return made;
  };
  const auto view = seen({guest(100150, ""), guest(100003, ""), guest(250, ""),
                          guest(100151, "", true), guest(100152, ""), guest(250000, "cloudpods")});
  const auto found = unknown_guests(view, {100152}, sold);
  BOOST_REQUIRE(found.size() == 2U);
  BOOST_TEST(found[0].guest == 100150);
  BOOST_TEST((found[0].kind == drift_kind::stranger));
  BOOST_TEST((found[1].kind == drift_kind::orphan));

  const controller_id us{"ctl-1"};
  auto bare = read();
  bare.description = "notes";
  BOOST_TEST((judge_unknown(bare, us, true) == drift_kind::stranger));
  BOOST_TEST((judge_unknown(bare, us, false) == std::nullopt));
  BOOST_TEST((judge_unknown(read(), us, false) == drift_kind::orphan));
  BOOST_TEST((judge_unknown(read(), controller_id{"ctl-2"}, true) == std::nullopt));
  BOOST_TEST((judge_unknown(guest_facts{}, us, true) == std::nullopt));
}

BOOST_AUTO_TEST_CASE(notes_and_other_tags_stay) {
  guest_facts guest;
  guest.description = "cloudpods/ctl-1/pod-OLD\nAsk Ann";
  guest.tags = "blue;cloudpods;pod-old";
  BOOST_TEST(guest.notes() == "Ask Ann");
  BOOST_TEST(guest.other_tags() == "blue");
  BOOST_TEST(guest.marked_pod().value() == "pod-OLD");
  guest.description = "Ask Ann";
  BOOST_TEST(guest.notes() == "Ask Ann");
  BOOST_TEST(guest.marked_pod().value() == "pod-old");
}

/// Whatever is found, nobody is destroyed who was not asked for, and what is told is told once.
BOOST_AUTO_TEST_CASE(no_finding_destroys_and_each_is_told_once) {
  std::mt19937 chance{17};
  const auto one_of = [&](int most) {
    return static_cast<int>(chance() % static_cast<unsigned>(most));
  };
  for (int i = 0; i < 500; ++i) {
    auto guest = read();
    guest.exists = one_of(10) > 0;
    guest.status = std::array{"running", "stopped", "paused"}[static_cast<std::size_t>(one_of(3))];
    guest.memory_mb = 512 + one_of(3) * 512;
    guest.lock = one_of(8) == 0 ? "backup" : "";
    if (one_of(20) == 0)
      guest.description = "cloudpods/ctl-1/pod-OTHER";
    ids = {job_id{"job-" + std::to_string(i)}, item_id{"q-" + std::to_string(i)}};
    const auto facts = note(guest, one_of(2) == 0);
    for (const auto& each : facts) {
      BOOST_TEST(!std::holds_alternative<pod_deleting>(each.payload));
      BOOST_TEST(!std::holds_alternative<pod_deleted>(each.payload));
      if (const auto* item = std::get_if<item_queued>(&each.payload))
        BOOST_TEST((item->action == item_action::start || item->action == item_action::stop));
    }
    append(facts);
    if (!record().has_work())
      BOOST_TEST(note(guest).empty());
    BOOST_REQUIRE(settle(pod));
    BOOST_TEST((node.guests_of(pod) == 1));
  }
}

BOOST_AUTO_TEST_SUITE_END()
