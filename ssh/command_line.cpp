#include "ssh/command_line.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "ssh/command_line_attempt.hpp"
#include "ssh/command_line_query.hpp"
#include "ssh/node_log.hpp"
#include "ssh/operation_argv.hpp"

namespace cloudpods::ssh {

namespace {

constexpr std::size_t longest_name_part = 100;

bool is_name_part(std::string_view text) {
  return !text.empty() && text.size() <= longest_name_part && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const auto part : parts)
    text += part;
  return text;
}

/// `name=value` lines, quoted; a refused value refuses them all.
class assignments {
public:
  assignments& set(std::string_view name, std::string_view value) {
    const auto word = quoted(value);
    if (!word)
      fault_ = std::string{name} + ": " + word.error();
    else
      text_ += joined({name, "=", *word, "\n"});
    return *this;
  }

  /// The opening of every line, then the assignments, then `script`.
  [[nodiscard]] expected_line before(std::initializer_list<std::string_view> script) const {
    if (!fault_.empty())
      return std::unexpected(fault_);
    return shell_line{joined({shell::opening, text_}) + joined(script), {}};
  }

private:
  std::string text_;
  std::string fault_;
};

std::string as_root(const node_setting& node) { return node.sudo ? "sudo -n" : ""; }

std::expected<assignments, std::string> values_of(const attempt_reference& attempt,
                                                  const node_setting& node) {
  const auto name = attempt.name.text();
  if (!name)
    return std::unexpected(name.error());
  if (attempt.epoch < 0 || node.work_dir.empty())
    return std::unexpected("an epoch is never negative, a work_dir never empty");
  return assignments{}
      .set("work", node.work_dir)
      .set("attempt", *name)
      .set("epoch", std::to_string(attempt.epoch));
}

/// The words of `command`; the path of its input, where it is an argument, is known on the node.
std::expected<std::string, std::string> words_of(const node_command& command) {
  std::string text;
  for (std::size_t i = 0; i < command.argv.size(); ++i) {
    if (command.use == input_use::file && i == command.input_argument) {
      text += " \"$given\"";
      continue;
    }
    const auto word = quoted(command.argv[i]);
    if (!word)
      return word;
    text += " " + *word;
  }
  return text;
}

expected_line followed(const attempt_reference& attempt, const node_setting& node,
                       std::string_view rest) {
  const auto values = values_of(attempt, node);
  if (!values)
    return std::unexpected(values.error());
  return values->before(
      {shell::reporting, shell::locking, shell::following, shell::attaching, rest});
}

struct query_text {
  const node_setting& node;

  [[nodiscard]] assignments values() const { return assignments{}.set("as_root", as_root(node)); }

  expected_line operator()(const domain::list_guests&) const {
    return values().before({"$as_root pvesh get /cluster/resources --type vm --output-format "
                            "json\n"});
  }

  expected_line operator()(const domain::read_guest& what) const {
    return values()
        .set("tool", what.kind == domain::guest_kind::vm ? "qm" : "pct")
        .set("id", std::to_string(what.guest))
        .set("pending", what.pending ? "1" : "0")
        .before({shell::sectioning, shell::reading_guest});
  }

  expected_line operator()(const domain::read_address& what) const {
    const auto all = values().set("id", std::to_string(what.guest)).set("node", node.node.value);
    if (what.kind == domain::guest_kind::vm)
      return all.before({"$as_root qm guest cmd \"$id\" network-get-interfaces\n"});
    return all.before({"$as_root pvesh get \"/nodes/$node/lxc/$id/interfaces\" --output-format "
                       "json\n"});
  }

  expected_line operator()(const domain::list_volumes& what) const {
    return values()
        .set("id", std::to_string(what.guest))
        .before({shell::sectioning, shell::listing_volumes});
  }

  expected_line operator()(const domain::read_capacity&) const {
    return values()
        .set("node", node.node.value)
        .before({shell::sectioning, shell::reading_capacity});
  }

  expected_line operator()(const domain::list_snapshots& what) const {
    return values()
        .set("node", node.node.value)
        .set("id", std::to_string(what.guest))
        .set("kind", what.kind == domain::guest_kind::vm ? "qemu" : "lxc")
        .before({shell::sectioning, shell::listing_snapshots});
  }

  expected_line operator()(const domain::list_backups& what) const {
    return values()
        .set("id", std::to_string(what.guest))
        .set("storage", what.storage.value)
        .before({shell::sectioning, shell::listing_backups});
  }

  expected_line operator()(const domain::read_health& what) const {
    const auto all = values().set("id", std::to_string(what.guest)).set("node", node.node.value);
    if (what.kind == domain::guest_kind::vm)
      return all.before({shell::sectioning, shell::reading_vm_health});
    const auto script = quoted(what.argv);
    if (!script)
      return std::unexpected(script.error());
    return all.before(
        {"set -- ", *script, "\n", shell::sectioning, shell::reading_container_health});
  }

