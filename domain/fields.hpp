#pragma once

#include <string_view>
#include <tuple>
#include <type_traits>

namespace cloudpods::domain {

/// One member of a payload and its name outside. Every payload lists its fields once; encoding,
/// decoding and comparing all read that list.
template <class Struct, class Member>
struct field {
  std::string_view name;
  Member Struct::*member;
};

template <class Struct, class Member>
field(std::string_view, Member Struct::*) -> field<Struct, Member>;

template <class T>
concept has_fields = requires {
  T::fields;
};

/// Calls `visit(name, member)` for each field of `value`, in order.
template <has_fields T, class Visit>
constexpr void for_each_field(T& value, Visit&& visit) {
  std::apply([&](const auto&... each) { (visit(each.name, value.*each.member), ...); },
             std::remove_cvref_t<T>::fields);
}

} // namespace cloudpods::domain
