#include <algorithm>

#include "client/action.hpp"
#include "client/commands.hpp"
#include "client/job_wait.hpp"
#include "client/pod_lookup.hpp"
#include "client/progress.hpp"
#include "client/table.hpp"
#include "client/text.hpp"

namespace cloudpods::client {

namespace {

constexpr std::int64_t usual_count = 50;

std::size_t most_of(const arguments& given) {
  return static_cast<std::size_t>(given.whole("--limit").value_or(usual_count));
}

/// The list that is asked for: of one pod, or of all.
expected<std::string> jobs_target(session& with, const arguments& given) {
  std::string target = "/jobs";
  if (given.has("--pod")) {
    const auto path = pod_path(with, given.text("--pod"));
    if (!path)
      return path;
    target = *path + "/jobs";
  }
  target += "?limit=" + std::to_string(std::min<std::size_t>(most_of(given), 500));
  if (given.has("--status"))
    target += "&status=" + url_encoded(given.text("--status"));
  if (given.has("--type"))
    target += "&type=" + url_encoded(given.text("--type"));
  return target;
}

/// What a job does now, or why it ended as it did.
std::string state_text(const json::value& job) {
  const auto status = text_at(job, "status");
  if (status == "success")
    return {};
  return is_finished(status) ? job_error_text(job) : activity_text(progress_of(job));
}

void write_jobs(session& with, const json::array& jobs) {
  constexpr std::size_t longest = 60;
  table rows{{"ID", "TYPE", "STATUS", "DONE", "CREATED", "NOW"}};
  for (const auto& job : jobs)
    rows.add({text_at(job, "id"), text_at(job, "type"), text_at(job, "status"),
              std::to_string(progress_of(job).percent) + '%',
              ago(text_at(job, "createdAt"), with.around.now()), cut(state_text(job), longest)});
  rows.write(with.around.out);
}

void write_job(session& with, const json::value& job) {
  auto& out = with.around.out;
  const auto now = with.around.now();
  out << printable(text_at(job, "type")) << " is " << printable(text_at(job, "status")) << '\n';
  listing lines;
  lines.add("id", text_at(job, "id"));
  lines.add("pod", text_at(job, "podId"));
  lines.add("done", std::to_string(progress_of(job).percent) + " %");
  if (!is_finished(text_at(job, "status")))
    lines.add("now", activity_text(progress_of(job)));
  else if (text_at(job, "status") != "success")
    lines.add("error", job_error_text(job));
  lines.add("address", text_at(member(job, "result"), "ipAddress"));
  lines.add("retry of", text_at(job, "retryOf"));
  lines.add("created", local_and_ago(text_at(job, "createdAt"), now));
  lines.add("started", local_and_ago(text_at(job, "startedAt"), now));
  lines.add("finished", local_and_ago(text_at(job, "finishedAt"), now));
  lines.write(out);
  const auto& items = list_at(job, "queueItems");
  if (items.empty())
    return;
  out << '\n';
  table rows{{"ITEM", "ACTION", "STATUS", "RETRIES", "MESSAGE"}};
  for (const auto& item : items)
    rows.add({text_at(item, "id"), text_at(item, "action"), text_at(item, "status"),
              text_at(item, "retryCount"), text_at(item, "errorMessage")});
  rows.write(out);
}

expected<void> show_job(session& with, const std::string& id) {
  const auto job = with.daemon.get("/jobs/" + url_encoded(id));
  if (!job)
    return std::unexpected(job.error());
  if (with.flags.json)
    with.print(*job);
  else
    write_job(with, *job);
  return {};
}

std::string job_path(const arguments& given, std::string_view verb) {
  return "/jobs/" + url_encoded(given.text("ID")) + '/' + std::string{verb};
}

} // namespace

expected<void> run_jobs(session& with, const arguments& given) {
  if (given.has("ID"))
    return show_job(with, given.text("ID"));
  const auto target = jobs_target(with, given);
  if (!target)
    return std::unexpected(target.error());
  const auto page = with.daemon.get_all(*target, most_of(given));
  if (!page)
    return std::unexpected(page.error());
  if (with.flags.json) {
    with.print(*page);
    return {};
  }
  if (list_at(*page, "items").empty())
    with.around.err << "There are no such jobs.\n";
  else
    write_jobs(with, list_at(*page, "items"));
  return {};
}

expected<void> run_job_cancel(session& with, const arguments& given) {
  const auto answer = with.daemon.post(job_path(given, "cancel"), json::object{});
  if (!answer)
    return std::unexpected(answer.error());
  if (with.flags.json)
    with.print(*answer);
  else
    with.around.out << printable(given.text("ID")) << " is being cancelled\n";
  return {};
}

expected<void> run_job_retry(session& with, const arguments& given) {
  return end_action(with, with.daemon.post(job_path(given, "retry"), json::object{}));
}

} // namespace cloudpods::client
