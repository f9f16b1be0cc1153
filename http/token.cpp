#include "http/authenticate.hpp"

#include <algorithm>
#include <optional>

#include <boost/json.hpp>

#include "http/base64url.hpp"
#include "http/hmac.hpp"
#include "http/key_set.hpp"
#include "http/text.hpp"

namespace cloudpods::http {

namespace {

namespace json = boost::json;

constexpr std::string_view hs256_header = R"({"alg":"HS256","typ":"JWT"})";
constexpr std::size_t most_token_bytes = 8192;

std::unexpected<token_fault> disbelieved(std::string sentence) {
  return std::unexpected(token_fault{std::move(sentence)});
}

/// The JSON object in one part of a token.
std::optional<json::object> part(std::string_view encoded) {
  const auto text = from_base64url(encoded);
  if (!text)
    return std::nullopt;
  boost::system::error_code fault;
  auto value = json::parse(*text, fault);
  if (fault || !value.is_object())
    return std::nullopt;
  return std::move(value.get_object());
}

bool is(const json::value* value, std::string_view text) {
  const auto* found = value != nullptr ? value->if_string() : nullptr;
  return found != nullptr && std::string_view{found->data(), found->size()} == text;
}

/// The key that a `kid` names; null where the set has none such.
const public_key* named_key(const key_set& keys, const json::value& id) {
  const auto* text = id.if_string();
  return text != nullptr ? keys.find({text->data(), text->size()}) : nullptr;
}

/// The key decides the algorithm, never the header: all that the header may do is to name a key of
/// the set, and to agree.
believed<void> check_signature(const auth_settings& settings, const json::object& header,
                               std::string_view text, std::string_view signature) {
  const auto* algorithm = header.if_contains("alg");
  const auto* id = header.if_contains("kid");
  const bool is_by_set = settings.keys && id != nullptr;
  const auto* key = is_by_set ? named_key(*settings.keys, *id) : nullptr;
  if (is_by_set && key == nullptr)
    return disbelieved("the token's key is not known");
  if (!is_by_set && settings.hs256_secret.empty())
    return disbelieved("the token names no key");
  if (!is(algorithm, key != nullptr ? domain::text(key->algorithm()) : "HS256") ||
      header.contains("crit"))
    return disbelieved("the token's algorithm is not accepted");
  const bool holds = key != nullptr
                         ? key->verifies(text, signature)
                         : are_equal_secrets(signature, hmac_sha256(settings.hs256_secret, text));
  if (!holds)
    return disbelieved("the token's signature does not hold");
  return {};
}

/// The claims of a token whose signature holds.
believed<json::object> signed_claims(const auth_settings& settings, std::string_view token) {
  if (token.size() > most_token_bytes)
    return disbelieved("the token is too long");
  const auto second = token.rfind('.');
  const auto first = token.find('.');
  if (first == std::string_view::npos || first == second ||
      token.substr(0, second).rfind('.') != first)
    return disbelieved("the token has not three parts");
  const auto header = part(token.substr(0, first));
  const auto signature = from_base64url(token.substr(second + 1));
  if (!header || !signature)
    return disbelieved("the token cannot be read");
  if (auto sound = check_signature(settings, *header, token.substr(0, second), *signature); !sound)
    return std::unexpected(std::move(sound).error());
  auto claims = part(token.substr(first + 1, second - first - 1));
  if (!claims)
    return disbelieved("the token's claims are no JSON object");
  return *std::move(claims);
}

/// A point in time in seconds, with a fraction or without.
std::optional<double> seconds_of(const json::object& claims, std::string_view name) {
  const auto* value = claims.if_contains(name);
  if (value == nullptr || !value->is_number())
    return std::nullopt;
  return value->to_number<double>();
}

bool is_for_us(const json::object& claims, const std::vector<std::string>& audience) {
  const auto* named = claims.if_contains("aud");
  if (named == nullptr)
    return false;
  const auto matches = [&](const json::value& one) {
    return std::ranges::any_of(audience, [&](const auto& ours) { return one == ours.c_str(); });
  };
  if (const auto* list = named->if_array())
    return std::ranges::any_of(*list, matches);
  return matches(*named);
}

/// Everything about a token that is neither its signature nor who it speaks for.
believed<domain::instant> check_validity(const auth_settings& settings, const json::object& claims,
                                         domain::instant now) {
  using seconds = std::chrono::duration<double>;
  const auto time = std::chrono::duration_cast<seconds>(now.time_since_epoch()).count();
  const auto leeway = static_cast<double>(settings.leeway.count());
  const auto expires = seconds_of(claims, "exp");
  constexpr double end_of_time = 1e11; // far past what `instant` is asked to hold
  if (!expires || *expires < 0 || *expires > end_of_time)
    return disbelieved("the token names no time at which it ends");
  if (time >= *expires + leeway)
    return disbelieved("the token has expired");
  if (claims.contains("nbf")) {
    const auto begins = seconds_of(claims, "nbf");
    if (!begins || time + leeway < *begins)
      return disbelieved("the token is not valid yet");
  }
  const auto* issuer = claims.if_contains("iss");
  if (issuer == nullptr || *issuer != settings.issuer.c_str())
    return disbelieved("the token is from another issuer");
  if (!is_for_us(claims, settings.audience))
    return disbelieved("the token is for another audience");
  const auto* type = claims.if_contains("type");
  if (type != nullptr && *type != "access")
    return disbelieved("only an access token is accepted");
  return domain::instant{std::chrono::duration_cast<std::chrono::milliseconds>(seconds{*expires})};
}

/// A claim as text: a string as it is, a whole number as its decimal text.
std::optional<std::string> text_of(const json::value& value) {
  if (const auto* text = value.if_string())
    return std::string{text->data(), text->size()};
  if (const auto* number = value.if_int64())
    return std::to_string(*number);
  if (const auto* large = value.if_uint64())
    return std::to_string(*large);
  return std::nullopt;
}

/// Several words, from a list or from one text with blanks between them.
std::optional<std::vector<std::string>> words_of(const json::value& value) {
  std::vector<std::string> words;
  if (const auto* list = value.if_array()) {
    for (const auto& each : *list) {
      auto word = text_of(each);
      if (!word)
        return std::nullopt;
      words.push_back(*std::move(word));
    }
    return words;
  }
  const auto text = text_of(value);
  if (!text)
    return std::nullopt;
  for_each_piece(*text, ' ', [&](std::string_view word) {
    if (!word.empty())
      words.emplace_back(word);
  });
  return words;
}

/// The claim under any of its names; empty where it is absent. Not believed where it is there
/// twice with different values, or is of a kind that `read` does not understand.
template <class Read>
auto claim(const json::object& claims, const std::vector<std::string>& names, Read read)
    -> believed<typename std::invoke_result_t<Read, const json::value&>::value_type> {
  decltype(read(json::value{})) found;
  for (const auto& name : names) {
    const auto* value = claims.if_contains(name);
    if (value == nullptr || value->is_null())
      continue;
    auto here = read(*value);
    if (!here)
      return disbelieved("the claim " + name + " cannot be understood");
    if (found && *found != *here)
      return disbelieved("the claim " + name + " disagrees with another of its meaning");
    found = std::move(here);
  }
  if (!found)
    return {};
  return *std::move(found);
}

/// 1 to 64 of `A-Za-z0-9._-` (contract 1).
bool is_tenant_id(std::string_view text) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return !text.empty() && text.size() <= 64 &&
         text.find_first_not_of(letters) == std::string_view::npos;
}

void add_scope(caller& who, std::string_view word) {
  who.platform_admin |= word == "platform:admin";
  who.platform_service |= word == "platform:service";
  who.focalpilot |= word == "focalpilot";
}

void add_role(caller& who, const auth_settings& settings, std::string_view theirs) {
  auto word = folded(theirs);
  const auto mapped = std::ranges::find_if(
      settings.roles, [&](const auto& entry) { return equals_folded(entry.first, word); });
  if (mapped != settings.roles.end())
    word = folded(mapped->second);
  who.role = word.empty() ? role::none : domain::from_text<role>(word).value_or(role::none);
  add_scope(who, word);
}

void add_key(caller& who, const std::string& key) {
  if (!key.starts_with("cloudpods."))
    return;
  if (!who.granted)
    who.granted.emplace();
  if (key == "cloudpods.*")
    who.granted->add_all();
  else if (const auto known = domain::from_text<permission>(key))
    who.granted->add(*known);
}

void add_permission(caller& who, const auth_settings& settings, const std::string& theirs) {
  const auto mapped = settings.permissions.find(theirs);
  if (mapped == settings.permissions.end())
    add_key(who, theirs);
  else
    for (const auto& each : mapped->second)
      add_key(who, each);
}

believed<caller> read_caller(const auth_settings& settings, const json::object& claims) {
  const auto user = claim(claims, settings.claims.user, text_of);
  const auto tenant = claim(claims, settings.claims.tenant, text_of);
  const auto role = claim(claims, settings.claims.role, text_of);
  const auto scope = claim(claims, settings.claims.scope, words_of);
  const auto keys = claim(claims, settings.claims.permissions, words_of);
  for (const auto* each : {&user, &tenant, &role})
    if (!*each)
      return std::unexpected(each->error());
  for (const auto* each : {&scope, &keys})
    if (!*each)
      return std::unexpected(each->error());
  if (user->empty())
    return disbelieved("the token names no user");
  if (!tenant->empty() && !is_tenant_id(*tenant))
    return disbelieved("the token's tenant is no tenant id");
  caller who;
  who.user = domain::user_id{*user};
  if (!tenant->empty())
    who.tenant = domain::tenant_id{*tenant};
  add_role(who, settings, *role);
  for (const auto& word : *scope)
    add_scope(who, word);
  for (const auto& key : *keys)
    add_permission(who, settings, key);
  // It reads every tenant's things: what a role or keys allow would reach as far.
  if (who.focalpilot && !who.is_platform()) {
    who.role = role::none;
    who.granted.reset();
  }
  return who;
}

} // namespace

