#include "client/options.hpp"

#include <deque>
#include <sstream>

#include <CLI/CLI.hpp>

namespace cloudpods::client {

namespace {

constexpr const char* about =
    "cloudpodsctl orders and looks after CloudPods.\n\n"
    "  CLOUDPODS_URL    where the daemon answers (http://127.0.0.1:8080)\n"
    "  CLOUDPODS_TOKEN  who you are: the bearer token that your panel gave you\n";
constexpr const char* examples =
    "\nExamples:\n"
    "  cloudpodsctl plans\n"
    "  cloudpodsctl order --plan starter --blueprint ubuntu-24-minimal --name shop-1 \\\n"
    "      --ssh-key ~/.ssh/id_ed25519.pub\n"
    "  cloudpodsctl list --status active\n"
    "  cloudpodsctl scale shop-1 --memory 4096 --reboot\n"
    "  cloudpodsctl events --follow\n"
    "  cloudpodsctl destroy shop-1 --reason \"moved\"\n\n"
    "What a command takes: cloudpodsctl COMMAND --help\n"
    "Exit codes: 0 done, 1 it failed (the reason on stderr), 2 wrong usage.\n";

/// A parameter, as CLI11 has it and with what was given for it.
struct slot {
  parameter what;
  CLI::Option* option = nullptr;
  std::vector<std::string> values = {};
};

/// One level of words: a command, or what several begin with (`snapshot`).
struct level {
  std::string path;
  const command_row* row = nullptr;
  CLI::App* app = nullptr;
  std::deque<slot> slots = {}; ///< a deque: CLI11 keeps their addresses
};

CLI::Option* add_value(CLI::App& app, slot& place) {
  const auto& what = place.what;
  const std::string name{what.name};
  auto* option = app.add_option(name, place.values, std::string{what.help});
  if (what.is_option())
    option->type_name(std::string{what.value});
  else
    option->type_name("");
  // Each value has its own `--name`, so that none swallows the word behind it.
  const bool is_list = what.often == count::many;
  if (!is_list)
    option->expected(1);
  option->allow_extra_args(is_list && !what.is_option());
  option->required(what.often == count::required);
  return option;
}

void add_parameter(CLI::App& app, slot& place) {
  const auto& what = place.what;
  if (what.takes == form::flag) {
    const std::string help{what.help}; // CLI11 takes a temporary for the flag's own value
    place.option = app.add_flag(std::string{what.name}, help);
    return;
  }
  place.option = add_value(app, place);
  if (what.takes == form::whole)
    place.option->check(CLI::Range(what.least, what.most).description(""));
  else if (what.takes == form::file)
    place.option->check(CLI::Validator{CLI::ExistingFile}.description(""));
  else if (what.takes == form::word) {
    const auto words = words_of(what);
    place.option->check(CLI::IsMember(std::vector<std::string>(words.begin(), words.end())));
  }
}

/// The whole command line as CLI11 knows it, made from the command table.
class grammar {
public:
  grammar() {
    app_.require_subcommand(1);
    app_.fallthrough(); // `order --json` as well as `--json order`
    app_.footer(examples);
    app_.get_formatter()->column_width(36);
    for (const auto& each : global_parameters())
      add_parameter(app_, globals_.emplace_back(slot{each}));
    for (const auto& row : command_table())
      add(row);
  }

  std::expected<invocation, early_end> parse(int count, const char* const* arguments) {
    try {
      app_.parse(count, arguments);
    } catch (const CLI::ParseError& error) {
      std::ostringstream text;
      const int code = app_.exit(error, text, text);
      return std::unexpected(early_end{code == 0 ? 0 : 2, text.str()});
    }
    return result();
  }

private:
  level& level_of(std::string_view path) {
    for (auto& each : levels_)
      if (each.path == path)
        return each;
    const auto blank = path.rfind(' ');
    const bool is_first = blank == std::string_view::npos;
    CLI::App& parent = is_first ? app_ : *level_of(path.substr(0, blank)).app;
    auto* app = parent.add_subcommand(std::string{is_first ? path : path.substr(blank + 1)});
    app->footer(""); // not the program's examples
    app->group("Subcommands");
    if (!is_first)
      parent.require_subcommand(level_of(path.substr(0, blank)).row == nullptr ? 1 : 0, 1);
    return levels_.emplace_back(level{.path = std::string{path}, .app = app});
  }

  void add(const command_row& row) {
    auto& made = level_of(row.path);
    made.row = &row;
    made.app->description(std::string{row.help});
    made.app->footer("\nExample:\n  cloudpodsctl " + std::string{row.example} +
                     "\n\nWith every command: --json, --url URL, --tenant ID");
    for (const auto& each : row.takes)
      add_parameter(*made.app, made.slots.emplace_back(slot{each}));
    for (const auto& each : shared_parameters(row.does))
      add_parameter(*made.app, made.slots.emplace_back(slot{each}));
    const auto blank = row.path.find(' ');
    auto& first = level_of(row.path.substr(0, blank));
    first.app->group(std::string{row.group}); // in the program's help
    if (first.row == nullptr)
      describe(first, row);
  }

  /// `create, list` of a word that is no command by itself.
  static void describe(level& first, const command_row& row) {
    auto known = first.app->get_description();
    first.app->description(known + (known.empty() ? "" : ", ") +
                           std::string{row.path.substr(row.path.find(' ') + 1)});
  }

  level* chosen() {
    level* found = nullptr;
    for (auto& each : levels_)
      if (each.app->parsed() && (found == nullptr || each.path.size() > found->path.size()))
        found = &each;
    return found;
  }

  std::expected<invocation, early_end> result() {
    auto* const found = chosen();
    invocation made;
    made.what = found->row;
    for (auto& each : levels_)
      for (auto& place : each.slots)
        if (place.option->count() > 0) {
          // CLI11 lets an option of `quota` stand behind `quota set`.
          if (&each != found)
            return std::unexpected(early_end{2, std::string{place.what.key()} +
                                                    " does not go with \"" + found->path +
                                                    "\"\nRun with --help for more information.\n"});
          made.given.values[std::string{place.what.key()}] = place.values;
        }
    take_common(made);
    return made;
  }

  void take_common(invocation& made) {
    arguments all = made.given;
    for (auto& each : globals_)
      if (each.option->count() > 0)
        all.values[std::string{each.what.key()}] = each.values;
    auto& common = made.common;
    common.url = all.text("--url");
    common.tenant = all.text("--tenant");
    common.json = all.has("--json");
    common.wait = !all.has("--no-wait");
    common.idempotency_key = all.text("--idempotency-key");
    if (const auto seconds = all.whole("--wait-timeout"))
      common.patience = std::chrono::seconds{*seconds};
  }

  CLI::App app_{about, "cloudpodsctl"};
  std::deque<slot> globals_;
  std::deque<level> levels_;
};

} // namespace

std::expected<invocation, early_end> parse_arguments(int count, const char* const* arguments) {
  return grammar{}.parse(count, arguments);
}

} // namespace cloudpods::client
