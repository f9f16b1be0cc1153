#include "actors/command_words.hpp"

namespace cloudpods::actors {

namespace {

struct query_word {
  std::string_view operator()(const domain::list_guests&) const { return "list_guests"; }
  std::string_view operator()(const domain::read_guest&) const { return "read_guest"; }
  std::string_view operator()(const domain::read_address&) const { return "read_address"; }
  std::string_view operator()(const domain::list_volumes&) const { return "list_volumes"; }
  std::string_view operator()(const domain::read_capacity&) const { return "read_capacity"; }
  std::string_view operator()(const domain::list_snapshots&) const { return "list_snapshots"; }
  std::string_view operator()(const domain::list_backups&) const { return "list_backups"; }
  std::string_view operator()(const domain::read_health&) const { return "read_health"; }
  std::string_view operator()(const domain::read_sudo_rights&) const { return "read_sudo_rights"; }
  std::string_view operator()(const domain::list_attempts&) const { return "list_attempts"; }
  std::string_view operator()(const domain::read_log&) const { return "read_log"; }
  std::string_view operator()(const domain::list_guest_tasks&) const { return "list_guest_tasks"; }
};

} // namespace

std::string_view word_of(const domain::query& what) { return std::visit(query_word{}, what); }

std::string_view result_of(const attempt_reply& answer) {
  if (std::holds_alternative<domain::succeeded>(answer.value))
    return "succeeded";
  return std::holds_alternative<domain::failed>(answer.value) ? "failed" : "unknown";
}

} // namespace cloudpods::actors
