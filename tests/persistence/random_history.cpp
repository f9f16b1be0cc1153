#include "random_history.hpp"

namespace cloudpods::persistence {

using namespace domain;

namespace {

/// A failed attempt that is to be repeated.
decision delayed(const samples::subject& it, std::int64_t seconds) {
  item_step_done broken;
  broken.item = it.item();
  broken.result = step_result::failed;
  broken.then = follow_up::repeat;
  broken.message = "locked";
  return samples::decided(
      {it.of_pod(broken), it.of_pod(item_retry_scheduled{it.item(), failure_class::busy, "locked",
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
  if (below(12) == 0) {
    const auto tenant = "tenant-" + std::to_string(below(tenants_made_));
    return below(2) == 0 ? samples::settled(tenant, ++said_) : samples::limited(tenant, ++said_);
  }
  if (pods_.empty() || below(6) == 0)
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
    if (below(8) != 0)
      return samples::lived(pod.subject,
                            static_cast<samples::happening>(below(samples::happenings)),
                            ++pod.happened, pod.size);
    return to(life::gone, samples::destroyed(pod.subject, pod.size));
  case life::failed:
    // A guest may be read back, or found to run, although its create failed.
    if (below(3) == 0)
      return samples::lived(pod.subject, samples::happening::synced, ++pod.happened, pod.size);
    break;
  case life::gone:
    break;
  }
  // It holds nothing any more that its destroy could release.
  auto destroy = samples::destroyed(pod.subject);
  destroy.events.pop_back();
  return to(life::gone, std::move(destroy));
}

} // namespace cloudpods::persistence
