#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "domain/ids.hpp"
#include "domain/instant.hpp"

namespace cloudpods::actors {

/// How long pods hold each budget of one node, as a running mean: what is needed to say when a turn
/// will come (contract 11 `etaS`). Plain logic.
class lease_times {
public:
  void granted(const domain::pod_id& pod, const std::set<std::string>& keys, domain::instant now);
  /// Given back; all where no keys are named.
  void released(const domain::pod_id& pod, const std::set<std::string>& keys, domain::instant now);

  /// Seconds until a wish at that place of the queue for `key` has its turn, where `at_once` hold
  /// it at a time; nothing before one has given it back.
  [[nodiscard]] std::optional<std::int64_t> eta(const std::string& key, std::size_t place,
                                                int at_once) const;

private:
  struct mean {
    double ms = 0;
    int count = 0;
  };

  std::map<domain::pod_id, std::map<std::string, domain::instant>> since_;
  std::map<std::string, mean> means_;
};

} // namespace cloudpods::actors
