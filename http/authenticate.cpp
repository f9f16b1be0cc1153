#include "http/authenticate.hpp"

#include "http/text.hpp"

namespace cloudpods::http {

namespace {

constexpr std::string_view scheme = "Bearer ";
constexpr std::size_t most_remembered = 10'000;

} // namespace

authenticator::authenticator(std::shared_ptr<const auth_settings> settings)
    : settings_(std::move(settings)) {}

believed<std::shared_ptr<const caller>> authenticator::authenticate(std::string_view authorization,
                                                                    domain::instant now) {
  if (!equals_folded(authorization.substr(0, scheme.size()), scheme))
    return std::unexpected(token_fault{"the only scheme understood is Bearer"});
  const auto token = trimmed(authorization.substr(scheme.size()));
  if (const auto known = believed_.find(token); known != believed_.end()) {
    if (now < known->second->expires + settings_->leeway)
      return known->second;
    believed_.erase(known);
  }
  auto who = verify(*settings_, token, now);
  if (!who)
    return std::unexpected(std::move(who).error());
  auto shared = std::make_shared<const caller>(*std::move(who));
  remember(token, shared);
  return shared;
}

/// Only what was believed is remembered: nobody without a secret can fill the table.
void authenticator::remember(std::string_view token, std::shared_ptr<const caller> who) {
  if (believed_.size() >= most_remembered)
    believed_.clear();
  believed_.emplace(token, std::move(who));
}

} // namespace cloudpods::http
