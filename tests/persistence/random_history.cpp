#include "random_history.hpp"

namespace cloudpods::persistence {

using namespace domain;

namespace {

/// A failed attempt that is to be repeated.
decision delayed(const samples::subject& it, std::int64_t seconds) {
  return samples::decided({it.of_pod(item_step_done{it.item(),
                                                    step::clone,
                                                    1,
                                                    step_result::failed,
                                                    follow_up::repeat,
                                                    "locked",
                                                    std::nullopt,
                                                    {},
                                                    ""}),
                           it.of_pod(item_retry_scheduled{it.item(), failure_class::busy, "locked",
                                                          samples::at(seconds), false})});
}

} // namespace

std::vector<std::string> random_history::tenants() const {
  std::vector<std::string> out;
  for (int i = 0; i < tenants_made_; ++i)
    out.push_back("tenant-" + std::to_string(i));
  return out;
}

std::vector<decision> random_history::next(int most) {
  std::vector<decision> out;
  for (int left = 1 + below(most); left > 0; --left)
    out.push_back(one());
  return out;
}

decision random_history::one() {
  if (tenants_made_ < tenants_ && (tenants_made_ == 0 || below(10) == 0))
    return samples::tenant_made("tenant-" + std::to_string(tenants_made_++));
  if (pods_.empty() || below(4) == 0)
    return order();
  auto& pod = pods_[static_cast<std::size_t>(below(static_cast<int>(pods_.size())))];
  return pod.at == life::gone ? order() : advance(pod);
}

decision random_history::order() {
  samples::subject made;
  made.tenant = "tenant-" + std::to_string(below(tenants_made_));
  made.number = static_cast<int>(pods_.size()) + 1;
  pods_.push_back({made});
  return samples::ordered(made);
}

decision random_history::advance(pod_life& pod) {
  const auto to = [&](life next, decision decided) {
    pod.at = next;
    return decided;
  };
  switch (pod.at) {
  case life::ordered:
    return to(life::building, samples::building(pod.subject));
  case life::building:
    switch (below(4)) {
    case 0:
      return to(life::failed, samples::failed(pod.subject, false));
    case 1:
      return to(life::cleaning, samples::failed(pod.subject, true));
    case 2:
      return delayed(pod.subject, below(1000));
    default:
      return to(life::built, samples::built(pod.subject));
    }
  case life::cleaning:
    return to(life::gone, samples::cleaned(pod.subject));
  case life::built:
    return to(life::gone, samples::destroyed(pod.subject));
  case life::failed:
  case life::gone:
    break;
  }
  pod.at = life::gone;
  return samples::decided({pod.subject.of_pod(pod_deleted{})});
}

} // namespace cloudpods::persistence
