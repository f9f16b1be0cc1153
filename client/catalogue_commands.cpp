#include <array>

#include "client/session.hpp"
#include "client/table.hpp"
#include "client/text.hpp"

namespace cloudpods::client {

namespace {

/// `1.49`, also where the API says 1.5 or 3.
std::string price_text(const json::value& plan) {
  const auto& price = member(plan, "priceMonthly");
  if (!price.is_number())
    return text_of(price);
  const auto cents = static_cast<long long>(price.to_number<double>() * 100 + 0.5);
  const auto rest = std::to_string(cents % 100);
  return std::to_string(cents / 100) + '.' + (rest.size() < 2 ? "0" : "") + rest;
}

std::string memory_at(const json::value& plan, std::string_view name) {
  const auto number = whole_at(plan, name);
  return number ? memory_text(*number) : std::string{};
}

std::string bandwidth_text(const json::value& plan) {
  const auto number = whole_at(plan, "bandwidthGb");
  return number ? std::to_string(*number) + " GB" : "unmetered";
}

void write_plans(std::ostream& out, const json::array& plans) {
  table rows{{"CODE", "NAME", "PRICE/MONTH", "CPU", "MEMORY", "DISK", "BANDWIDTH", "BACKUPS"}};
  for (const auto& plan : plans)
    rows.add({text_at(plan, "code"), text_at(plan, "name"), price_text(plan), text_at(plan, "vcpu"),
              memory_at(plan, "ramMb"), text_at(plan, "storageGb") + " GB", bandwidth_text(plan),
              text_at(plan, "backupPolicy")});
  rows.write(out);
}

void write_plan(std::ostream& out, const json::value& plan) {
  out << printable(text_at(plan, "name")) << '\n';
  listing lines;
  lines.add("code", text_at(plan, "code"));
  lines.add("about", text_at(plan, "description"));
  lines.add("price a month", price_text(plan));
  lines.add("cores", text_at(plan, "vcpu"));
  lines.add("memory", memory_at(plan, "ramMb"));
  lines.add("swap", memory_at(plan, "swapMb"));
  lines.add("disk", text_at(plan, "storageGb") + " GB");
  lines.add("bandwidth", bandwidth_text(plan));
  lines.add("backups", text_at(plan, "backupPolicy"));
  if (member(plan, "isActive").is_bool() && !flag_at(plan, "isActive"))
    lines.add("on sale", "no longer");
  lines.write(out);
}

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
expected<void> check_quota(session& with, const quota_options& options) {
  auto target = "/check-quota?planCode=" + url_encoded(options.plan);
  if (!options.blueprint.empty())
    target += "&blueprint=" + url_encoded(options.blueprint);
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

} // namespace

expected<void> run_quota(session& with, const quota_options& options) {
  if (!options.plan.empty())
    return check_quota(with, options);
  const auto& tenant = with.flags.tenant;
  const auto summary =
      with.daemon.get(tenant.empty() ? "/my-quota" : "/tenants/" + url_encoded(tenant) + "/quota");
  if (!summary)
    return std::unexpected(summary.error());
  if (with.flags.json)
    with.print(*summary);
  else
    write_quota(with.around.out, *summary);
  return {};
}

expected<void> run_plans(session& with, const plans_options& options) {
  const bool is_one = !options.code.empty();
  const auto found = with.daemon.get(is_one ? "/plans/" + url_encoded(options.code) : "/plans");
  if (!found)
    return std::unexpected(found.error());
  if (with.flags.json)
    with.print(*found);
  else if (is_one)
    write_plan(with.around.out, *found);
  else
    write_plans(with.around.out, list_at(*found, "items"));
  return {};
}

} // namespace cloudpods::client
