#include "persistence/parameters.hpp"

#include <bit>
#include <utility>

namespace cloudpods::persistence {

namespace {

/// Postgres counts microseconds since 2000.
constexpr std::int64_t seconds_1970_to_2000 = 946'684'800;

template <class Number>
void append_big_endian(std::string& out, Number number) {
  auto bits = static_cast<std::make_unsigned_t<Number>>(number);
  for (int shift = static_cast<int>(sizeof(Number)) * 8 - 8; shift >= 0; shift -= 8)
    out.push_back(static_cast<char>((bits >> shift) & 0xff));
}

std::int64_t postgres_time(domain::instant at) {
  return (at.time_since_epoch().count() - seconds_1970_to_2000 * 1000) * 1000;
}

/// The type of arrays of `element`.
Oid array_type(wire_type element) {
  switch (element) {
  case wire_type::boolean:
    return 1000;
  case wire_type::bytes:
    return 1001;
  case wire_type::integer:
    return 1016;
  case wire_type::text:
    return 1009;
  case wire_type::time:
    return 1185;
  }
  std::unreachable();
}

template <class Number>
std::string big_endian(Number number) {
  std::string out;
  append_big_endian(out, number);
  return out;
}

} // namespace

array_parameter::array_parameter(wire_type element) : element_(element) {}

void array_parameter::push_null() {
  ++count_;
  has_null_ = true;
  append_big_endian(elements_, std::int32_t{-1});
}

void array_parameter::push(std::string_view text_or_bytes) {
  ++count_;
  append_big_endian(elements_, static_cast<std::int32_t>(text_or_bytes.size()));
  elements_.append(text_or_bytes);
}

void array_parameter::push(std::int64_t number) {
  ++count_;
  append_big_endian(elements_, std::int32_t{8});
  append_big_endian(elements_, number);
}

void array_parameter::push(bool flag) { push(std::string_view{flag ? "\1" : "\0", 1}); }

void array_parameter::push(domain::instant at) { push(postgres_time(at)); }

void array_parameter::push_unless_empty(std::string_view text) {
  if (text.empty())
    push_null();
  else
    push(text);
}

std::string array_parameter::encoded() const {
  std::string out;
  out.reserve(20 + elements_.size());
  append_big_endian(out, std::int32_t{count_ > 0 ? 1 : 0});
  append_big_endian(out, std::int32_t{has_null_ ? 1 : 0});
  append_big_endian(out, static_cast<std::int32_t>(element_));
  if (count_ > 0) {
    append_big_endian(out, count_);
    append_big_endian(out, std::int32_t{1});
  }
  return out += elements_;
}

parameters& parameters::add(Oid type, std::string value) {
  types_.push_back(type);
  values_.push_back(std::move(value));
  return *this;
}

parameters& parameters::add(std::string_view text) {
  return add(static_cast<Oid>(wire_type::text), std::string{text});
}

parameters& parameters::add(std::int64_t number) {
  return add(static_cast<Oid>(wire_type::integer), big_endian(number));
}

parameters& parameters::add(bool flag) {
  return add(static_cast<Oid>(wire_type::boolean), std::string(1, flag ? '\1' : '\0'));
}

parameters& parameters::add(domain::instant at) {
  return add(static_cast<Oid>(wire_type::time), big_endian(postgres_time(at)));
}

parameters& parameters::add_bytes(std::string_view bytes) {
  return add(static_cast<Oid>(wire_type::bytes), std::string{bytes});
}

parameters& parameters::add(const array_parameter& array) {
  return add(array_type(array.element()), array.encoded());
}

std::vector<const char*> parameters::values() const {
  std::vector<const char*> out;
  for (const auto& each : values_)
    out.push_back(each.data());
  return out;
}

std::vector<int> parameters::lengths() const {
  std::vector<int> out;
  for (const auto& each : values_)
    out.push_back(static_cast<int>(each.size()));
  return out;
}

std::vector<int> parameters::formats() const { return std::vector<int>(values_.size(), 1); }

std::size_t parameters::bytes() const {
  std::size_t sum = 0;
  for (const auto& each : values_)
    sum += each.size();
  return sum;
}

} // namespace cloudpods::persistence
