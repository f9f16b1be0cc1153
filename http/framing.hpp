#pragma once

#include <optional>
#include <string_view>

namespace cloudpods::http {

/// What is wrong with the framing of a request, or nothing. `head` is everything up to and with
/// the empty line. These are the rules that Beast's parser leaves out and that request smuggling
/// lives on (architecture 5): exactly one Host on 1.1, no folded lines, no blank before the colon,
/// no Transfer-Encoding but `chunked` and none on 1.0, one Content-Length, not both.
std::optional<std::string_view> framing_fault(std::string_view head);

} // namespace cloudpods::http
