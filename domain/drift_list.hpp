#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/drift_payloads.hpp"

// The differences as the store lists them (contract 8, 17).

namespace cloudpods::domain {

enum class drift_status { open, ignored, resolved };

template <>
struct words<drift_status> {
  static constexpr auto values = word_list("open", "ignored", "resolved");
};

struct drift_entry {
  std::string id;
  drift_kind kind = drift_kind::missing;
  drift_status status = drift_status::open;
  std::optional<std::string> tenant;
  std::optional<std::string> pod; ///< whose it is, or that the guest became
  node_name node;
  std::optional<vmid> guest;
  std::optional<guest_kind> guest_is; ///< of a guest that is no pod, as the next one
  std::optional<std::string> name;
  std::optional<std::string> expected;
  std::optional<std::string> found;
  std::string message;
  std::optional<std::string> job;
  std::optional<std::string> reason;
  std::optional<std::string> resolution;
  instant detected_at;
  std::optional<instant> resolved_at;
  instant updated_at;
};

/// Lists are OR inside and AND between them; empty means all.
struct drift_filter {
  std::vector<drift_kind> kinds;
  std::vector<drift_status> statuses;
  std::optional<std::string> node;
  std::optional<std::string> tenant;
  std::optional<std::string> pod;
  std::optional<std::string> after; ///< the last id of the page before
  int limit = 50;
};

struct drift_page {
  std::vector<drift_entry> items;
  bool has_more = false;
};

} // namespace cloudpods::domain
