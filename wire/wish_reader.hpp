#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "domain/json_text.hpp"
#include "wire/json_body.hpp"
#include "wire/json_writer.hpp"

namespace cloudpods::wire {

/// Reads a body's fields and keeps what was there, by its main name, for the job.
class wish_reader {
public:
  explicit wish_reader(object_reader& fields) : fields_(fields) { kept_.begin_object(); }

  std::optional<std::int64_t> integer(std::span<const std::string_view> names, std::int64_t least,
                                      std::int64_t most) {
    return keep(names.front(), fields_.integer(names, least, most));
  }
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t least,
                                      std::int64_t most) {
    return integer(std::span{&name, 1}, least, most);
  }
  std::optional<std::string> text(std::span<const std::string_view> names, const text_rule& rule) {
    return keep(names.front(), fields_.text(names, rule));
  }
  std::optional<std::string> text(std::string_view name, const text_rule& rule) {
    return keep(name, fields_.text(name, rule));
  }
  std::string required_text(std::string_view name, const text_rule& rule) {
    auto value = fields_.required_text(name, rule);
    kept_.field(name, value);
    return value;
  }
  std::optional<bool> boolean(std::string_view name) { return keep(name, fields_.boolean(name)); }
  bool flag(std::string_view name) { return boolean(name).value_or(false); }
  /// What was read already.
  template <class T>
  std::optional<T> keep(std::string_view name, std::optional<T> value) {
    if (value)
      kept_.field(name, *value);
    return value;
  }
  domain::json_text kept() { return domain::json_text{kept_.end_object().take()}; }

private:
  object_reader& fields_;
  json_writer kept_;
};

} // namespace cloudpods::wire
