#include <array>

#include "client/action.hpp"
#include "client/commands.hpp"
#include "client/document_text.hpp"
#include "client/pod_lookup.hpp"
#include "client/text.hpp"

namespace cloudpods::client {

namespace {

/// Lists what belongs to a pod: `/{ref}/{what}`.
expected<void> list_of_pod(session& with, const arguments& given, std::string_view what,
                           std::span<const column> columns, std::string_view nothing) {
  const auto path = pod_path(with, given.text("REF"));
  if (!path)
    return std::unexpected(path.error());
  return print_list(with, *path + '/' + std::string{what} + "?limit=500", columns, nothing);
}

/// The pod, once the user agreed to lose what came after `point`.
expected<json::value> agreed_pod(session& with, const arguments& given, const std::string& point) {
  auto pod = find_pod(with, given.text("REF"));
  if (!pod)
    return pod;
  const auto agreed = confirm(with, given,
                              "Set " + printable(text_at(*pod, "name")) + " (vmid " +
                                  printable(text_at(*pod, "vmid")) + ") back to " +
                                  printable(point) + " and lose what came after?");
  if (!agreed)
    return std::unexpected(agreed.error());
  return pod;
}

} // namespace

expected<void> run_backup(session& with, const arguments& given) {
  json::object body;
  body["mode"] = given.has("--mode") ? given.text("--mode") : "snapshot";
  put_text(body, "reason", given, "--reason");
  return act(with, given.text("REF"), "backup", body);
}

expected<void> run_backups(session& with, const arguments& given) {
  static constexpr std::array columns{
      column{"ID", "id"},         column{"CREATED", "createdAt", shown::age},
      column{"MODE", "mode"},     column{"SIZE", "sizeBytes", shown::bytes},
      column{"VOLUME", "volume"}, column{"EXPIRES", "expiresAt", shown::age}};
  return list_of_pod(with, given, "backups", columns, "There are no backups of it.");
}

expected<void> run_restore(session& with, const arguments& given) {
  const auto backup = given.text("BACKUP");
  const auto pod = agreed_pod(with, given, backup);
  if (!pod)
    return std::unexpected(pod.error());
  json::object body;
  body["backupId"] = backup;
  return act(with, text_at(*pod, "id"), "restore", body);
}

expected<void> run_snapshot_create(session& with, const arguments& given) {
  json::object body;
  put_text(body, "name", given, "NAME");
  put_text(body, "description", given, "--description");
  return act(with, given.text("REF"), "snapshots", body);
}

expected<void> run_snapshot_list(session& with, const arguments& given) {
  static constexpr std::array columns{column{"NAME", "name"},
                                      column{"CREATED", "createdAt", shown::age},
                                      column{"DESCRIPTION", "description"}};
  return list_of_pod(with, given, "snapshots", columns, "There are no snapshots of it.");
}

expected<void> run_snapshot_rollback(session& with, const arguments& given) {
  const auto name = given.text("NAME");
  const auto pod = agreed_pod(with, given, name);
  if (!pod)
    return std::unexpected(pod.error());
  return act(with, text_at(*pod, "id"), "snapshots/" + url_encoded(name) + "/rollback", {});
}

expected<void> run_snapshot_delete(session& with, const arguments& given) {
  const auto path = pod_path(with, given.text("REF"));
  if (!path)
    return std::unexpected(path.error());
  return end_action(with,
                    with.daemon.remove(*path + "/snapshots/" + url_encoded(given.text("NAME"))));
}

} // namespace cloudpods::client
