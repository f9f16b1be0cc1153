#include "http/query_reader.hpp"

#include <charconv>

namespace cloudpods::http {

std::optional<std::int64_t> query_reader::integer(std::string_view name, std::int64_t least,
                                                  std::int64_t most) {
  const auto text = from_.parameter(name);
  if (!text)
    return std::nullopt;
  std::int64_t value = 0;
  const auto* end = text->data() + text->size();
  const auto [stop, code] = std::from_chars(text->data(), end, value);
  if (code == std::errc::invalid_argument || stop != end)
    fault(name, "invalid_type", "must be a whole number");
  else if (code != std::errc{} || value < least || value > most)
    fault(name, "out_of_range", "must be " + std::to_string(least) + " to " + std::to_string(most));
  else
    return value;
  return std::nullopt;
}

std::optional<std::string> query_reader::text(std::string_view name) {
  const auto found = from_.parameter(name);
  return found ? std::optional{std::string{*found}} : std::nullopt;
}

std::string query_reader::required_text(std::string_view name) {
  auto value = text(name);
  if (!value || value->empty())
    fault(name, "required", "is required");
  return std::move(value).value_or("");
}

std::size_t query_reader::limit() {
  return static_cast<std::size_t>(integer("limit", 1, 500).value_or(50));
}

bool query_reader::flag(std::string_view name) {
  const auto word = text(name);
  if (word && *word != "true" && *word != "false")
    fault(name, "invalid_value", "is true or false");
  return word == "true";
}

std::optional<std::string> query_reader::cursor(const page_cursor& cursors,
                                                std::string_view scope) {
  const auto given = text("cursor");
  auto last = given ? cursors.open(scope, *given) : std::nullopt;
  if (given && !last)
    fault("cursor", "invalid_value", "is none that was given out for this list");
  return last;
}

void query_reader::fault(std::string_view name, std::string_view code, std::string message) {
  errors_.push_back({std::string{name}, std::string{code}, std::move(message)});
}

domain::expected<void> query_reader::finish() const {
  if (errors_.empty())
    return {};
  domain::problem why{domain::problem_code::validation_failed,
                      errors_.front().field + " " + errors_.front().message};
  why.errors = errors_;
  return std::unexpected(std::move(why));
}

} // namespace cloudpods::http
