#pragma once

#include <ostream>

#include "client/json_access.hpp"
#include "client/time_text.hpp"

namespace cloudpods::client {

/// A pod, one property a line.
void write_pod(std::ostream& out, const json::value& pod, time_point now);

/// `active`, `active, suspended`
std::string pod_status_text(const json::value& pod);

/// How it is, in words: `active, running`, `active, suspended, stopped`, `deleted`.
std::string pod_state_text(const json::value& pod);

/// Pods as a table.
void write_pods(std::ostream& out, const json::array& pods, time_point now);

} // namespace cloudpods::client
