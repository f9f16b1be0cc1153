#include "actors/tenant_views.hpp"

#include <algorithm>

namespace cloudpods::actors {

namespace {

bool matches(const domain::pod& pod, const list_pods& question) {
  const auto& wanted = question.statuses;
  if (wanted.empty() ? !pod.is_live() : std::ranges::find(wanted, pod.status) == wanted.end())
    return false;
  return (!question.kind || pod.order.kind == *question.kind) &&
         pod.order.name.starts_with(question.name_prefix);
}

/// The job is the pod's, or that of a deployment which the pod is part of.
bool is_of_pod(const domain::tenant_state& state, const domain::job& job,
               const domain::pod_id& pod) {
  const auto of = state.find_deployment(job.id);
  if (!of)
    return job.pod == pod;
  return std::ranges::find(of->order.pods, pod, &domain::stack_pod::pod) != of->order.pods.end();
}

bool matches(const domain::tenant_state& state, const domain::job& job, const list_jobs& question) {
  const auto among = [](const auto& list, auto what) {
    return list.empty() || std::ranges::find(list, what) != list.end();
  };
  return among(question.statuses, job.status) && among(question.types, job.type) &&
         (!question.pod || is_of_pod(state, job, *question.pod));
}

/// Ids are made of time: their order is that of creation.
template <class Iterator>
pod_page page_of(Iterator from, Iterator to, const list_pods& question) {
  pod_page page;
  bool reached = !question.after;
  for (; from != to; ++from) {
    const auto& [id, record] = *from;
    if (!reached)
      reached = question.newest_first ? id < *question.after : id > *question.after;
    if (!matches(record->pod, question))
      continue;
    ++page.total;
    if (!reached)
      continue;
    if (page.items.size() < question.limit)
      page.items.push_back(record);
    else
      page.has_more = true;
  }
  return page;
}

} // namespace

std::shared_ptr<const domain::pod_record> find_pod(const domain::tenant_state& state,
                                                   const pod_reference& which) {
  return std::visit([&](const auto& each) { return state.find(each); }, which);
}

pod_page pods_page(const domain::tenant_state& state, const list_pods& question) {
  return question.newest_first ? page_of(state.pods.rbegin(), state.pods.rend(), question)
                               : page_of(state.pods.begin(), state.pods.end(), question);
}

job_view view_of(const std::shared_ptr<const domain::job>& job, const progress_map& progress) {
  const auto known = progress.find(job->id);
  if (known == progress.end() || domain::is_terminal(job->status))
    return {job, std::nullopt};
  return {job, known->second};
}

job_page jobs_page(const domain::tenant_state& state, const list_jobs& question,
                   const progress_map& progress) {
  job_page page;
  for (auto it = state.jobs.rbegin(); it != state.jobs.rend(); ++it) {
    if ((question.after && it->first >= *question.after) || !matches(state, *it->second, question))
      continue;
    if (page.items.size() == question.limit) {
      page.has_more = true;
      break;
    }
    page.items.push_back(view_of(it->second, progress));
  }
  return page;
}

wire::quota_summary quota_of(const domain::tenant_state& state, const domain::catalogue& offers) {
  const auto effective = domain::limits_of(state, offers);
  return {state.id, effective.source, effective.limit, state.held};
}

domain::problem no_such(std::string_view thing) {
  return {domain::problem_code::not_found, "There is no such " + std::string{thing} + "."};
}

} // namespace cloudpods::actors
