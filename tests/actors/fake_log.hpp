#pragma once

#include <deque>
#include <map>

#include <caf/actor_system.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/engine_protocol.hpp"

namespace cloudpods::actors::tests {

struct log_entry {
  std::optional<append_events> append;
  caf::typed_response_promise<append_reply> appended;
  std::optional<join_log> join;
  awake_tenant_actor joiner;
  caf::typed_response_promise<joined_log> joined;
};

/// What the fake log keeps, and how it is told to behave.
struct log_book {
  bool mute = false;                      ///< takes everything, does nothing, until `flush_log`
  std::optional<domain::problem> refusal; ///< of every append while it stands
  std::function<domain::instant()> now;
  allocator_actor allocator;

  std::vector<append_events> asked; ///< in the order of their arrival
  std::vector<domain::event> events;
  std::vector<std::size_t> appended; ///< how many events each append that happened had
  std::vector<persistence::kept_answer> answers;
  std::map<domain::pod_id, std::string> secrets;
  std::vector<domain::tenant_id> left;
  int stale = 0; ///< appends of an older life that were refused

  std::deque<log_entry> waiting;
  std::map<domain::tenant_id, std::pair<awake_tenant_actor, std::uint64_t>> joined;
  std::uint64_t last_incarnation = 0;
  std::map<std::string, std::int64_t> versions;
  std::map<domain::tenant_id, std::int64_t> tenant_seqs;

  [[nodiscard]] std::int64_t head() const { return static_cast<std::int64_t>(events.size()); }
  /// The names of all events, or of one pod's.
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] int count(std::string_view name) const;
  /// Makes facts durable as the log would, without handing them to anybody.
  std::vector<domain::event> write(const persistence::decision& what);
};

/// A log without a store: numbers events, hands them to the allocator and to the tenants that
/// joined, then replies.
event_log_actor spawn_fake_log(caf::actor_system& system, std::shared_ptr<log_book> book);

} // namespace cloudpods::actors::tests
