#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/fault.hpp"
#include "config/network.hpp"
#include "config/secret.hpp"
#include "domain/words.hpp"

/// Contract 3: the sections about callers, the store and the log.
namespace cloudpods::config {

/// `[http]`
struct http_settings {
  endpoint listen;
  int threads = 1;
  std::size_t max_body_bytes = 65536;
  std::size_t max_connections = 10000;
  std::chrono::seconds max_wait{25};
  std::chrono::seconds idle_timeout{60};
  std::chrono::seconds header_timeout{10};
  std::vector<network> trusted_proxies;
  std::vector<network> metrics_from;
  std::vector<std::string> allowed_origins;
  bool console = true;
};

/// `[auth.claims]`: where to look, in this order.
struct claim_names {
  std::vector<std::string> user{"sub", "userId", "user_id", "id"};
  std::vector<std::string> tenant{"tenant_id", "tenantId"};
  std::vector<std::string> role{"role"};
  std::vector<std::string> scope{"scope"};
  std::vector<std::string> permissions{"permissions"};
};

/// Names as tokens spell them → what they mean here.
using role_map = std::map<std::string, std::string, std::less<>>;
using permission_map = std::map<std::string, std::vector<std::string>, std::less<>>;

/// `[auth]`
struct auth_settings {
  std::string issuer = "mpanel";
  std::vector<std::string> audience{"cloudpods", "mpanel-api"};
  std::optional<secret> hs256_secret; ///< absent: HS256 is not accepted
  std::filesystem::path jwks_file;    ///< empty: no key set
  std::string jwks;                   ///< its content, unparsed
  place jwks_place;                   ///< where the file is named
  std::chrono::seconds leeway{30};
  bool member_may_act = true;
  claim_names claims;
  /// From the role in lower case. Our own roles stand for themselves; the file's entries are put
  /// over the contract's, and an entry with "" takes one away.
  role_map roles;
  /// From another spelling to the keys of ours that it grants.
  permission_map permissions;
};

/// `[postgres]`
struct postgres_settings {
  secret dsn{"host=/run/postgresql dbname=cloudpods"};
  bool auto_migrate = true;
  int read_connections = 2;
};

enum class log_level { trace, debug, info, warn, error, critical };
enum class log_format { json, text };

/// `[log]`
struct log_settings {
  log_level level = log_level::info;
  log_format format = log_format::json;
};

} // namespace cloudpods::config

template <>
struct cloudpods::domain::words<cloudpods::config::log_level> {
  static constexpr auto values = word_list("trace", "debug", "info", "warn", "error", "critical");
};

template <>
struct cloudpods::domain::words<cloudpods::config::log_format> {
  static constexpr auto values = word_list("json", "text");
};
