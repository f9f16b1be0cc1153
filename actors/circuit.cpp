#include "actors/circuit.hpp"

#include <algorithm>

namespace cloudpods::actors {

using domain::circuit_state;

circuit::circuit(settings given, bool open, domain::instant now)
    : settings_(given), state_(open ? circuit_state::open : circuit_state::closed),
      pause_(given.first_pause), probe_at_(now), closed_at_(now - given.longest_pause) {}

bool circuit::failed(request kind, const domain::pod_id& of, domain::instant now) {
  if (!lets_through())
    return false;
  auto& current = rows_[static_cast<std::size_t>(kind)];
  if (current.count > 0 && now - current.first > settings_.window)
    current = {};
  current.pods.insert(of);
  if (current.count > 0 && now - current.last < settings_.together)
    return false;
  if (current.count++ == 0)
    current.first = now;
  current.last = now;
  if (current.count < settings_.failures || current.pods.size() < 2)
    return false;
  open(current.count, now);
  return true;
}

void circuit::open(int failures, domain::instant now) {
  failures_ = failures;
  state_ = circuit_state::open;
  const bool stayed_closed = now - closed_at_ >= settings_.longest_pause;
  pause_ = stayed_closed ? settings_.first_pause : std::min(pause_ * 2, settings_.longest_pause);
  probe_at_ = now + pause_;
}

bool circuit::succeeded(request kind, bool answered_only, domain::instant now) {
  if (lets_through()) {
    if (answered_only)
      return false;
    rows_[static_cast<std::size_t>(kind)] = {};
    if (kind == request::attempt)
      rows_[static_cast<std::size_t>(request::query)] = {};
    return false;
  }
  rows_ = {};
  state_ = circuit_state::closed;
  closed_at_ = now;
  return true;
}

void circuit::probe_failed(domain::instant now) {
  if (lets_through())
    return;
  state_ = circuit_state::open;
  pause_ = std::min(pause_ * 2, settings_.longest_pause);
  probe_at_ = now + pause_;
}

} // namespace cloudpods::actors
