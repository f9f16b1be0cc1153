#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>

#include "persistence/connection.hpp"
#include "persistence/decision.hpp"

namespace cloudpods::persistence {

/// How many events each stream and each tenant has: kept in memory within a bound, read from the
/// log where unknown. Numbers that are handed out count only once they are confirmed.
class counters {
public:
  explicit counters(std::size_t most) : most_(most) {}

  /// Reads what the decisions' streams and tenants have, as far as it is not known.
  stored<void> load(connection& link, std::span<const decision> decisions);

  /// The next number; `load` has seen the name.
  std::int64_t next_of_stream(const std::string& stream) { return next(streams_, stream); }
  std::int64_t next_of_tenant(const std::string& tenant) { return next(tenants_, tenant); }

  /// What was handed out is in the log.
  void confirm();
  /// What was handed out is not in the log.
  void discard();
  /// Nothing is known any more.
  void forget();

private:
  struct numbers {
    std::unordered_map<std::string, std::int64_t> confirmed;
    std::unordered_map<std::string, std::int64_t> handed_out;
  };

  static std::int64_t next(numbers& which, const std::string& name);
  void trim();

  numbers streams_;
  numbers tenants_;
  std::size_t most_;
};

} // namespace cloudpods::persistence
