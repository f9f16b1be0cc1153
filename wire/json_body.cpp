#include "wire/json_body.hpp"

#include <algorithm>
#include <unordered_set>

#include <boost/json/basic_parser_impl.hpp>

namespace cloudpods::wire {

namespace {

constexpr std::size_t deepest = 16;

/// Takes everything and keeps nothing: only where the parser stops is wanted.
struct offset_handler {
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  using error = boost::json::error_code;
  using view = boost::json::string_view;

  static bool on_document_begin(error&) { return true; }
  static bool on_document_end(error&) { return true; }
  static bool on_array_begin(error&) { return true; }
  static bool on_array_end(std::size_t, error&) { return true; }
  static bool on_object_begin(error&) { return true; }
  static bool on_object_end(std::size_t, error&) { return true; }
  static bool on_string_part(view, std::size_t, error&) { return true; }
  static bool on_string(view, std::size_t, error&) { return true; }
  static bool on_key_part(view, std::size_t, error&) { return true; }
  static bool on_key(view, std::size_t, error&) { return true; }
  static bool on_number_part(view, error&) { return true; }
  static bool on_int64(std::int64_t, view, error&) { return true; }
  static bool on_uint64(std::uint64_t, view, error&) { return true; }
  static bool on_double(double, view, error&) { return true; }
  static bool on_bool(bool, error&) { return true; }
  static bool on_null(error&) { return true; }
  static bool on_comment_part(view, error&) { return true; }
  static bool on_comment(view, error&) { return true; }
};

/// simdjson does not tell where a document breaks; Boost.JSON does.
std::size_t fault_offset(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = deepest;
  boost::json::basic_parser<offset_handler> parser{options};
  boost::json::error_code error;
  return parser.write_some(false, text.data(), text.size(), error);
}

std::unexpected<domain::problem> malformed(std::size_t offset, std::string_view why) {
  return domain::refused(
      domain::problem_code::invalid_json,
      "The body is no JSON object: " + std::string{why} + " at byte " + std::to_string(offset) +
          ".",
      std::vector<domain::detail>{{"offset", static_cast<std::int64_t>(offset)}});
}

/// Whether objects and arrays stand more than `levels` deep in one another.
bool is_deeper(simdjson::dom::element value, std::size_t levels) {
  if (simdjson::dom::object object; value.get(object) == simdjson::SUCCESS)
    return levels == 0 || std::ranges::any_of(object, [&](const auto& field) {
             return is_deeper(field.value, levels - 1);
           });
  if (simdjson::dom::array array; value.get(array) == simdjson::SUCCESS)
    return levels == 0 || std::ranges::any_of(
                              array, [&](const auto& each) { return is_deeper(each, levels - 1); });
  return false;
}

bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

std::string escaped(std::string_view name) {
  std::string text;
  for (const char c : name)
    text += c == '~' ? std::string{"~0"} : c == '/' ? std::string{"~1"} : std::string(1, c);
  return text;
}

} // namespace

domain::expected<json_body> json_body::parse(std::string_view text) {
  json_body body;
  body.parser_ = std::make_unique<simdjson::dom::parser>();
  simdjson::dom::element document;
  const auto blank = text.find_first_not_of(" \t\r\n") == std::string_view::npos;
  const auto error =
      body.parser_
          ->parse(blank ? std::string_view{"{}"}.data() : text.data(), blank ? 2 : text.size())
          .get(document);
  if (error != simdjson::SUCCESS)
    return malformed(fault_offset(text), "malformed");
  if (document.get(body.root_) != simdjson::SUCCESS)
    return malformed(text.find_first_not_of(" \t\r\n"), "another kind of value");
  if (is_deeper(document, deepest))
    return malformed(fault_offset(text), "nested more than 16 deep");
  return body;
}

text_rule any_text(std::size_t least, std::size_t most) {
  return {[=](std::string_view text) { return text.size() >= least && text.size() <= most; },
          "out_of_range",
          "must be " + std::to_string(least) + " to " + std::to_string(most) + " bytes long"};
}

object_reader::object_reader(simdjson::dom::object from, std::string pointer,
                             std::vector<domain::field_error>& errors)
    : from_(from), pointer_(std::move(pointer)), errors_(errors) {}

std::string object_reader::pointer_of(std::string_view name) const {
  return pointer_ + "/" + escaped(name);
}

void object_reader::fault(std::string_view name, std::string_view code, std::string message) {
  errors_.push_back({pointer_of(name), std::string{code}, std::move(message)});
}

void object_reader::fault_inside(std::string_view name, std::string_view inner,
                                 std::string_view code, std::string message) {
  errors_.push_back(
      {pointer_of(name) + "/" + escaped(inner), std::string{code}, std::move(message)});
}

std::optional<simdjson::dom::element> object_reader::take(std::string_view name) {
  known_.push_back(name);
  simdjson::dom::element found;
  if (from_.at_key(name).get(found) != simdjson::SUCCESS || found.is_null())
    return std::nullopt;
  return found;
}

std::optional<std::string> object_reader::text(std::string_view name, const text_rule& rule) {
  const auto found = take(name);
  if (!found)
    return std::nullopt;
  std::string_view value;
  if (found->get(value) != simdjson::SUCCESS) {
    fault(name, "invalid_type", "must be a string");
    return std::nullopt;
  }
  if (has_nul(value) || !rule.holds(value)) {
    fault(name, has_nul(value) ? "invalid_format" : rule.code,
          has_nul(value) ? "must not hold a NUL" : rule.message);
    return std::nullopt;
  }
  return std::string{value};
}

std::string object_reader::required_text(std::string_view name, const text_rule& rule) {
  const auto before = errors_.size();
  auto value = text(name, rule);
  if (!value && errors_.size() == before)
    fault(name, "required", "is required");
  return std::move(value).value_or(std::string{});
}

std::optional<std::string> object_reader::text(std::string_view name, std::string_view alias,
                                               const text_rule& rule) {
  auto value = text(name, rule);
  auto other = text(alias, rule);
  if (value && other && *value != *other)
    fault(alias, "conflict", "differs from " + std::string{name});
  return value ? std::move(value) : std::move(other);
}

template <class Read>
auto object_reader::agreed(std::span<const std::string_view> names, Read read)
    -> decltype(read(names.front())) {
  decltype(read(names.front())) chosen;
  for (const auto name : names) {
    auto value = read(name);
    if (value && chosen && *value != *chosen)
      fault(name, "conflict", "differs from another spelling of " + std::string{names.front()});
    if (!chosen)
      chosen = std::move(value);
  }
  return chosen;
}

std::optional<std::string> object_reader::text(std::span<const std::string_view> names,
                                               const text_rule& rule) {
  return agreed(names, [&](std::string_view name) { return text(name, rule); });
}

std::optional<std::int64_t> object_reader::integer(std::span<const std::string_view> names,
                                                   std::int64_t least, std::int64_t most) {
  return agreed(names, [&](std::string_view name) { return integer(name, least, most); });
}

std::optional<std::int64_t> object_reader::integer(std::string_view name, std::int64_t least,
                                                   std::int64_t most) {
  const auto found = take(name);
  if (!found)
    return std::nullopt;
  std::int64_t value = 0;
  const bool is_huge = found->is<std::uint64_t>() && !found->is<std::int64_t>();
  if (!is_huge && found->get(value) != simdjson::SUCCESS) {
    fault(name, "invalid_type", "must be a whole number");
    return std::nullopt;
  }
  if (is_huge || value < least || value > most) {
    fault(name, "out_of_range", "must be " + std::to_string(least) + " to " + std::to_string(most));
    return std::nullopt;
  }
  return value;
}

bool object_reader::required_flag(std::string_view name) {
  const auto before = errors_.size();
  const auto value = boolean(name);
  if (!value && errors_.size() == before)
    fault(name, "required", "is required");
  return value.value_or(false);
}

bool object_reader::has_any(std::span<const std::string_view> names) const {
  return std::ranges::any_of(names, [&](std::string_view name) {
    simdjson::dom::element found;
    return from_.at_key(name).get(found) == simdjson::SUCCESS && !found.is_null();
  });
}

void object_reader::fault_at_all(std::string_view code, std::string message) {
  errors_.push_back({pointer_, std::string{code}, std::move(message)});
}

std::optional<bool> object_reader::boolean(std::string_view name) {
  const auto found = take(name);
  bool value = false;
  if (!found)
    return std::nullopt;
  if (found->get(value) != simdjson::SUCCESS) {
    fault(name, "invalid_type", "must be true or false");
    return std::nullopt;
  }
  return value;
}

std::optional<simdjson::dom::object> object_reader::object(std::string_view name) {
  const auto found = take(name);
  simdjson::dom::object value;
  if (!found)
    return std::nullopt;
  if (found->get(value) != simdjson::SUCCESS) {
    fault(name, "invalid_type", "must be an object");
    return std::nullopt;
  }
  return value;
}

std::optional<simdjson::dom::array> object_reader::array(std::string_view name) {
  const auto found = take(name);
  simdjson::dom::array value;
  if (!found)
    return std::nullopt;
  if (found->get(value) != simdjson::SUCCESS) {
    fault(name, "invalid_type", "must be an array");
    return std::nullopt;
  }
  return value;
}

void object_reader::finish() {
  // A caller may send very many: each is looked up in constant time.
  std::unordered_set<std::string_view> seen;
  for (const auto field : from_) {
    const auto name = field.key;
    if (!seen.insert(name).second)
      fault(name, "duplicate_key", "stands more than once");
    else if (std::ranges::find(known_, name) == known_.end())
      fault(name, "unknown_field", "is not known here");
  }
}

domain::problem invalid_fields(std::vector<domain::field_error> errors) {
  std::string message = "The request is not valid: ";
  message += errors.front().field + " " + errors.front().message;
  if (errors.size() > 1)
    message += ", and " + std::to_string(errors.size() - 1) + " more";
  domain::problem refusal{domain::problem_code::validation_failed, message + "."};
  refusal.errors = std::move(errors);
  return refusal;
}

} // namespace cloudpods::wire