believed<caller> verify(const auth_settings& settings, std::string_view token,
                        domain::instant now) {
  const auto claims = signed_claims(settings, token);
  if (!claims)
    return std::unexpected(claims.error());
  const auto expires = check_validity(settings, *claims, now);
  if (!expires)
    return std::unexpected(expires.error());
  auto who = read_caller(settings, *claims);
  if (who)
    who->expires = *expires;
  return who;
}

std::string sign_claims(std::string_view secret, std::string_view claims) {
  auto text = base64url(hs256_header) + "." + base64url(claims);
  text += "." + base64url(hmac_sha256(secret, text));
  return text;
}

std::string sign_token(const auth_settings& settings, const token_request& wanted) {
  const auto seconds = [](auto time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  };
  json::object claims{{"iss", settings.issuer},
                      {"sub", wanted.user},
                      {"type", "access"},
                      {"iat", seconds(wanted.issued)},
                      {"exp", seconds(wanted.issued + wanted.ttl)}};
  if (!settings.audience.empty())
    claims["aud"] = settings.audience.front();
  if (!wanted.tenant.empty())
    claims["tenant_id"] = wanted.tenant;
  if (!wanted.role.empty())
    claims["role"] = wanted.role;
  if (!wanted.scope.empty())
    claims["scope"] = wanted.scope;
  return sign_claims(settings.hs256_secret, json::serialize(claims));
}

} // namespace cloudpods::http
