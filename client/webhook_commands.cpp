#include <array>

#include "client/action.hpp"
#include "client/commands.hpp"
#include "client/document_text.hpp"
#include "client/pod_lookup.hpp"
#include "client/text.hpp"

namespace cloudpods::client {

namespace {

constexpr std::string_view webhooks = "/admin/webhooks";

std::string hook_path(const arguments& given) {
  return std::string{webhooks} + '/' + url_encoded(given.text("ID"));
}

json::object hook_body(const arguments& given, std::string_view address) {
  json::object body;
  put_text(body, "url", given, address);
  json::array names;
  for (const auto& each : given.texts("--name"))
    names.emplace_back(each);
  if (!names.empty())
    body["names"] = std::move(names);
  return body;
}

} // namespace

expected<void> run_webhooks(session& with, const arguments&) {
  static constexpr std::array columns{column{"ID", "id"}, column{"ADDRESS", "url"},
                                      column{"TENANT", "tenantId"},
                                      column{"NAMES", "names", shown::list}};
  return print_list(with, webhooks, columns, "There are no webhooks.");
}

expected<void> run_webhook_add(session& with, const arguments& given) {
  auto body = hook_body(given, "ADDRESS");
  if (!with.flags.tenant.empty())
    body["tenantId"] = with.flags.tenant;
  return print_answer(with, with.daemon.post_once(webhooks, body));
}

expected<void> run_webhook_set(session& with, const arguments& given) {
  const auto body = hook_body(given, "--address");
  if (body.empty())
    return wrong_usage("Say what to change: --address, --name.");
  return print_answer(with, with.daemon.patch(hook_path(given), body));
}

expected<void> run_webhook_delete(session& with, const arguments& given) {
  if (const auto agreed =
          confirm(with, given, "Deliver no more to " + printable(given.text("ID")) + '?');
      !agreed)
    return agreed;
  const auto answer = with.daemon.remove(hook_path(given));
  if (!answer)
    return std::unexpected(answer.error());
  if (with.flags.json)
    with.print(*answer);
  else
    with.around.out << printable(given.text("ID")) << " is deleted\n";
  return {};
}

expected<void> run_webhook_deliveries(session& with, const arguments& given) {
  static constexpr std::array columns{column{"SEQ", "seq"},           column{"NAME", "name"},
                                      column{"STATUS", "status"},     column{"TRIES", "attempts"},
                                      column{"AT", "at", shown::age}, column{"ERROR", "error"}};
  return print_list(with, hook_path(given) + "/deliveries?limit=500", columns,
                    "Nothing was delivered yet.");
}

expected<void> run_webhook_redeliver(session& with, const arguments& given) {
  json::object body;
  put_whole(body, "from", given, "--from");
  return print_answer(with, with.daemon.post(hook_path(given) + "/redeliver", body));
}

} // namespace cloudpods::client
