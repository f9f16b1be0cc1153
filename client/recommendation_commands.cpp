#include <array>

#include "client/action.hpp"
#include "client/commands.hpp"
#include "client/document_text.hpp"
#include "client/text.hpp"

namespace cloudpods::client {

namespace {

constexpr std::string_view recommendations = "/internal/focalpilot/recommendations";

std::string target_of(const arguments& given, std::string_view verb) {
  return std::string{recommendations} + '/' + url_encoded(given.text("ID")) + '/' +
         std::string{verb};
}

} // namespace

expected<void> run_recommendations(session& with, const arguments& given) {
  static constexpr std::array columns{column{"ID", "id"},
                                      column{"STATUS", "status"},
                                      column{"SEVERITY", "severity"},
                                      column{"POD", "podId"},
                                      column{"TENANT", "tenantId"},
                                      column{"NODE", "node"},
                                      column{"AGE", "createdAt", shown::age},
                                      column{"ISSUE", "issue"}};
  std::string target = std::string{recommendations} + "?limit=500";
  for (const auto& each : given.texts("--status"))
    target += "&status=" + url_encoded(each);
  if (!with.flags.tenant.empty())
    target += "&tenantId=" + url_encoded(with.flags.tenant);
  return print_list(with, target, columns, "Nothing is recommended.");
}

expected<void> run_recommendation_apply(session& with, const arguments& given) {
  return print_answer(with, with.daemon.post(target_of(given, "apply"), json::object{}));
}

expected<void> run_recommendation_dismiss(session& with, const arguments& given) {
  json::object body;
  put_text(body, "reason", given, "--reason");
  return print_answer(with, with.daemon.post(target_of(given, "dismiss"), body));
}

} // namespace cloudpods::client
