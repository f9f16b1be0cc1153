#include "domain/failure_window.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <type_traits>

namespace cloudpods::domain {

namespace {

constexpr std::size_t most_remembered = 10'000;

using group = std::vector<const job_failure*>;

/// Those of the first hour that has three of them; none where there is no such hour.
group of_one_hour(const group& all) {
  for (std::size_t first = 0; first + failures_that_count <= all.size(); ++first) {
    std::size_t end = first;
    while (end < all.size() && all[end]->at - all[first]->at <= failures_within)
      ++end;
    if (end - first >= failures_that_count)
      return {all.begin() + static_cast<std::ptrdiff_t>(first),
              all.begin() + static_cast<std::ptrdiff_t>(end)};
  }
  return {};
}

/// What a group is about; the health check of a pod changes nothing and shows whether it lasts.
recommendation_wish wish_of(job_type kind, advised_thing about, const group& failures) {
  recommendation_wish wish;
  wish.rule = failure_rule(kind);
  wish.issue = "The job " + std::string{text(kind)} + " failed " + std::to_string(failures.size()) +
               " times within an hour";
  if (!about.pod.empty())
    wish.actions.push_back({advice::run_health_check});
  else if (!about.tenant.empty())
    wish.actions.push_back({advice::notify_tenant, {}, {}, "repeated_failures"});
  else
    wish.actions.push_back({advice::drain_node});
  wish.severity = about.tenant.empty() ? severity::critical : severity::warning;
  for (const auto* each : failures)
    wish.evidence.push_back(each->seq);
  wish.about = std::move(about);
  return wish;
}

/// Each level takes what the one before left over.
class sorter {
public:
  sorter(const std::deque<job_failure>& failures, const open_recommendations& open) : open_(open) {
    for (const auto& each : failures)
      left_.push_back(&each);
  }

  template <class Key>
  void take(Key about_of) {
    std::map<std::pair<std::string, job_type>, group> groups;
    for (const auto* each : left_)
      if (const auto about = about_of(*each); !about.subject().empty())
        groups[{about.subject(), each->kind}].push_back(each);
    std::set<const job_failure*> taken;
    for (const auto& [key, all] : groups) {
      // While one is open for it, what comes is of it.
      if (open_.find(failure_rule(key.second), key.first) != nullptr) {
        taken.insert(all.begin(), all.end());
        continue;
      }
      const auto found = of_one_hour(all);
      if (found.empty())
        continue;
      taken.insert(found.begin(), found.end());
      made_.push_back(wish_of(key.second, about_of(*found.front()), found));
    }
    std::erase_if(left_, [&](const job_failure* each) { return taken.contains(each); });
  }

  std::vector<recommendation_wish> made() { return std::move(made_); }

private:
  const open_recommendations& open_;
  group left_;
  std::vector<recommendation_wish> made_;
};

bool is_of(const job_failure& failure, const std::string& rule, const std::string& subject) {
  return failure_rule(failure.kind) == rule &&
         (subject == pod_stream(failure.pod) || subject == tenant_stream(failure.tenant) ||
          subject == node_stream(failure.node));
}

} // namespace

std::string failure_rule(job_type kind) { return "failures." + std::string{text(kind)}; }

void failure_window::fold(const job_failure& failure) {
  // A check that fails is told by its pod's health; and it is what these recommend.
  if (failure.kind == job_type::health)
    return;
  failures_.push_back(failure);
  if (failures_.size() > most_remembered)
    failures_.pop_front();
}

void failure_window::fold(const event& fact) {
  std::visit(
      [&]<class Payload>(const Payload& payload) {
        if constexpr (std::is_same_v<Payload, recommendation_opened>) {
          const std::set<std::int64_t> used{payload.evidence.begin(), payload.evidence.end()};
          if (payload.rule.starts_with("failures."))
            std::erase_if(failures_, [&](const auto& each) { return used.contains(each.seq); });
        } else if constexpr (std::is_same_v<Payload, recommendation_applied> ||
                             std::is_same_v<Payload, recommendation_dismissed> ||
                             std::is_same_v<Payload, recommendation_expired>) {
          std::erase_if(failures_, [&](const auto& each) {
            return each.seq < fact.seq && is_of(each, payload.rule, payload.subject);
          });
        }
      },
      fact.payload);
}

void failure_window::forget_before(instant then) {
  while (!failures_.empty() && failures_.front().at < then)
    failures_.pop_front();
}

std::vector<recommendation_wish> failure_window::wishes(const open_recommendations& open) const {
  sorter levels{failures_, open};
  levels.take([](const job_failure& each) {
    return advised_thing{each.tenant, each.pod, each.guest, std::nullopt};
  });
  levels.take([](const job_failure& each) {
    return advised_thing{each.tenant, {}, std::nullopt, std::nullopt};
  });
  levels.take([](const job_failure& each) {
    return each.node.empty() ? advised_thing{} : advised_thing{{}, {}, std::nullopt, each.node};
  });
  return levels.made();
}

} // namespace cloudpods::domain
