#include "ssh/answer.hpp"
#include "ssh/node_log.hpp"

#include <charconv>
#include <utility>

#include "ssh/error_catalogue.hpp"
#include "ssh/json_fields.hpp"
#include "ssh/node_text.hpp"

namespace cloudpods::ssh {

namespace {

constexpr std::string_view section_mark = "\n@@";

std::unexpected<domain::failed> no_answer(domain::failure_class why, std::string_view message,
                                          std::string_view output = {}) {
  return std::unexpected(
      domain::failed{why, capped(clean_text(message)), capped(clean_text(output))});
}

template <class Answer>
expected_answer as_answer(parsed<Answer> answer) {
  if (answer)
    return domain::query_answer{std::move(*answer)};
  return no_answer(domain::failure_class::transient, answer.error());
}

const section* part(const std::vector<section>& parts, std::string_view name) {
  for (const auto& each : parts)
    if (each.name == name)
      return &each;
  return nullptr;
}

/// What a command that failed came to.
std::unexpected<domain::failed> refusal(int code, std::string_view out, std::string_view err) {
  const auto verdict = judged(code, out, err);
  return no_answer(verdict.why, verdict.message, err);
}

struct answer_reader {
  const exec_result& result;

  [[nodiscard]] std::string_view out() const { return result.out.text(); }
  [[nodiscard]] std::string_view err() const { return result.err.text(); }

  expected_answer operator()(const domain::list_guests& what) const {
    if (result.exit_status != 0)
      return refusal(result.exit_status, out(), err());
    return as_answer(parse_guest_list(out(), what.partly));
  }

  expected_answer operator()(const domain::read_address& what) const {
    if (result.exit_status != 0)
      return refusal(result.exit_status, out(), err());
    return as_answer(parse_guest_address(what, out()));
  }

  expected_answer operator()(const domain::read_guest& what) const {
    const auto parts = sections_of(out());
    const auto* config = parts ? part(*parts, "config") : nullptr;
    const auto* status = parts ? part(*parts, "status") : nullptr;
    if (!config || !status)
      return no_answer(domain::failure_class::transient, "the answer is not whole");
    if (config->exit_code != 0 && says_guest_is_absent(err()))
      return domain::query_answer{domain::guest_facts{}};
    if (config->exit_code != 0 || status->exit_code != 0)
      return refusal(config->exit_code != 0 ? config->exit_code : status->exit_code, "", err());
    auto facts = parse_guest_facts(what, config->text, status->text);
    if (!facts || !what.pending)
      return as_answer(std::move(facts));
    const auto* changes = part(*parts, "pending");
    if (!changes)
      return no_answer(domain::failure_class::transient, "the answer is not whole");
    if (changes->exit_code != 0)
      return refusal(changes->exit_code, "", err());
    const auto waits = parse_pending(changes->text);
    if (!waits)
      return no_answer(domain::failure_class::transient, waits.error());
    facts->pending = *waits;
    return as_answer(std::move(facts));
  }

  expected_answer operator()(const domain::list_volumes& what) const {
    const auto parts = sections_of(out());
    if (!parts)
      return no_answer(domain::failure_class::transient, parts.error(), err());
    auto volumes = parse_volumes(what.guest, *parts);
    if (!volumes && result.err.total() > 0)
      return no_answer(judged(1, "", err()).why,
                       volumes.error() + ": " + std::string{last_word(err())}, err());
    return as_answer(std::move(volumes));
  }

  expected_answer operator()(const domain::read_capacity&) const {
    const auto parts = sections_of(out());
    const auto* status = parts ? part(*parts, "status") : nullptr;
    const auto* storages = parts ? part(*parts, "storages") : nullptr;
    if (!status || !storages)
      return no_answer(domain::failure_class::transient, "the answer is not whole");
    if (status->exit_code != 0 || storages->exit_code != 0)
      return refusal(status->exit_code != 0 ? status->exit_code : storages->exit_code, "", err());
    return as_answer(parse_capacity(status->text, storages->text));
  }

  expected_answer operator()(const domain::list_snapshots&) const {
    const auto parts = sections_of(out());
    const auto* list = parts ? part(*parts, "snapshots") : nullptr;
    if (!list)
      return no_answer(domain::failure_class::transient, "the answer is not whole");
    if (list->exit_code != 0)
      return refusal(list->exit_code, "", err());
    return as_answer(parse_snapshots(list->text));
  }

