#pragma once

#include <chrono>
#include <expected>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/instant.hpp"
#include "http/caller.hpp"

namespace cloudpods::http {

class key_set;

/// Where to look for a claim, in this order (contract 3, `[auth.claims]`).
struct claim_names {
  std::vector<std::string> user{"sub", "userId", "user_id", "id"};
  std::vector<std::string> tenant{"tenant_id", "tenantId"};
  std::vector<std::string> role{"role"};
  std::vector<std::string> scope{"scope"};
  std::vector<std::string> permissions{"permissions"};
};

/// What `[auth]` says.
struct auth_settings {
  std::string issuer = "mpanel";
  std::vector<std::string> audience{"cloudpods", "mpanel-api"}; ///< any of them
  std::string hs256_secret;                                     ///< empty: HS256 is not accepted
  std::shared_ptr<const key_set> keys;                          ///< of `jwks_file`; null: none
  std::chrono::seconds leeway{30};
  claim_names claims;
  std::map<std::string, std::string> roles; ///< theirs, any case → ours or a scope
  std::map<std::string, std::vector<std::string>> permissions; ///< their key → ours
  bool member_may_act = true;
};

/// Why a token is not believed: a sentence for its sender, without anything of the token.
struct token_fault {
  std::string sentence;
};

template <class T>
using believed = std::expected<T, token_fault>;

/// Checks a token as of `now`: signature (by the key of its `kid` where there is a key set, by the
/// secret where it names none), algorithm, `exp`, `nbf`, `iss`, `aud`, `type`; reads who
/// asks from its claims (contract 4). Claims that are there twice and disagree are not believed.
believed<caller> verify(const auth_settings& settings, std::string_view token, domain::instant now);

/// What `cloudpodsd token` and tests put into a token.
struct token_request {
  std::string user;
  std::string tenant;
  std::string role;
  std::string scope;
  domain::instant issued;
  std::chrono::seconds ttl{3600};
};

/// A token that `verify` believes.
std::string sign_token(const auth_settings& settings, const token_request& wanted);

/// An HS256 token with the given claims, a JSON object.
std::string sign_claims(std::string_view secret, std::string_view claims);

/// Reads the `Authorization` header of requests and remembers tokens that were believed, so that
/// each is verified once. Belongs to one thread.
class authenticator {
public:
  explicit authenticator(std::shared_ptr<const auth_settings> settings);

  believed<std::shared_ptr<const caller>> authenticate(std::string_view authorization,
                                                       domain::instant now);

private:
  struct text_hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  void remember(std::string_view token, std::shared_ptr<const caller> who);

  std::shared_ptr<const auth_settings> settings_;
  std::unordered_map<std::string, std::shared_ptr<const caller>, text_hash, std::equal_to<>>
      believed_;
};

} // namespace cloudpods::http
