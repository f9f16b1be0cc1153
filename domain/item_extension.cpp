#include "domain/item_work.hpp"

namespace cloudpods::domain {

namespace {

/// The record as it will be once `events` are in the log.
void foresee(pod_record& state, const std::vector<new_event>& events, std::size_t from,
             instant now) {
  for (std::size_t i = from; i < events.size(); ++i) {
    if (events[i].stream != pod_stream(state.pod.id))
      continue;
    event fact;
    fact.stream = events[i].stream;
    fact.stream_version = state.pod.version + 1;
    fact.tenant = events[i].tenant;
    fact.pod = events[i].pod;
    fact.job = events[i].job;
    fact.at = now;
    fact.payload = events[i].payload;
    evolve(state, fact);
  }
}

} // namespace

void extend(const pod_record& state, const node_description& site, instant now,
            std::vector<new_event>& events) {
  auto after = state;
  std::size_t folded = 0;
  for (;;) {
    foresee(after, events, folded, now);
    folded = events.size();
    const auto next = next_work(after, site, now);
    std::vector<new_event> more;
    if (next.what == move::finish || next.what == move::interrupt || next.what == move::refuse)
      more = finish_item(after, next);
    else if (next.what == move::attempt && !looks_first(next.which) &&
             !is_admitted_apart(current_item(after)->action, next.which))
      more = begin_step(after, next, false);
    if (more.empty())
      return;
    const bool begun = next.what == move::attempt;
    events.insert(events.end(), more.begin(), more.end());
    if (begun)
      return;
  }
}

} // namespace cloudpods::domain
