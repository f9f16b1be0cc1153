#include "domain/quota.hpp"

#include <algorithm>
#include <string>

namespace cloudpods::domain {

namespace {

bool fits(std::int64_t most, std::int64_t held, std::int64_t wanted) {
  return most < 0 || wanted <= most - held;
}

problem quota_refusal(const limits& limit, const resources& held, const resources& wanted,
                      const dimension& broken) {
  problem refusal{problem_code::quota_exceeded,
                  "The request needs " + std::to_string(wanted.*broken.amount) + " " +
                      std::string{broken.name} + ", but only " +
                      std::to_string(std::max<std::int64_t>(0, limit.most.*broken.amount -
                                                                   held.*broken.amount)) +
                      " of " + std::to_string(limit.most.*broken.amount) + " are left."};
  for (const auto& each : dimensions) {
    const std::string field{each.field};
    refusal.details.push_back({"max_" + field, limit.most.*each.amount});
    refusal.details.push_back({"current_" + field, held.*each.amount});
    refusal.details.push_back({"requested_" + field, wanted.*each.amount});
  }
  refusal.details.push_back({"error_field", std::string{broken.field}});
  refusal.details.push_back({"error_code", std::string{broken.error_code}});
  return refusal;
}

} // namespace

expected<void> admit(const limits& limit, const resources& held, const resources& wanted) {
  for (const auto& each : dimensions)
    if (wanted.*each.amount > 0 &&
        !fits(limit.most.*each.amount, held.*each.amount, wanted.*each.amount))
      return std::unexpected{quota_refusal(limit, held, wanted, each)};
  return {};
}

resources available(const limits& limit, const resources& held) {
  resources left;
  for (const auto& each : dimensions)
    left.*each.amount = std::max<std::int64_t>(0, limit.most.*each.amount - held.*each.amount);
  return left;
}

} // namespace cloudpods::domain
