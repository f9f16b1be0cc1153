#include "client/action.hpp"

#include "client/job_wait.hpp"
#include "client/pod_lookup.hpp"
#include "client/pod_text.hpp"
#include "client/text.hpp"

namespace cloudpods::client {

namespace {

/// An answer that is a job becomes one that has a job.
json::value wrapped(json::value accepted) {
  if (!text_at(accepted, "id").starts_with("job-"))
    return accepted;
  json::object made;
  made["job"] = std::move(accepted);
  return made;
}

void say_end(session& with, const json::value& ended) {
  auto& out = with.around.out;
  const auto& pod = member(ended, "pod");
  const auto& job = member(ended, "job");
  const auto job_id = printable(text_at(job, "id"));
  const auto status = text_at(job, "status");
  if (pod.is_object())
    out << printable(text_at(pod, "name")) << " is " << printable(pod_state_text(pod)) << '\n';
  else
    out << job_id << " is " << printable(status) << '\n';
  if (!job_id.empty() && !is_finished(status))
    out << "Follow it with: cloudpodsctl jobs " << job_id << '\n';
}

} // namespace

expected<void> end_action(session& with, expected<json::value> accepted) {
  if (!accepted)
    return std::unexpected(std::move(accepted).error());
  if (!accepted->is_object())
    return failed("The answer names no job: is CLOUDPODS_URL the address of cloudpodsd?");
  const auto ended = finish(with, wrapped(std::move(*accepted)));
  if (!ended)
    return std::unexpected(ended.error());
  if (!with.flags.json)
    say_end(with, *ended);
  return {};
}

expected<void> act(session& with, const std::string& ref, std::string_view verb,
                   const json::object& body) {
  const auto path = pod_path(with, ref);
  if (!path)
    return std::unexpected(path.error());
  return end_action(with, with.daemon.post(*path + '/' + std::string{verb}, body));
}

void put_text(json::object& body, std::string_view name, const arguments& given,
              std::string_view option) {
  if (const auto text = given.text(option); !text.empty())
    body[name] = text;
}

void put_whole(json::object& body, std::string_view name, const arguments& given,
               std::string_view option) {
  if (const auto number = given.whole(option))
    body[name] = *number;
}

void put_flag(json::object& body, std::string_view name, const arguments& given,
              std::string_view option) {
  if (given.has(option))
    body[name] = true;
}

expected<void> put_pairs(json::object& body, std::string_view name, const arguments& given,
                         std::string_view option) {
  json::object pairs;
  for (const auto& each : given.texts(option)) {
    const auto equals = each.find('=');
    if (equals == std::string::npos || equals == 0)
      return wrong_usage(std::string{option} + ' ' + printable(each) + ": must be key=value");
    pairs[each.substr(0, equals)] = each.substr(equals + 1);
  }
  if (!pairs.empty())
    body[name] = std::move(pairs);
  return {};
}

} // namespace cloudpods::client
