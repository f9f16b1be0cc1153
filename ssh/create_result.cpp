#include "ssh/create_result.hpp"

#include <algorithm>

#include "domain/catalogue.hpp"
#include "ssh/json_fields.hpp"
#include "ssh/node_text.hpp"

namespace cloudpods::ssh {

namespace {

std::optional<std::string> address_in(std::string_view text) {
  const auto bare = trimmed(text.substr(0, text.find('/')));
  const auto number = domain::ipv4_from_text(bare);
  return number ? std::optional{domain::ipv4_text(*number)} : std::nullopt;
}

/// `IP : 10.1.10.91/24`, anchored: nothing but blanks before, nothing but one word behind.
std::optional<std::string> address_in_line(std::string_view line) {
  auto text = trimmed(line);
  if (!text.starts_with("IP"))
    return std::nullopt;
  text = trimmed(text.substr(2));
  if (!text.starts_with(':'))
    return std::nullopt;
  return address_in(text.substr(1));
}

std::optional<create_result> from_json(std::string_view out) {
  const auto json = marked_json(out);
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (!json || parser.parse(*json).get(document) != simdjson::SUCCESS || !document.is_object())
    return std::nullopt;
  create_result result;
  bool is_success = true;
  if (document["success"].get(is_success) == simdjson::SUCCESS)
    result.is_success = is_success;
  if (const auto id = number_field(document, "vmid"); id && *id > 0 && *id <= 999999999)
    result.guest = static_cast<domain::vmid>(*id);
  for (const auto* field : {"ip", "ip_cidr"})
    if (const auto text = text_field(document, field); text && !result.address)
      result.address = address_in(*text);
  result.error = text_field(document, "error").value_or("");
  return result;
}

} // namespace

create_result parse_create_result(std::string_view out) {
  if (auto result = from_json(out))
    return *result;
  create_result result;
  for (const auto line : lines_of(out))
    if (auto address = address_in_line(line))
      result.address = std::move(address);
  return result;
}

} // namespace cloudpods::ssh
