#include "client/pod_text.hpp"

#include "client/table.hpp"
#include "client/text.hpp"

namespace cloudpods::client {

namespace {

std::string with_unit(const json::value& pod, std::string_view name, std::string_view unit) {
  const auto number = whole_at(pod, name);
  return number ? std::to_string(*number) + ' ' + std::string{unit} : std::string{};
}

std::string memory_at(const json::value& pod, std::string_view name) {
  const auto number = whole_at(pod, name);
  return number ? memory_text(*number) : std::string{};
}

std::string metadata_text(const json::value& pod) {
  std::string text;
  if (const auto* pairs = member(pod, "metadata").if_object())
    for (const auto& [key, value] : *pairs)
      text += (text.empty() ? "" : ", ") + std::string{key} + '=' + text_of(value);
  return text;
}

std::string error_text(const json::value& pod) {
  const auto& error = member(pod, "error");
  const auto code = text_at(error, "code");
  const auto message = text_at(error, "message");
  if (code.empty() || message.empty())
    return code + message + text_of(error);
  return message + " (" + code + ')';
}

} // namespace

std::string pod_status_text(const json::value& pod) {
  auto text = text_at(pod, "status");
  if (member(pod, "suspended").is_object())
    text += ", suspended";
  return text;
}

std::string pod_state_text(const json::value& pod) {
  auto text = pod_status_text(pod);
  const auto power = text_at(pod, "powerState");
  if (text_at(pod, "status") == "active" && !power.empty())
    text += ", " + power;
  return text;
}

void write_pod(std::ostream& out, const json::value& pod, time_point now) {
  out << printable(text_at(pod, "name")) << " is " << printable(pod_status_text(pod)) << '\n';
  listing lines;
  lines.add("id", text_at(pod, "id"));
  lines.add("vmid", text_at(pod, "vmid"));
  lines.add("kind", text_at(pod, "kind"));
  lines.add("address", text_at(pod, "ipAddress"));
  lines.add("power", text_at(pod, "powerState"));
  lines.add("health", text_at(member(pod, "health"), "status"));
  lines.add("plan", text_at(pod, "planCode"));
  lines.add("blueprint", text_at(pod, "blueprint"));
  lines.add("size", with_unit(pod, "cpuCores", "cores") + ", " + memory_at(pod, "memoryMb") +
                        " memory, " + with_unit(pod, "diskGb", "GB disk"));
  lines.add("swap", memory_at(pod, "swapMb"));
  if (flag_at(pod, "pendingReboot"))
    lines.add("pending", "a reboot, for its new size");
  lines.add("node", text_at(pod, "node"));
  lines.add("region", text_at(pod, "region"));
  lines.add("domain", text_at(pod, "primaryDomain"));
  lines.add("subscription", text_at(pod, "subscriptionId"));
  lines.add("metadata", metadata_text(pod));
  lines.add("suspended", text_at(member(pod, "suspended"), "reason"));
  if (flag_at(pod, "protected"))
    lines.add("protected", "yes: it refuses to be destroyed");
  lines.add("error", error_text(pod));
  lines.add("job", text_at(pod, "currentJobId"));
  lines.add("last backup", local_and_ago(text_at(pod, "lastBackupAt"), now));
  lines.add("created", local_and_ago(text_at(pod, "createdAt"), now));
  lines.add("updated", local_and_ago(text_at(pod, "updatedAt"), now));
  lines.add("deleted", local_and_ago(text_at(pod, "deletedAt"), now));
  lines.write(out);
}

void write_pods(std::ostream& out, const json::array& pods, time_point now) {
  table rows{{"NAME", "VMID", "STATUS", "POWER", "PLAN", "ADDRESS", "CPU", "MEMORY", "DISK", "NODE",
              "CREATED"}};
  for (const auto& pod : pods)
    rows.add({text_at(pod, "name"), text_at(pod, "vmid"), pod_status_text(pod),
              text_at(pod, "powerState"), text_at(pod, "planCode"), text_at(pod, "ipAddress"),
              text_at(pod, "cpuCores"), memory_at(pod, "memoryMb"), with_unit(pod, "diskGb", "GB"),
              text_at(pod, "node"), ago(text_at(pod, "createdAt"), now)});
  rows.write(out);
}

} // namespace cloudpods::client
