#include <algorithm>

#include "client/job_wait.hpp"
#include "client/progress.hpp"
#include "client/table.hpp"
#include "client/text.hpp"

namespace cloudpods::client {

namespace {

std::string jobs_target(const jobs_options& options) {
  auto target = "/jobs?limit=" + std::to_string(std::min<std::size_t>(options.most, 500));
  if (!options.status.empty())
    target += "&status=" + url_encoded(options.status);
  if (!options.type.empty())
    target += "&type=" + url_encoded(options.type);
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

} // namespace

expected<void> run_jobs(session& with, const jobs_options& options) {
  const bool is_one = !options.id.empty();
  const auto found = is_one ? with.daemon.get("/jobs/" + url_encoded(options.id))
                            : with.daemon.get_all(jobs_target(options), options.most);
  if (!found)
    return std::unexpected(found.error());
  if (with.flags.json)
    with.print(*found);
  else if (is_one)
    write_job(with, *found);
  else if (list_at(*found, "items").empty())
    with.around.err << "There are no such jobs.\n";
  else
    write_jobs(with, list_at(*found, "items"));
  return {};
}

} // namespace cloudpods::client
