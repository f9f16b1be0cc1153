#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "client/arguments.hpp"
#include "client/session.hpp"

/// Every command as a row: the command line, its help and its completion are made from these.
namespace cloudpods::client {

/// What a value must be.
enum class form : std::uint8_t { flag, text, whole, file, word };

/// How often it is given.
enum class count : std::uint8_t { once, required, many };

/// One option (`--plan`, `--yes,-y`) or one positional (`REF`) of a command.
struct parameter {
  std::string_view name;
  std::string_view help;
  form takes = form::text;
  std::string_view value = {}; ///< of an option, in its help: `CODE`
  std::string_view words = {}; ///< of a `word`: those it may be, blanks between them
  count often = count::once;
  std::int64_t least = 0; ///< of a `whole`
  std::int64_t most = 1'000'000'000'000;

  [[nodiscard]] bool is_option() const { return name.starts_with('-'); }
  /// `--yes` of `--yes,-y`: the name under which `arguments` has it.
  [[nodiscard]] std::string_view key() const { return name.substr(0, name.find(',')); }
};

/// What a command does to the daemon, which says what options it has beside its own.
enum class effect : std::uint8_t {
  reads,
  waits,      ///< for a job that another request made: `--no-wait`, `--wait-timeout`
  changes,    ///< `--idempotency-key`
  starts_job, ///< all three
  once,       ///< changes something, but cannot be repeated by a key
  local       ///< asks no daemon
};

struct command_row {
  std::string_view group;
  std::string_view path; ///< `list`, `snapshot create`
  std::string_view help;
  std::string_view example; ///< after `cloudpodsctl `
  effect does;
  std::vector<parameter> takes;
  expected<void> (*run)(session& with, const arguments& given);
};

/// The rows, in the order in which help shows them.
std::span<const command_row> command_table();

/// What every command takes beside its own, by what it does.
std::vector<parameter> shared_parameters(effect does);

/// What may stand before or after any command.
std::span<const parameter> global_parameters();

/// The words of a `word`.
std::vector<std::string_view> words_of(const parameter& what);

} // namespace cloudpods::client
