#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>

#include <caf/typed_event_based_actor.hpp>

#include "actors/budgets.hpp"
#include "actors/circuit.hpp"
#include "actors/lease_times.hpp"
#include "actors/node.hpp"

namespace cloudpods::actors {

/// One Proxmox host: its connections (node.cpp), what goes through them (node_requests.cpp), who
/// may use it (node_leases.cpp), what is read of it (node_watch.cpp), what is told of it
/// (node_told.cpp), what its log file says (node_logs.cpp).
class node_life {
public:
  void init(node_actor::pointer actor, engine_ptr engine, node_parts parts);

  // Requests.

  caf::result<attempt_reply> attempt(run_attempt request);
  caf::result<query_reply> query(run_query request);

  // Leases.

  /// By any connection: the attempt lives on the node, not in the one that started it.
  void end(const end_attempt& unwanted);

  void acquire(const acquire_lease& wish);
  void release(const release_lease& over);
  void open();

  void connected(const connection_changed& news);
  void sweep(const sweep_items& items);
  void look();

  // For operators.

  [[nodiscard]] node_reply show() const;
  caf::result<node_reply> drain(const set_drained& wish);
  caf::result<guests_reply> guests();

private:
  /// Told where a worker broke before it answered: CAF tells nobody of what it had begun.
  using request_lost = std::function<void()>;

  struct worker {
    ssh_worker_actor handle;
    bool up = false;          ///< it stands, and the node knows our epoch
    bool to_announce = false; ///< it stands, and the node could not be told yet
    std::uint64_t connection = 0;
    std::map<std::uint64_t, request_lost> busy;
  };

  /// A request that waits for a connection, or for the circuit to close.
  using waiting_request = std::function<void(worker&)>;

  // Connections.

  ssh_worker_actor start_worker(std::size_t number);
  bool renew_worker(const caf::actor_addr& gone);
  void announce(worker& to);
  void announced(worker& to, const announce_reply& answer);
  void announce_again();
  void note_connection(worker& one, bool up, const std::string& message);
  [[nodiscard]] bool is_up() const;
  void came_back();
  void went_away(const std::string& why);
  void stays_away(const std::string& why);
  void dispatch(waiting_request request);

  // Requests and the circuit.

  template <class Request, class Reply>
  caf::result<Reply> run(Request request);
  template <class Request, class Reply>
  void send_to(worker& by, Request& request, caf::typed_response_promise<Reply> promise);
  void note_started(std::uint64_t number, const run_attempt& request);
  void note_started(std::uint64_t, const run_query&) {}
  void judge(const domain::pod_id& of, const attempt_reply& answer);
  void judge(const domain::pod_id& of, const query_reply& answer);
  void failed(circuit::request kind, const domain::pod_id& of, const std::string& why);
  void succeeded(circuit::request kind, bool answered_only);
  void probe();
  void circuit_closed();

  // Leases.

  void watch(const acquire_lease& wish);
  void forget(const caf::actor_addr& gone);
  void give_back(const domain::pod_id& pod, const budgets::key_set& keys);
  void admit();
  [[nodiscard]] bool admits() const;
  void tell_place(const budgets::standing& known);
  void tell_places();
  void tell_held_back(const domain::pod_id& pod);

  // What is read of the node.

  /// A read of our own: not of any pod, and not held back by the circuit.
  template <class Answer>
  void read(domain::query what, std::function<void(Answer&)> use);
  void read_capacity();
  void read_guests();
  void read_sudo();
  void find_old_attempts();
  void sweep_ended();

  // Its log file.

  void read_log();
  void tell_lines(const domain::log_lines& found);
  void end_log_read(bool more);

  // What is told.

  void tell_reachability();
  domain::new_event fact(domain::category kind, std::string what, domain::event_payload payload);
  void append(domain::new_event fact);
  void append_drained(const set_drained& wish, caf::typed_response_promise<node_reply> promise);
  void next_drain();

  node_actor::pointer self_ = nullptr;
  engine_ptr engine_;
  node_parts parts_;
  domain::node_record told_; ///< what the log says of it
  std::deque<worker> workers_;
  std::vector<waiting_request> waiting_;
  std::deque<waiting_request> held_back_; ///< by the circuit
  std::uint64_t last_request_ = 0;
  std::map<std::uint64_t, wire::running_command> running_;
  std::optional<circuit> circuit_;

  std::optional<budgets> budgets_;
  lease_times times_;
  std::map<domain::pod_id, caf::actor> holders_;
  std::map<domain::pod_id, lease_waits> told_waits_;
  bool places_changed_ = false;
  bool open_ = false;

  std::vector<domain::item_id> ended_;
  std::optional<domain::node_capacity> capacity_;
  std::optional<domain::instant> capacity_at_;
  std::optional<domain::sudo_rights> sudo_;
  domain::instant next_capacity_;
  domain::instant next_guests_;
  domain::instant next_hourly_;

  domain::log_position log_at_;
  bool log_out_ = false; ///< a read, or the append of what it found, is under way
  std::string why_no_log_;
  domain::instant next_log_;

  domain::instant away_since_;
  std::string why_away_ = "It was not reached since the start.";
  bool drain_out_ = false;
  std::deque<std::function<void()>> drains_; ///< that wait for the one before
};

} // namespace cloudpods::actors
