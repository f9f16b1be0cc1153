#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "metrics/instruments.hpp"

namespace cloudpods::metrics {

/// How many messages wait in the mailboxes that were entered here.
class mailboxes {
public:
  /// Enters a mailbox; several of one name count together. It leaves with its gauge's last owner.
  void enter(std::string name, std::weak_ptr<const gauge> waiting);

  /// By name.
  [[nodiscard]] std::map<std::string, std::int64_t> depths() const;

private:
  mutable std::mutex mutex_;
  std::vector<std::pair<std::string, std::weak_ptr<const gauge>>> all_; ///< guarded by `mutex_`
};

} // namespace cloudpods::metrics
