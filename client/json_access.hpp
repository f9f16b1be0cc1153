#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

/// Reading of answers, lenient: what a later daemon leaves out or adds must not stop this client.
namespace cloudpods::client {

namespace json = boost::json;

/// The value of a member; null where `value` is no object or has no such member.
const json::value& member(const json::value& value, std::string_view name);

/// Text as it is, numbers and truth as JSON writes them, "" for null, absent and anything else.
std::string text_of(const json::value& value);
std::string text_at(const json::value& value, std::string_view name);

std::optional<std::int64_t> whole_at(const json::value& value, std::string_view name);
bool flag_at(const json::value& value, std::string_view name);

/// The elements of a member that is an array; none otherwise.
const json::array& list_at(const json::value& value, std::string_view name);

} // namespace cloudpods::client
