#include "actors/engine.hpp"

#include "domain/ulid.hpp"

namespace cloudpods::actors {

std::chrono::seconds engine::timeout_of(domain::item_action action) const {
  const auto found = timeouts.find(action);
  return found == timeouts.end() ? std::chrono::minutes{15} : found->second;
}

std::string engine::new_id(std::string_view prefix) const {
  return std::string{prefix} + domain::ulid(now(), random(), random());
}

double engine::chance() const { return static_cast<double>(random() >> 11U) * 0x1p-53; }

} // namespace cloudpods::actors
