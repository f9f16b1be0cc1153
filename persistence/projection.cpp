#include "persistence/projection.hpp"

#include <iterator>
#include <utility>

#include "persistence/fact_patches.hpp"
#include "persistence/patch_sql.hpp"

namespace cloudpods::persistence {

std::vector<row_patch> patches_of(const domain::event& fact) {
  std::vector<row_patch> out;
  if (!fact.pod.empty() && fact.stream == domain::pod_stream(fact.pod)) {
    patch_pod(fact, out);
    patch_work(fact, out);
    patch_drift(fact, out);
  } else if (!fact.tenant.empty() && fact.stream == domain::tenant_stream(fact.tenant)) {
    patch_tenant(fact, out);
  } else if (!domain::deployment_of(fact.stream).empty()) {
    patch_deployment(fact, out);
    patch_work(fact, out);
  } else if (fact.stream == domain::platform_stream) {
    patch_platform(fact, out);
    patch_recommendation(fact, out);
  } else if (fact.stream.starts_with(domain::node_stream({}))) {
    patch_drift(fact, out);
  }
  return out;
}

void projection::add(const domain::event& fact) {
  for (auto& each : patches_of(fact))
    add(std::move(each));
}

void projection::add(row_patch&& patch) {
  auto place = std::string{patch.of->name} + '\0' + patch.key;
  if (segments_.empty())
    segments_.emplace_back();
  auto [found, is_new] =
      segments_.back().places.try_emplace(place, segments_.back().patches.size());
  if (is_new) {
    segments_.back().patches.push_back(std::move(patch));
    return;
  }
  if (segments_.back().patches[found->second].absorb(patch))
    return;
  // Not to be said in one patch: it comes after everything so far.
  auto& fresh = segments_.emplace_back();
  fresh.places.emplace(std::move(place), 0);
  fresh.patches.push_back(std::move(patch));
}

std::vector<statement> projection::take_statements() {
  std::vector<statement> all;
  for (const auto& each : segments_) {
    auto some = statements_of(each.patches);
    std::ranges::move(some, std::back_inserter(all));
  }
  segments_.clear();
  return all;
}

} // namespace cloudpods::persistence
