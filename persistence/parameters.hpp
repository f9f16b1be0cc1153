#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <libpq-fe.h>

#include "domain/instant.hpp"

namespace cloudpods::persistence {

/// The Postgres types that values are sent as.
enum class wire_type : Oid { boolean = 16, bytes = 17, integer = 20, text = 25, time = 1184 };

/// A one-dimensional array in Postgres' binary form: nothing in it is ever quoted or interpreted.
class array_parameter {
public:
  explicit array_parameter(wire_type element);

  void push_null();
  void push(std::string_view text_or_bytes);
  void push(std::int64_t number);
  void push(bool flag);
  void push(domain::instant at);
  /// `text`, or NULL where it is empty.
  void push_unless_empty(std::string_view text);

  [[nodiscard]] wire_type element() const { return element_; }
  /// The whole array.
  [[nodiscard]] std::string encoded() const;

private:
  wire_type element_;
  std::int32_t count_ = 0;
  bool has_null_ = false;
  std::string elements_;
};

/// The values of one statement, all in binary form with their types.
class parameters {
public:
  parameters& add(std::string_view text);
  parameters& add(const char* text) { return add(std::string_view{text}); }
  parameters& add(std::int64_t number);
  parameters& add(int number) { return add(std::int64_t{number}); }
  parameters& add(bool flag);
  parameters& add(domain::instant at);
  parameters& add_bytes(std::string_view bytes);
  parameters& add(const array_parameter& array);

  [[nodiscard]] int size() const { return static_cast<int>(values_.size()); }
  [[nodiscard]] const std::vector<Oid>& types() const { return types_; }
  [[nodiscard]] std::vector<const char*> values() const;
  [[nodiscard]] std::vector<int> lengths() const;
  [[nodiscard]] std::vector<int> formats() const;
  [[nodiscard]] std::size_t bytes() const;

private:
  parameters& add(Oid type, std::string value);

  std::vector<Oid> types_;
  std::vector<std::string> values_;
};

} // namespace cloudpods::persistence
