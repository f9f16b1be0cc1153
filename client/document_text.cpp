#include "client/document_text.hpp"

#include <cmath>

#include "client/table.hpp"
#include "client/text.hpp"

namespace cloudpods::client {

namespace {

const json::value& at_path(const json::value& document, std::string_view path) {
  const auto dot = path.find('.');
  const auto& found = member(document, path.substr(0, dot));
  return dot == std::string_view::npos ? found : at_path(found, path.substr(dot + 1));
}

std::string joined(const json::value& values) {
  std::string text;
  if (const auto* list = values.if_array())
    for (const auto& each : *list)
      text += (text.empty() ? "" : ", ") + text_of(each);
  return text;
}

std::string percent_text(const json::value& ratio) {
  return ratio.is_number() ? std::to_string(std::lround(ratio.to_number<double>() * 100)) + '%'
                           : std::string{};
}

void add_members(listing& lines, const std::string& path, const json::value& value,
                 time_point now) {
  if (const auto* members = value.if_object()) {
    for (const auto& [name, each] : *members)
      add_members(lines, (path.empty() ? "" : path + '.') + std::string{name}, each, now);
  } else if (const auto* list = value.if_array()) {
    const bool is_flat = list->empty() || !(list->front().is_object() || list->front().is_array());
    for (std::size_t i = 0; !is_flat && i < list->size(); ++i)
      add_members(lines, path + '[' + std::to_string(i) + ']', (*list)[i], now);
    if (is_flat)
      lines.add(path, joined(value));
  } else {
    const auto text = text_of(value);
    lines.add(path, time_from_text(text) ? local_and_ago(text, now) : text);
  }
}

} // namespace

std::string cell_text(const json::value& document, const column& what, time_point now) {
  const auto& value = at_path(document, what.path);
  const auto* number = value.if_int64();
  switch (what.as) {
  case shown::plain:
    return text_of(value);
  case shown::age:
    return ago(text_of(value), now);
  case shown::megabytes:
    return number == nullptr ? text_of(value) : memory_text(*number);
  case shown::bytes:
    return number == nullptr ? text_of(value) : memory_text(*number / (1024 * 1024));
  case shown::percent:
    return percent_text(value);
  case shown::list:
    return joined(value);
  }
  return {};
}

expected<void> print_list(session& with, std::string_view target, std::span<const column> columns,
                          std::string_view nothing) {
  constexpr std::size_t all_of_them = 1'000'000;
  const auto page = with.daemon.get_all(target, all_of_them);
  if (!page)
    return std::unexpected(page.error());
  const auto& items = list_at(*page, "items");
  if (with.flags.json) {
    with.print(*page);
    return {};
  }
  if (items.empty()) {
    with.around.err << nothing << '\n';
    return {};
  }
  std::vector<std::string> head;
  for (const auto& each : columns)
    head.emplace_back(each.title);
  table rows{head};
  const auto now = with.around.now();
  for (const auto& item : items) {
    std::vector<std::string> cells;
    for (const auto& each : columns)
      cells.push_back(cell_text(item, each, now));
    rows.add(std::move(cells));
  }
  rows.write(with.around.out);
  return {};
}

void print_document(session& with, const json::value& document) {
  if (with.flags.json) {
    with.print(document);
    return;
  }
  listing lines;
  add_members(lines, "", document, with.around.now());
  lines.write(with.around.out);
}

expected<void> print_answer(session& with, const expected<json::value>& answer) {
  if (!answer)
    return std::unexpected(answer.error());
  print_document(with, *answer);
  return {};
}

} // namespace cloudpods::client
