#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/recommendation.hpp"
#include "wire/command_json.hpp"
#include "wire/json_writer.hpp"

// Recommendations as callers send and get them: `platform-spec` 6.3 (contract 16).

namespace cloudpods::wire {

void write_recommendation(json_writer& out, const domain::recommendation& it);
std::string recommendation_json(const domain::recommendation& it);

/// What an outside FocalPilot posts: the pod is named by its vmid, and found by the caller.
struct posted_recommendation {
  std::optional<domain::vmid> guest;
  std::optional<domain::node_name> node;
  domain::recommendation_wish wish; ///< about whom is left to the caller
};

/// `POST /internal/focalpilot/recommendations`. Fails with `invalid_json`.
domain::expected<decoded<posted_recommendation>> decode_recommendation(std::string_view body);

} // namespace cloudpods::wire