  expected_line operator()(const domain::list_guest_tasks& what) const {
    return values()
        .set("node", node.node.value)
        .set("id", std::to_string(what.guest))
        .before({shell::sectioning, shell::listing_guest_tasks});
  }

  expected_line operator()(const domain::read_sudo_rights&) const {
    return values().before({shell::sectioning, shell::reading_sudo});
  }

  expected_line operator()(const domain::list_attempts& what) const {
    return assignments{}
        .set("work", node.work_dir)
        .set("age", std::to_string(what.older_than_minutes))
        .before({shell::sectioning, shell::listing_attempts});
  }

  expected_line operator()(const domain::read_log& what) const {
    const auto folder = what.path.substr(0, what.path.rfind('/') + 1);
    return assignments{}
        .set("log", what.path)
        .set("folder", folder)
        .set("file", what.from.file)
        .set("offset", std::to_string(what.from.offset))
        .set("most", std::to_string(log_bytes_at_once))
        .set("tail", std::to_string(log_bytes_at_first))
        .before({shell::sectioning, shell::reading_log});
  }
};

} // namespace

std::expected<std::string, std::string> attempt_name::text() const {
  if (!is_name_part(item) || !is_name_part(step) || attempt < 1)
    return std::unexpected("not the name of an attempt");
  return item + "." + step + "." + std::to_string(attempt);
}

std::expected<std::string, std::string> quoted(std::string_view word) {
  std::string text{"'"};
  for (const auto c : word) {
    if (c == '\0')
      return std::unexpected("a value holds a NUL byte");
    if (c == '\'')
      text += "'\\''";
    else
      text += c;
  }
  return text + "'";
}

std::expected<std::string, std::string> quoted(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& each : words) {
    const auto word = quoted(each);
    if (!word)
      return word;
    text += (text.empty() ? "" : " ") + *word;
  }
  return text;
}

expected_line start_line(const attempt_reference& attempt, const domain::operation& what,
                         const node_setting& node) {
  return start_line(attempt, command_for(what, node), node);
}

expected_line start_line(const attempt_reference& attempt, const node_command& command,
                         const node_setting& node) {
  auto values = values_of(attempt, node);
  const auto words = words_of(command);
  if (!values || !words || command.argv.empty())
    return std::unexpected(!values ? values.error() : !words ? words.error() : "no command");
  const auto given = command.use == input_use::none ? std::string{} : command.input;
  values->set("input", std::to_string(given.size())).set("inner", shell::inner);
  const std::string_view standard_input =
      command.use == input_use::standard_input ? "\"$given\"" : "/dev/null";
  auto line = values->before({shell::reporting, shell::locking, shell::following,
                              given.empty() ? "" : shell::taking_input, shell::beginning,
                              "setsid sh -c \"$inner\" sh \"$dir\"", *words, " <", standard_input,
                              " >>\"$dir/out\" 2>>\"$dir/err\" 9>&- &\n", shell::noting_pid,
                              command.is_long ? shell::showing : shell::waiting, "follow\n"});
  if (line)
    line->input = given;
  return line;
}

expected_line attach_line(const attempt_reference& attempt, const node_setting& node) {
  return followed(attempt, node, "follow\n");
}

expected_line inspect_line(const attempt_reference& attempt, const node_setting& node) {
  return followed(attempt, node, "look\nreport running -\n");
}

expected_line end_line(const attempt_reference& attempt, bool is_task, int grace_s,
                       const node_setting& node) {
  auto values = values_of(attempt, node);
  if (!values)
    return std::unexpected(values.error());
  return values->set("node", node.node.value)
      .set("as_root", as_root(node))
      .set("is_task", is_task ? "1" : "0")
      .set("grace", std::to_string(std::max(grace_s, 0)))
      .before(
          {shell::reporting, shell::locking, shell::following, shell::attaching, shell::ending});
}

expected_line announce_line(std::int64_t epoch, const node_setting& node) {
  return sweep_line({}, epoch, node);
}

expected_line sweep_line(const std::vector<std::string>& items, std::int64_t epoch,
                         const node_setting& node) {
  // The name only fills the place of one: these lines are about no attempt.
  const auto values = values_of({{"no", "attempt", 1}, epoch}, node);
  if (!values)
    return std::unexpected(values.error());
  if (!std::ranges::all_of(items, is_name_part))
    return std::unexpected("not the name of an item");
  const auto names = quoted(items);
  if (!names)
    return std::unexpected(names.error());
  if (items.empty())
    return values->before({shell::reporting, shell::locking, "lock\nsay announced ''\n"});
  return values->before({shell::reporting, shell::locking, shell::following, "lock\nset -- ",
                         *names, "\n", shell::sweeping, "say announced ''\n"});
}

expected_line query_line(const domain::query& what, const node_setting& node) {
  return std::visit(query_text{node}, what);
}

} // namespace cloudpods::ssh
