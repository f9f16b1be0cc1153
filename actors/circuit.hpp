#pragma once

#include <array>
#include <set>

#include "domain/ids.hpp"
#include "domain/instant.hpp"
#include "domain/node.hpp"

namespace cloudpods::actors {

/// Whether a node's requests go through (contract 11): so many transient failures one after the
/// other, of more than one pod and within a window, open it; after a pause one probe is let
/// through, and its success closes it. The pause doubles while it does not stay closed. Plain
/// logic.
class circuit {
public:
  /// A read that works says little of commands that fail: each kind has its own row of failures.
  enum class request { attempt, query };

  struct settings {
    int failures = 5;
    std::chrono::seconds window{120};
    /// What fails at once fails of one cause: counted once.
    std::chrono::milliseconds together{1000};
    std::chrono::seconds first_pause{5};
    std::chrono::seconds longest_pause{300};
  };

  /// `open`: so it was left when the daemon ended; it is probed at once.
  circuit(settings given, bool open, domain::instant now);

  /// Returns whether it opened.
  bool failed(request kind, const domain::pod_id& of, domain::instant now);
  /// Returns whether it closed. `answered_only`: the node said no; that ends no row of failures,
  /// but a node that answers is worth to be tried again.
  bool succeeded(request kind, bool answered_only, domain::instant now);
  void probe_failed(domain::instant now);

  [[nodiscard]] bool lets_through() const { return state_ == domain::circuit_state::closed; }
  [[nodiscard]] bool wants_probe(domain::instant now) const {
    return state_ == domain::circuit_state::open && now >= probe_at_;
  }
  void probe_begins() { state_ = domain::circuit_state::probing; }
  /// Something changed for the better: the next probe need not wait.
  void probe_soon(domain::instant now) { probe_at_ = now; }

  [[nodiscard]] domain::circuit_state state() const { return state_; }
  /// How many there were in the row that opened it.
  [[nodiscard]] int failures() const { return failures_; }

private:
  struct row {
    int count = 0;
    domain::instant first;
    domain::instant last;
    std::set<domain::pod_id> pods;
  };

  void open(int failures, domain::instant now);

  settings settings_;
  domain::circuit_state state_ = domain::circuit_state::closed;
  std::array<row, 2> rows_;
  int failures_ = 0;
  std::chrono::seconds pause_;
  domain::instant probe_at_;
  domain::instant closed_at_;
};

} // namespace cloudpods::actors
