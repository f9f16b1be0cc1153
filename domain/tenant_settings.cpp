#include "domain/tenant_settings.hpp"

#include <algorithm>

namespace cloudpods::domain {

namespace {

new_event about(const tenant_state& state, event_payload payload, std::string message) {
  new_event made;
  made.stream = tenant_stream(state.id);
  made.tenant = state.id;
  made.message = std::move(message);
  made.payload = std::move(payload);
  return made;
}

/// A tenant comes into being with the first thing that is said of it.
std::vector<new_event> begin(const tenant_state& state) {
  if (state.exists)
    return {};
  return {about(state, tenant_created{state.id.value}, "Tenant created")};
}

std::optional<std::int64_t> chosen(const std::optional<std::int64_t>& wanted,
                                   const std::optional<std::int64_t>& before) {
  return wanted ? std::optional{std::max(*wanted, unlimited)} : before;
}

} // namespace

expected<std::vector<new_event>> settle(const tenant_state& state, const catalogue& offers,
                                        const tenant_updated& wanted) {
  if (wanted.plan && offers.find_tenant_plan(*wanted.plan) == nullptr) {
    problem why{problem_code::validation_failed, "The request breaks a rule."};
    why.errors.push_back({"/planId", "invalid_value", "is no tenant plan"});
    return std::unexpected{std::move(why)};
  }
  const tenant_updated now{state.name, state.slug, state.plan, state.owner, state.region};
  auto said = begin(state);
  if (!state.exists || now != wanted)
    said.push_back(about(state, wanted, "Tenant updated"));
  return said;
}

std::vector<new_event> limit(const tenant_state& state, const quota_changed& wanted) {
  const auto& own = state.own_limits;
  const quota_changed next{
      chosen(wanted.max_pods, own.max_pods), chosen(wanted.max_cpu_cores, own.max_cpu_cores),
      chosen(wanted.max_memory_mb, own.max_memory_mb), chosen(wanted.max_disk_gb, own.max_disk_gb)};
  if (next == own)
    return {};
  auto said = begin(state);
  said.push_back(about(state, next, "Quota changed"));
  return said;
}

} // namespace cloudpods::domain
