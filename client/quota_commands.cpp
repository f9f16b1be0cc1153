#include <array>

#include "client/action.hpp"
#include "client/commands.hpp"
#include "client/document_text.hpp"
#include "client/table.hpp"
#include "client/text.hpp"

namespace cloudpods::client {

namespace {

/// A figure of the quota summary (contract 12), as text.
std::string figure(const json::value& summary, std::string_view part, std::string_view name) {
  return text_at(member(summary, part), name);
}

void write_quota(std::ostream& out, const json::value& summary) {
  struct dimension {
    std::string_view name;
    const char* title;
  };
  static constexpr std::array dimensions{dimension{"pods", "pods"}, dimension{"cpuCores", "cores"},
                                         dimension{"memoryMb", "memory (MB)"},
                                         dimension{"diskGb", "disk (GB)"}};
  table rows{{"", "USED", "RESERVED", "LIMIT", "LEFT"}};
  for (const auto& each : dimensions) {
    const auto limit = whole_at(member(summary, "limits"), each.name);
    const bool is_unlimited = limit && *limit < 0;
    rows.add({each.title, figure(summary, "used", each.name),
              figure(summary, "reserved", each.name),
              is_unlimited ? "none" : figure(summary, "limits", each.name),
              is_unlimited ? "any" : figure(summary, "remaining", each.name)});
  }
  rows.write(out);
  if (flag_at(summary, "overLimit"))
    out << "You hold more than your limits allow: nothing more can be ordered.\n";
}

/// Whether a pod of this plan would be admitted: a refusal where not, so that scripts can ask.
expected<void> check_quota(session& with, const arguments& given) {
  auto target = "/check-quota?planCode=" + url_encoded(given.text("--plan"));
  if (given.has("--blueprint"))
    target += "&blueprint=" + url_encoded(given.text("--blueprint"));
  const auto answer = with.daemon.get(target);
  if (!answer)
    return std::unexpected(answer.error());
  if (with.flags.json)
    with.print(*answer);
  if (!flag_at(*answer, "allowed")) {
    const auto why = text_at(*answer, "message");
    return failed("It would not be allowed" + (why.empty() ? "." : ": " + printable(why)));
  }
  if (!with.flags.json)
    with.around.out << "It would be allowed.\n";
  return {};
}

expected<void> show_quota(session& with, const expected<json::value>& summary) {
  if (!summary)
    return std::unexpected(summary.error());
  if (with.flags.json)
    with.print(*summary);
  else
    write_quota(with.around.out, *summary);
  return {};
}

/// Where the quota of the tenant is that an operator named.
expected<std::string> tenant_quota_path(const session& with) {
  if (with.flags.tenant.empty())
    return wrong_usage("Name the tenant with --tenant.");
  return "/tenants/" + url_encoded(with.flags.tenant) + "/quota";
}

} // namespace

expected<void> run_quota(session& with, const arguments& given) {
  if (given.has("--plan"))
    return check_quota(with, given);
  const auto path = tenant_quota_path(with);
  return show_quota(with, with.daemon.get(path ? *path : "/my-quota"));
}

expected<void> run_quota_set(session& with, const arguments& given) {
  const auto path = tenant_quota_path(with);
  if (!path)
    return std::unexpected(path.error());
  json::object body;
  put_whole(body, "maxPods", given, "--max-pods");
  put_whole(body, "maxCpuCores", given, "--max-cpu");
  put_whole(body, "maxMemoryMb", given, "--max-memory");
  put_whole(body, "maxDiskGb", given, "--max-disk");
  if (body.empty())
    return wrong_usage("Say at least one limit: --max-pods, --max-cpu, --max-memory, --max-disk.");
  return show_quota(with, with.daemon.post(*path, body));
}

expected<void> run_quota_recalculate(session& with, const arguments&) {
  const auto path = tenant_quota_path(with);
  if (!path)
    return std::unexpected(path.error());
  return print_answer(with, with.daemon.post(*path + "/recalculate", json::object{}));
}

} // namespace cloudpods::client
