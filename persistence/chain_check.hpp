#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "persistence/hash_chain.hpp"

namespace cloudpods::persistence {

/// Whether the streams' and tenants' own numbers are checked too: only from the first event on.
enum class chain_scope { chain_only, all_numbers };

/// Goes along the log and finds the first event that does not follow from those before: seq without
/// gaps, time never decreasing, hash chain intact, stream versions and tenant seqs 1, 2, 3, …
class chain_check {
public:
  /// Begins after event `seq` with its `hash`.
  chain_check(std::int64_t seq, std::string hash, chain_scope scope);

  /// Takes the next event as it is stored; what is wrong with it, or nothing.
  std::optional<std::string> see(const event_fields& fields, std::string_view stored_hash);

  [[nodiscard]] std::int64_t seq() const { return seq_; }
  [[nodiscard]] const std::string& hash() const { return hash_; }

private:
  using numbers = std::unordered_map<std::string, std::int64_t>;

  std::optional<std::string> check_numbers(const event_fields& fields);

  std::int64_t seq_;
  std::string hash_;
  chain_scope scope_;
  std::int64_t microseconds_ = 0;
  numbers streams_;
  numbers tenants_;
  hash_chain chain_;
};

} // namespace cloudpods::persistence
