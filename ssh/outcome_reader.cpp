#include "ssh/outcome_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "ssh/backup_result.hpp"
#include "ssh/command_line_guest.hpp"
#include "ssh/create_result.hpp"
#include "ssh/error_catalogue.hpp"
#include "ssh/node_text.hpp"
#include "ssh/operation_argv.hpp"

namespace cloudpods::ssh {

namespace {

using domain::failure_class;

template <class... Operations>
bool is_any(const domain::operation& what) {
  return (std::holds_alternative<Operations>(what) || ...);
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// Commands that exit 0 although their task failed (`qm resize`, `pct resize`, `pvesh set`),
/// or may do so (`qmrestore`).
bool exit_code_lies(const std::vector<std::string>& argv) {
  if (argv.empty())
    return false;
  const auto program = base_name(argv.front());
  return program == "pvesh" ||
         ((program == "pct" || program == "qm") && argv.size() > 1 && argv[1] == "resize");
}

bool exit_code_lies(const domain::operation& what) {
  if (const auto* resize = std::get_if<domain::resize_container>(&what))
    return exit_code_lies(resize->argv);
  if (const auto* size = std::get_if<domain::set_container_size>(&what))
    return exit_code_lies(size->argv);
  // A restore that refused leaves the guest as it was, which looks like one that is done.
  if (const auto* restore = std::get_if<domain::restore_guest>(&what))
    return restore->kind == domain::guest_kind::vm;
  return is_any<domain::resize_vm_disk, domain::join_pool>(what);
}

/// Whether what the node refuses to do again is what was asked for.
bool is_already_done(const domain::operation& what, meaning means) {
  switch (means) {
  case meaning::already_started:
    return is_any<domain::start_guest>(what);
  case meaning::already_member:
    return is_any<domain::join_pool>(what);
  case meaning::already_sized:
    return is_any<domain::resize_container, domain::resize_vm_disk>(what);
  case meaning::guest_absent:
    return is_any<domain::destroy_guest, domain::stop_guest>(what);
  case meaning::not_running:
    return is_any<domain::stop_guest>(what);
  default:
    return false;
  }
}

std::optional<std::string> warning_in(const attempt_report& report) {
  constexpr std::array<std::string_view, 6> marks{"WARN: ",
                                                  "Failed to update the container's filesystem",
                                                  "unable to add notes",
                                                  "Failed to remove source CT config lock",
                                                  "WARNINGS: ",
                                                  "Task finished with"};
  std::optional<std::string> last;
  for (const auto& text : {std::string_view{report.out}, std::string_view{report.err}})
    for (const auto line : lines_of(text))
      if (std::ranges::any_of(marks, [&](std::string_view mark) { return line.contains(mark); }))
        if (!last || !line.contains("Task finished with"))
          last = std::string{trimmed(line)};
  return last;
}

/// Reads one ended attempt.
class ending {
public:
  ending(const domain::operation& what, const attempt_report& report)
      : what_(what), report_(report), secrets_(secrets_of(what)) {}

  [[nodiscard]] domain::outcome outcome() const {
    const auto code = report_.exit_code.value_or(-1);
    if (auto said = verdict_of_script(code))
      return *said;
    if (const auto* backup = std::get_if<domain::back_up>(&what_))
      return after_backup(*backup, code);
    if (code != 0)
      return after_failure(code);
    if (exit_code_lies(what_))
      if (const auto complaint = complaint_of(report_); !complaint.empty())
        return after_failure(code);
    if (is_any<domain::create_container>(what_))
      return after_create();
    return success();
  }

private:
  [[nodiscard]] std::string safe(std::string_view text) const {
    return redacted(clean_text(text), secrets_);
  }

  [[nodiscard]] std::string output() const {
    auto text = safe(report_.out + report_.err);
    if (text.size() > kept_of_output)
      text = clean_text(std::string_view{text}.substr(text.size() - kept_of_output));
    return text;
  }

  [[nodiscard]] domain::failed failure(failure_class why, std::string_view message) const {
    return {why, capped(safe(message)), output()};
  }

  [[nodiscard]] domain::succeeded success(std::optional<std::string> address = {}) const {
    domain::succeeded done{std::move(address), warning_in(report_), output()};
    if (done.warning)
      done.warning = capped(safe(*done.warning));
    return done;
  }

  /// A line that warns is no complaint.
  [[nodiscard]] static std::string complaint_of(const attempt_report& report) {
    std::string complaint;
    for (const auto line : lines_of(report.err))
      if (!is_noise(line) && !line.contains("WARN") &&
          !line.contains("Failed to update the container's filesystem"))
        complaint = line;
    return complaint;
  }

  [[nodiscard]] domain::outcome after_failure(int code) const {
    const auto said = judged(code, report_.out, report_.err);
    if (is_already_done(what_, said.means))
      return success();
    if (said.means == meaning::left_waiting && is_any<domain::set_vm_size>(what_))
      return success_with(said.message);
    if (auto no = refusal(said))
      return *no;
    const bool makes_guest = is_any<domain::clone_vm, domain::create_container>(what_);
    if (said.means == meaning::guest_exists && makes_guest)
      return failure(failure_class::vmid_taken, said.message);
    if (said.means == meaning::interrupted)
      return domain::unknown{capped(safe(said.message))};
    const bool is_other_state = said.means != meaning::failure && said.means != meaning::unheard;
    return failure(is_other_state ? failure_class::permanent : said.why, said.message);
  }

  [[nodiscard]] domain::succeeded success_with(std::string_view warning) const {
    auto done = success();
    done.warning = capped(safe(warning));
    return done;
  }

  /// What the node refuses in words of its own, in words that a person can act on.
  [[nodiscard]] std::optional<domain::failed> refusal(const verdict& said) const {
    const auto* stop = std::get_if<domain::stop_guest>(&what_);
    if (stop && said.means == meaning::disobeyed) {
      if (stop->insist)
        return failure(failure_class::transient, said.message);
      return failure(failure_class::permanent,
                     said.message.contains("paused")
                         ? "the guest is paused and cannot shut down; ask with force"
                         : "the guest did not shut down within " + std::to_string(stop->timeout_s) +
                               " s; ask with force");
    }
    if (is_any<domain::roll_back>(what_) && said.message.contains("is not most recent snapshot"))
      return failure(failure_class::permanent,
                     "this storage can only go back to the newest snapshot: delete the newer ones "
                     "first (the node said: " +
                         said.message + ")");
    return std::nullopt;
  }

  /// Success needs vzdump's or the script's own word: both may exit 0 and have done nothing.
  [[nodiscard]] domain::outcome after_backup(const domain::back_up& what, int code) const {
    auto result = parse_backup_result(what, report_.out);
    if (code == 0 && result.is_finished && !result.is_failed) {
      auto done = success();
      done.archive = std::move(result.archive);
      return done;
    }
    if (code != 0 && result.error.empty())
      return after_failure(code);
    if (code != 0 || result.is_failed)
      return after_backup_failure(code, result.error);
    if (!what.argv.empty())
      return domain::unknown{"the backup script ended without saying that the backup is done"};
    return failure(failure_class::permanent, "vzdump ended without a backup of guest " +
                                                 std::to_string(what.guest) +
                                                 ": is the guest on this node?");
  }

  [[nodiscard]] domain::outcome after_backup_failure(int code, const std::string& error) const {
    if (error.empty())
      return failure(failure_class::permanent, "the backup script says that it failed");
    const auto said = judged(code, error, "");
    if (said.means == meaning::interrupted)
      return domain::unknown{capped(safe(error))};
    const bool is_state = said.means != meaning::failure && said.means != meaning::unheard;
    return failure(is_state ? failure_class::permanent : said.why, error);
  }

  /// What our own script found, before it touched the guest or after the command was done.
  [[nodiscard]] std::optional<domain::outcome> verdict_of_script(int code) const {
    struct word {
      int code;
      std::string_view line;
      failure_class why;
      std::string_view message;
    };
    static constexpr std::array words{
        word{shell::not_ours_code, "cloudpods: not_ours", failure_class::not_ours,
             "the guest carries another owner's mark"},
        word{shell::unmarked_code, "cloudpods: unmarked", failure_class::unmarked,
             "the guest carries no mark"},
        word{shell::busy_code, "cloudpods: busy", failure_class::busy, ""},
    };
    if (!is_any<domain::destroy_guest, domain::stop_guest, domain::take_snapshot,
                domain::delete_snapshot, domain::roll_back, domain::back_up, domain::restore_guest>(
            what_))
      return std::nullopt;
    if (code == shell::unclear_code && last_word(report_.err) == "cloudpods: unclear")
      return domain::unknown{capped(safe(line_before_verdict()))};
    for (const auto& each : words)
      if (code == each.code && last_word(report_.err) == each.line)
        return failure(each.why, each.message.empty() ? line_before_verdict() : each.message);
    return std::nullopt;
  }

  [[nodiscard]] std::string_view line_before_verdict() const {
    const auto lines = lines_of(report_.err);
    return lines.size() < 2 ? std::string_view{"the guest is locked"} : lines[lines.size() - 2];
  }

  [[nodiscard]] domain::outcome after_create() const {
    const auto asked = std::get<domain::create_container>(what_).guest;
    const auto result = parse_create_result(report_.out);
    if (!result.is_success)
      return failure(failure_class::permanent, result.error.empty()
                                                   ? "the create script says that it failed"
                                                   : std::string_view{result.error});
    if (result.guest && *result.guest != asked)
      return domain::unknown{"the create script speaks of container " +
                             std::to_string(*result.guest) + ", asked for was " +
                             std::to_string(asked)};
    return success(result.address);
  }

  const domain::operation& what_;
  const attempt_report& report_;
  std::vector<std::string> secrets_;
};

} // namespace

domain::outcome outcome_of(const domain::operation& what, const attempt_report& report) {
  const auto reason = capped(clean_text(trimmed(report.err)));
  switch (report.state) {
  case report_state::ended:
    return ending{what, report}.outcome();
  case report_state::running:
    return domain::unknown{"the command is still running on the node"};
  case report_state::vanished:
    return domain::unknown{"the command left neither a process nor an exit code: the node "
                           "restarted under it, or it was killed"};
  case report_state::never:
    return domain::failed{failure_class::transient, "the command was not started", {}};
  case report_state::short_input:
    return domain::failed{
        failure_class::transient, "the command was not started: its input came short", {}};
  case report_state::fenced:
    return domain::failed{failure_class::fenced, "the node has seen a newer writer: " + reason, {}};
  case report_state::locked:
    return domain::failed{failure_class::busy, reason, {}};
  case report_state::broken:
    return domain::failed{
        failure_class::permanent, "the node's work_dir cannot be used: " + reason, {}};
  case report_state::announced:
    break;
  }
  return domain::unknown{"the node spoke of something else"};
}

domain::outcome outcome_of(const domain::operation& what, const exec_result& result) {
  if (const auto report = report_of(result))
    return outcome_of(what, *report);
  if (!result.maybe_begun)
    return domain::failed{failure_class::transient, capped(clean_text(result.message)), {}};
  if (result.fault != transport_fault::none)
    return domain::unknown{capped(clean_text(result.message))};
  const auto said = std::string{last_word(result.err.text())};
  return domain::unknown{
      capped(redacted(clean_text("the node sent no report" + (said.empty() ? said : ": " + said)),
                      secrets_of(what)))};
}

} // namespace cloudpods::ssh
