#include "http/exchange.hpp"

#include "domain/formats.hpp"
#include "http/text.hpp"
#include "wire/command_json.hpp"
#include "wire/json_body.hpp"

namespace cloudpods::http {

using domain::problem_code;

namespace {

std::unexpected<domain::problem> invalid_header(std::string_view name, std::string_view code,
                                                std::string message) {
  domain::problem why{problem_code::validation_failed, std::string{name} + " " + message};
  why.errors.push_back({std::string{name}, std::string{code}, std::move(message)});
  return std::unexpected(std::move(why));
}

constexpr std::string_view tenant_header = "X-Tenant-Id";

} // namespace

actors::requester exchange::requester() const {
  actors::requester by;
  by.request = domain::request_id{std::string{request_id}};
  by.actor.kind = who->is_platform() ? domain::actor_kind::service : domain::actor_kind::user;
  by.actor.id = who->user.value;
  return by;
}

family exchange::family() const {
  return is_internal(where.segments()) ? family::platform : family::cloud_pods;
}

domain::expected<void> check_named_tenant(const caller& who,
                                          const std::optional<std::string_view>& named) {
  if (!named || who.sees_all_tenants() || (who.tenant && who.tenant->value == *named))
    return {};
  return domain::refused(problem_code::tenant_mismatch, "the token speaks for another tenant");
}

domain::expected<domain::tenant_id> tenant_of(const exchange& with,
                                              const std::optional<std::string>& in_body) {
  const auto& who = *with.who;
  const auto& in_header = with.asked.tenant_id;
  for (const auto& named : {in_header, std::optional<std::string_view>{in_body}})
    if (auto allowed = check_named_tenant(who, named); !allowed)
      return std::unexpected(std::move(allowed).error());
  if (in_body && in_header && *in_body != *in_header)
    return invalid_header(tenant_header, "conflict", "differs from tenantId");
  if (in_header && !domain::is_outside_id(*in_header))
    return invalid_header(tenant_header, "invalid_format", "is no tenant id");
  if (in_body || in_header)
    return domain::tenant_id{in_body ? *in_body : std::string{*in_header}};
  if (who.tenant)
    return *who.tenant;
  if (who.sees_all_tenants())
    return domain::refused(problem_code::tenant_required,
                           "name the tenant by tenantId or the header X-Tenant-Id");
  return domain::refused(problem_code::forbidden, "the token speaks for no tenant");
}

domain::expected<std::optional<actors::idempotency>> idempotency_of(const exchange& with) {
  const auto& key = with.asked.idempotency_key;
  if (!key)
    return std::nullopt;
  if (!is_visible(*key, 255))
    return invalid_header("Idempotency-Key", "invalid_format",
                          "must be 1 to 255 visible ASCII characters");
  std::string all{name_of(with.asked.method)};
  all.append(" ").append(with.asked.target).append("\n").append(with.asked.body);
  return actors::idempotency{std::string{*key}, wire::sha256_hex(all)};
}

std::unexpected<domain::problem> not_found(std::string_view what) {
  return domain::refused(problem_code::not_found, "there is no such " + std::string{what});
}

domain::expected<void> check_empty(const exchange& with) {
  auto body = wire::json_body::parse(with.asked.body);
  if (!body)
    return std::unexpected(std::move(body).error());
  std::vector<domain::field_error> errors;
  wire::object_reader fields{body->root(), "", errors};
  fields.finish();
  if (!errors.empty())
    return std::unexpected(wire::invalid_fields(std::move(errors)));
  return {};
}

} // namespace cloudpods::http
