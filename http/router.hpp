#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "domain/problem.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "http/rights.hpp"

namespace cloudpods::http {

struct exchange;
class api;

/// Answers one route: decodes, asks, encodes. Refusals are values.
using route_handler = boost::asio::awaitable<domain::expected<response>> (*)(api&, exchange&);

/// Who may call a route, before rights within a tenant are looked at.
enum class access {
  token,     ///< a believed token
  anyone,    ///< no token is looked at
  operators, ///< no token, and answered while the daemon starts too
  scrapers,  ///< likewise, and for all but `[http] metrics_from` not there at all
};

/// One line of the route table.
struct route {
  verb method;
  std::string_view path; ///< `{name}` stands for one segment
  http::access access;
  std::optional<action> right; ///< where a token is needed
  route_handler answer;
};

/// Path parameters, decoded, in the order in which they stand in the path.
using path_parameters = std::array<std::string_view, 2>;

/// The best line for a path: literal segments win over parameters.
struct match {
  const route* chosen = nullptr; ///< null: the path is known, the method is not
  bool needs_token = true;
  bool for_scrapers = false;
  path_parameters parameters;
  std::string allow; ///< of the path, where `chosen` is null
};

/// Whether the path is one of `/internal`, which is `/api/internal` too (contract 7).
bool is_internal(std::span<const std::string_view> segments);

/// Finds routes. HEAD is GET; what lies under `/internal` lies under `/api/internal` too.
class router {
public:
  explicit router(std::span<const route> table);

  /// Nothing where no line has such a path.
  [[nodiscard]] std::optional<match> find(verb method,
                                          std::span<const std::string_view> segments) const;

private:
  struct line {
    const route* is;
    std::vector<std::string_view> segments;
  };
  [[nodiscard]] std::string allowed(const line& path) const;

  std::vector<line> lines_; ///< literal ones first
};

/// `GET`, … ; empty for what no route knows.
std::string_view name_of(verb method);

} // namespace cloudpods::http
