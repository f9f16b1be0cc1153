#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "domain/problem.hpp"

namespace cloudpods::wire {

/// A request body that is one JSON object (contract 5). Lives as long as its views.
class json_body {
public:
  /// An empty text counts as `{}`. Fails with `invalid_json` and the byte offset.
  static domain::expected<json_body> parse(std::string_view text);

  [[nodiscard]] simdjson::dom::object root() const { return root_; }

private:
  std::unique_ptr<simdjson::dom::parser> parser_;
  simdjson::dom::object root_;
};

/// What a text field must be, and what is said where it is not.
struct text_rule {
  std::function<bool(std::string_view)> holds;
  std::string_view code;
  std::string message;
};

text_rule any_text(std::size_t least, std::size_t most);

/// Reads an object's fields; collects every fault with its JSON pointer (RFC 6901) instead of
/// stopping at the first. What was not asked for by the time of `finish` is an unknown field.
class object_reader {
public:
  object_reader(simdjson::dom::object from, std::string pointer,
                std::vector<domain::field_error>& errors);

  std::optional<std::string> text(std::string_view name, const text_rule& rule);
  /// Fault `required` where it is absent.
  std::string required_text(std::string_view name, const text_rule& rule);
  /// The main name or an alias; both with different values are a fault (contract 5).
  std::optional<std::string> text(std::string_view name, std::string_view alias,
                                  const text_rule& rule);
  /// Any of the spellings, the main name first; two with different values are a fault.
  std::optional<std::string> text(std::span<const std::string_view> names, const text_rule& rule);
  /// A whole number, in any of the spellings likewise.
  std::optional<std::int64_t> integer(std::span<const std::string_view> names, std::int64_t least,
                                      std::int64_t most);
  std::optional<bool> boolean(std::string_view name);
  /// Fault `required` where it is absent.
  bool required_flag(std::string_view name);
  std::optional<simdjson::dom::object> object(std::string_view name);
  std::optional<simdjson::dom::array> array(std::string_view name);

  /// A reader of the object that the field `name` holds.
  [[nodiscard]] object_reader inside(std::string_view name, simdjson::dom::object held) const {
    return {held, pointer_of(name), errors_};
  }
  /// Whether one of them stands there with a value, sound or not.
  [[nodiscard]] bool has_any(std::span<const std::string_view> names) const;

  /// A fault of the object as a whole.
  void fault_at_all(std::string_view code, std::string message);
  void fault(std::string_view name, std::string_view code, std::string message);
  /// A fault of a member, or of an element by its index, of the field `name`.
  void fault_inside(std::string_view name, std::string_view inner, std::string_view code,
                    std::string message);
  [[nodiscard]] std::string pointer_of(std::string_view name) const;
  /// Faults for unknown fields and duplicate keys.
  void finish();

private:
  /// The field's value; `null` counts as absent.
  std::optional<simdjson::dom::element> take(std::string_view name);
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t least, std::int64_t most);
  /// What `read` makes of each spelling, if they agree.
  template <class Read>
  auto agreed(std::span<const std::string_view> names, Read read) -> decltype(read(names.front()));

  simdjson::dom::object from_;
  std::string pointer_;
  std::vector<domain::field_error>& errors_;
  std::vector<std::string_view> known_;
};

/// A refusal that holds all the faults.
domain::problem invalid_fields(std::vector<domain::field_error> errors);

} // namespace cloudpods::wire
