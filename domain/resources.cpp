#include "domain/resources.hpp"

namespace cloudpods::domain {

resources& resources::operator+=(const resources& other) {
  for (const auto& each : dimensions)
    this->*each.amount += other.*each.amount;
  return *this;
}

resources& resources::operator-=(const resources& other) {
  for (const auto& each : dimensions)
    this->*each.amount -= other.*each.amount;
  return *this;
}

} // namespace cloudpods::domain
