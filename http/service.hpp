#pragma once

#include <boost/asio/awaitable.hpp>

#include "domain/problem.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace cloudpods::http {

/// What answers requests. One per io thread, and only ever called on it.
class service {
public:
  virtual ~service() = default;

  /// Answers a request that is whole and well framed. The request lives until the answer is there.
  virtual boost::asio::awaitable<response> answer(request& asked) = 0;

  /// The answer to a request that could not be read, or not be let in.
  virtual response refuse(const request& asked, const domain::problem& why) = 0;

  /// The server stops: long waits and streams end now.
  virtual void stop() {}
  /// Nothing that outlives its request, such as a stream, is left.
  [[nodiscard]] virtual bool is_idle() const { return true; }
};

} // namespace cloudpods::http
