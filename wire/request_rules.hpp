#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/formats.hpp"
#include "wire/command_json.hpp"
#include "wire/json_body.hpp"

// What the bodies of requests have in common (contract 5).

namespace cloudpods::wire {

inline const text_rule& outside_id() {
  static const text_rule rule{domain::is_outside_id, "invalid_format",
                              "must be 1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-'"};
  return rule;
}

inline const text_rule& dns_label() {
  static const text_rule rule{domain::is_dns_label, "invalid_format",
                              "must be 1 to 63 of a-z, 0-9 and '-', with no hyphen at either end"};
  return rule;
}

/// A tenant that is no text at all is no tenant's name either: it can only mismatch.
inline std::optional<std::string> named_tenant(object_reader& body) {
  return body.text("tenantId", outside_id());
}

template <class Command>
decoded<Command> judged(std::optional<std::string> tenant, Command command,
                        std::vector<domain::field_error> errors) {
  if (!errors.empty())
    return {std::move(tenant), std::unexpected{invalid_fields(std::move(errors))}};
  return {std::move(tenant), std::move(command)};
}

/// Whom a body names and what it asks, as `read` (of an `object_reader`) takes it. Fails with
/// `invalid_json`.
template <class Read>
auto decode_body(std::string_view text, Read&& read)
    -> domain::expected<decoded<std::invoke_result_t<Read, object_reader&>>> {
  const auto body = json_body::parse(text);
  if (!body)
    return std::unexpected{body.error()};
  std::vector<domain::field_error> errors;
  object_reader fields{body->root(), "", errors};
  auto tenant = named_tenant(fields);
  auto command = read(fields);
  fields.finish();
  return judged(std::move(tenant), std::move(command), std::move(errors));
}

} // namespace cloudpods::wire
