#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloudpods::client {

/// What the user gave to a command, by the names in its row of the command table: `--plan`, `REF`.
/// The values keep to the row: a `whole` is one, a `word` is listed there.
class arguments {
public:
  /// Whether it was given at all; how a flag is asked for.
  [[nodiscard]] bool has(std::string_view name) const;
  /// "" where it was not given.
  [[nodiscard]] std::string text(std::string_view name) const;
  /// All values of what may be given often, in order.
  [[nodiscard]] const std::vector<std::string>& texts(std::string_view name) const;
  [[nodiscard]] std::optional<std::int64_t> whole(std::string_view name) const;

  std::map<std::string, std::vector<std::string>, std::less<>> values;
};

/// What holds for every command.
struct common_options {
  std::string url; ///< "": `CLOUDPODS_URL`
  std::string tenant;
  std::string idempotency_key; ///< "": a new one
  bool json = false;
  bool wait = true;
  std::chrono::seconds patience{3600}; ///< how long to wait for a job
};

} // namespace cloudpods::client
