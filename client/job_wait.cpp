#include "client/job_wait.hpp"

#include <utility>

#include <boost/json/serialize.hpp>

#include "client/progress.hpp"
#include "client/text.hpp"

namespace cloudpods::client {

namespace {

using namespace std::chrono_literals;

/// How long one poll may wait: a bar wants to move, a script does not care.
std::chrono::seconds poll_length(const session& with) {
  if (with.flags.json)
    return 25s;
  return with.around.shows_bar ? 2s : 5s;
}

/// Where the daemon answers at once though the job goes on, the next question waits for a moment.
void keep_pace(const console& around, time_point asked) {
  if (around.now() - asked < 200ms)
    around.sleep(500ms);
}

/// What the job did is done, whether or not the pod can be shown as it is now.
void read_pod_again(session& with, json::object& parts) {
  auto id = text_at(member(parts, "pod"), "id");
  if (id.empty())
    id = text_at(member(parts, "job"), "podId");
  if (id.empty())
    return;
  if (auto pod = with.daemon.get("/" + url_encoded(id)))
    parts["pod"] = std::move(*pod);
  else
    with.around.err << "The pod could not be read again: " << pod.error().message << '\n';
}

} // namespace

bool is_finished(std::string_view status) {
  return status == "success" || status == "failed" || status == "cancelled";
}

std::string job_error_text(const json::value& job) {
  const auto& error = member(job, "error");
  auto text = text_of(error);
  if (text.empty())
    text = text_at(error, "message");
  for (const auto& item : list_at(job, "queueItems"))
    if (text.empty())
      text = text_at(item, "errorMessage");
  return printable(text);
}

expected<json::value> wait_for_job(session& with, json::value job) {
  const auto id = text_at(job, "id");
  const auto end = with.around.now() + with.flags.patience;
  const auto length = poll_length(with);
  progress_display display{with.around, with.flags.json};
  while (!is_finished(text_at(job, "status"))) {
    display.show(progress_of(job));
    const auto asked = with.around.now();
    if (asked >= end)
      return failed("It is still under way; look again with: cloudpodsctl jobs " + id);
    auto next = with.daemon.get(
        "/jobs/" + url_encoded(id) + "?wait=" + std::to_string(length.count()), length + 30s);
    if (next)
      job = std::move(*next);
    else if (next.error().is_passing)
      display.say(next.error().message + "; trying again");
    else
      return next;
    if (!is_finished(text_at(job, "status")))
      keep_pace(with.around, asked);
  }
  display.show(progress_of(job));
  return job;
}

expected<json::value> finish(session& with, json::value accepted) {
  auto& parts = accepted.as_object();
  if (with.flags.wait && !text_at(member(accepted, "job"), "id").empty()) {
    auto job = wait_for_job(with, member(accepted, "job"));
    if (!job)
      return job;
    parts["job"] = std::move(*job);
    read_pod_again(with, parts);
  }
  if (with.flags.json)
    with.print(accepted);
  const auto& job = member(accepted, "job");
  const auto status = text_at(job, "status");
  if (!is_finished(status) || status == "success")
    return accepted;
  const auto why = job_error_text(job);
  return failed("The job " + printable(text_at(job, "id")) +
                (status == "cancelled" ? " was cancelled" : " failed") +
                (why.empty() ? "." : ": " + why));
}

} // namespace cloudpods::client
