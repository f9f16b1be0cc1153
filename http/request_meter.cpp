#include "http/request_meter.hpp"

#include <algorithm>
#include <string>

namespace cloudpods::http {

namespace {

std::string method_label(verb method) {
  const auto name = name_of(method);
  return name.empty() ? "other" : std::string{name};
}

/// The pattern, never the path: paths are without number.
std::string route_label(const route* to) { return to == nullptr ? "none" : std::string{to->path}; }

} // namespace

void request_meter::note(verb method, const route* to, unsigned status,
                         std::chrono::steady_clock::duration took) {
  auto& known = line_of(method, to);
  counter_of(known, method, to, status).add();
  known.durations->observe(std::chrono::duration<double>(took).count());
}

request_meter::line& request_meter::line_of(verb method, const route* to) {
  auto& found = lines_[{to, method}];
  if (found.durations == nullptr)
    found.durations = &all_->http_durations.of({method_label(method), route_label(to)});
  return found;
}

metrics::counter& request_meter::counter_of(line& of, verb method, const route* to,
                                            unsigned status) {
  const auto known =
      std::ranges::find(of.by_status, status, &std::pair<unsigned, metrics::counter*>::first);
  if (known != of.by_status.end())
    return *known->second;
  auto& made =
      all_->http_requests.of({method_label(method), route_label(to), std::to_string(status)});
  of.by_status.emplace_back(status, &made);
  return made;
}

} // namespace cloudpods::http
