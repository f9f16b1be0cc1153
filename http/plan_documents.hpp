#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/catalogue.hpp"
#include "domain/problem.hpp"
#include "http/response.hpp"

namespace cloudpods::http {

/// The plans of a catalogue, rendered once (contract 6): active ones, cheapest first.
class plan_documents {
public:
  explicit plan_documents(std::shared_ptr<const domain::catalogue> offers);

  [[nodiscard]] const shared_text& list() const { return list_; }
  /// By code or alias, also one that is sold no more; null where there is none.
  [[nodiscard]] shared_text one(std::string_view code) const;
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
};

} // namespace cloudpods::http
