#pragma once

#include <string>

#include "client/session.hpp"

namespace cloudpods::client {

/// The pod that the user means by a vmid, an id, or its name; fails where no pod or several have
/// that name.
expected<json::value> find_pod(session& with, const std::string& ref);

/// Where that pod is: `/100007`, `/pod-…`. A vmid or an id is taken as it is, a name is looked up.
expected<std::string> pod_path(session& with, const std::string& ref);

/// Asks before something is lost, unless `--yes` was given. Refuses where nobody could answer.
expected<void> confirm(session& with, const arguments& given, const std::string& question);

} // namespace cloudpods::client
