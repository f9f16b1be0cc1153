#include "metrics/mailboxes.hpp"

namespace cloudpods::metrics {

void mailboxes::enter(std::string name, std::weak_ptr<const gauge> waiting) {
  const std::lock_guard guard(mutex_);
  std::erase_if(all_, [](const auto& each) { return each.second.expired(); });
  all_.emplace_back(std::move(name), std::move(waiting));
}

std::map<std::string, std::int64_t> mailboxes::depths() const {
  const std::lock_guard guard(mutex_);
  std::map<std::string, std::int64_t> found;
  for (const auto& [name, waiting] : all_)
    if (const auto living = waiting.lock())
      found[name] += living->value();
  return found;
}

} // namespace cloudpods::metrics