  expected_answer operator()(const domain::list_backups& what) const {
    const auto parts = sections_of(out());
    const auto* list = parts ? part(*parts, "backups") : nullptr;
    if (!list)
      return no_answer(domain::failure_class::transient, "the answer is not whole");
    if (list->exit_code != 0)
      return refusal(list->exit_code, "", err());
    return as_answer(parse_backups(what.guest, list->text));
  }

  expected_answer operator()(const domain::list_guest_tasks&) const {
    const auto parts = sections_of(out());
    const auto* tasks = parts ? part(*parts, "tasks") : nullptr;
    if (!tasks)
      return no_answer(domain::failure_class::transient, "the answer is not whole");
    if (tasks->exit_code != 0)
      return refusal(tasks->exit_code, "", err());
    return as_answer(parse_guest_tasks(tasks->text));
  }

  expected_answer operator()(const domain::read_health& what) const {
    const auto parts = sections_of(out());
    const auto* status = parts ? part(*parts, "status") : nullptr;
    const auto* script = parts ? part(*parts, "health") : nullptr;
    if (!status || (what.kind == domain::guest_kind::ct && !what.argv.empty() && !script))
      return no_answer(domain::failure_class::transient, "the answer is not whole");
    if (status->exit_code != 0 &&
        (!script || script->exit_code != 0 || says_guest_is_absent(err())))
      return refusal(status->exit_code, "", err());
    if (what.kind == domain::guest_kind::vm)
      return as_answer(parse_vm_health(status->text, part(*parts, "ping")));
    return as_answer(parse_container_health(what.guest, script, *status, err()));
  }

  expected_answer operator()(const domain::read_sudo_rights&) const {
    return of_one_part("rights", parse_sudo_rights);
  }

  expected_answer operator()(const domain::list_attempts&) const {
    return of_one_part("attempts", parse_attempts);
  }

  expected_answer operator()(const domain::read_log& what) const {
    const auto parts = sections_of(out());
    if (!parts || parts->size() != 1 || !parts->front().name.starts_with("log "))
      return no_answer(domain::failure_class::transient, "the answer is not whole");
    if (parts->front().exit_code != 0)
      return refusal(parts->front().exit_code, "", err());
    return as_answer(parse_log(what.from, parts->front().name, parts->front().text));
  }

  template <class Parse>
  expected_answer of_one_part(std::string_view name, Parse parse) const {
    const auto parts = sections_of(out());
    const auto* only = parts ? part(*parts, name) : nullptr;
    if (!only)
      return no_answer(domain::failure_class::transient, "the answer is not whole");
    if (only->exit_code != 0)
      return refusal(only->exit_code, "", err());
    return domain::query_answer{parse(only->text)};
  }
};

} // namespace

parsed<std::vector<section>> sections_of(std::string_view out) {
  const auto text = "\n" + std::string{out};
  std::vector<section> parts;
  for (auto at = text.find(section_mark); at != std::string::npos;
       at = text.find(section_mark, at)) {
    const auto start = at + section_mark.size();
    const auto end = text.find('\n', start);
    if (end == std::string::npos)
      return std::unexpected("the answer is cut short");
    const auto header = std::string_view{text}.substr(start, end - start);
    const auto size_at = header.rfind(' ');
    const auto code_at =
        size_at == std::string_view::npos ? size_at : header.rfind(' ', size_at - 1);
    const auto size =
        size_at == std::string_view::npos ? std::nullopt : whole_number(header.substr(size_at + 1));
    const auto code = code_at == std::string_view::npos
                          ? std::nullopt
                          : whole_number(header.substr(code_at + 1, size_at - code_at - 1));
    if (!size || !code || *size < 0 || *code < 0 || *code > 255) {
      at = start; // noise that begins like a section
      continue;
    }
    const auto length = static_cast<std::size_t>(*size);
    if (end + 1 + length + 1 > text.size() || text[end + 1 + length] != '\n')
      return std::unexpected("the answer is cut short");
    parts.push_back({std::string{header.substr(0, code_at)}, static_cast<int>(*code),
                     text.substr(end + 1, length)});
    at = end + 1 + length;
  }
  return parts;
}

expected_answer answer_of(const domain::query& what, const exec_result& result) {
  if (result.fault != transport_fault::none)
    return no_answer(domain::failure_class::transient, result.message);
  if (!result.exit_signal.empty())
    return no_answer(domain::failure_class::transient,
                     "the read was ended by signal " + result.exit_signal);
  if (result.out.is_cut())
    return no_answer(domain::failure_class::transient, "the answer is longer than is kept");
  return std::visit(answer_reader{result}, what);
}

} // namespace cloudpods::ssh
