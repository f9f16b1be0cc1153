#include "client/action.hpp"
#include "client/commands.hpp"

namespace cloudpods::client {

namespace {

expected<void> change_power(session& with, const arguments& given, std::string_view verb) {
  json::object body;
  put_flag(body, "force", given, "--force");
  put_whole(body, "timeoutS", given, "--timeout");
  put_text(body, "reason", given, "--reason");
  return act(with, given.text("REF"), verb, body);
}

} // namespace

expected<void> run_start(session& with, const arguments& given) {
  return change_power(with, given, "start");
}

expected<void> run_stop(session& with, const arguments& given) {
  return change_power(with, given, "stop");
}

expected<void> run_reboot(session& with, const arguments& given) {
  return change_power(with, given, "reboot");
}

expected<void> run_suspend(session& with, const arguments& given) {
  return change_power(with, given, "suspend");
}

expected<void> run_resume(session& with, const arguments& given) {
  return change_power(with, given, "resume");
}

} // namespace cloudpods::client
