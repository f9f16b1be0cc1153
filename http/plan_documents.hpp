#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/catalogue.hpp"
#include "domain/problem.hpp"
#include "http/response.hpp"

namespace cloudpods::http {

/// What a catalogue offers, rendered once (contract 6, 8). Plans: active ones, cheapest first.
class plan_documents {
public:
  explicit plan_documents(std::shared_ptr<const domain::catalogue> offers);

  [[nodiscard]] const domain::catalogue& offers() const { return *offers_; }
  [[nodiscard]] const shared_text& list() const { return list_; }
  /// By code or alias, also one that is sold no more; null where there is none.
  [[nodiscard]] shared_text one(std::string_view code) const;
  /// Blueprints that may be ordered from, and one of them by code, also one that no more may; null
  /// where there is none.
  [[nodiscard]] const shared_text& blueprints() const { return blueprints_; }
  [[nodiscard]] shared_text blueprint(std::string_view code) const;
  /// The same in the platform's words (contract 7), and `stacks` after them.
  [[nodiscard]] std::string
  platform_blueprints(const std::vector<domain::stack_blueprint>& stacks) const;
  [[nodiscard]] shared_text platform_blueprint(std::string_view slug) const;
  [[nodiscard]] const shared_text& tenant_plans() const { return tenant_plans_; }
  /// How long backups of a pod in that plan outlive it, as its policy or the default says.
  [[nodiscard]] std::int64_t backup_days(const domain::plan_code& plan) const;
  /// Side by side; all of them where `codes` is empty. Refuses a code that is not offered.
  [[nodiscard]] domain::expected<shared_text>
  compare(const std::vector<std::string_view>& codes) const;

private:
  using plans = std::vector<const domain::plan*>;

  [[nodiscard]] const domain::plan* offered(std::string_view code) const;

  std::shared_ptr<const domain::catalogue> offers_;
  plans active_;
  shared_text list_;
  std::map<std::string, shared_text, std::less<>> by_code_;
  shared_text all_compared_;
  shared_text blueprints_;
  shared_text tenant_plans_;
};

} // namespace cloudpods::http
