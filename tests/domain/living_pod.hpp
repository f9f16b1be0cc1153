#pragma once

#include <boost/test/unit_test.hpp>

#include "domain/story.hpp"

namespace cloudpods::domain::samples {

/// A pod that has become active, and what is asked of it.
struct living_pod : story {
  pod_id pod = order(samples::order()).value();

  living_pod() { BOOST_REQUIRE(settle(pod)); }

  act_on_pod scale_to(std::optional<std::int64_t> cores, std::optional<std::int64_t> memory,
                      std::optional<std::int64_t> disk) const {
    act_on_pod wish;
    wish.action = item_action::scale;
    wish.cpu_cores = cores;
    wish.memory_mb = memory;
    wish.disk_gb = disk;
    return wish;
  }
  act_on_pod named(item_action action, std::string name) const {
    act_on_pod wish;
    wish.action = action;
    wish.parameters.name = std::move(name);
    return wish;
  }
  act_on_pod restore_of(std::string backup) const {
    act_on_pod wish;
    wish.action = item_action::restore;
    wish.parameters.backup = std::move(backup);
    return wish;
  }
  job_status status_of(const expected<job_id>& id) {
    BOOST_REQUIRE(settle(pod));
    return log.tenant().jobs.at(id.value())->status;
  }
  problem_code refusal(const act_on_pod& wish) {
    const auto asked = ask(pod, wish);
    BOOST_REQUIRE(!asked.has_value());
    return asked.error().code;
  }
  problem_code refusal(item_action action) {
    act_on_pod wish;
    wish.action = action;
    return refusal(wish);
  }
  fake_guest& guest() { return node.guests.at(state(pod).order.guest); }
};

constexpr auto success = job_status::success;
constexpr auto broken_off = job_status::failed;
constexpr auto cancelled = job_status::cancelled;

} // namespace cloudpods::domain::samples
