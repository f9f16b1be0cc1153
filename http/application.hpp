#pragma once

#include <memory>
#include <optional>
#include <string>

#include "http/api.hpp"
#include "http/authenticate.hpp"
#include "http/load.hpp"
#include "http/rate_limiter.hpp"
#include "http/request_ids.hpp"
#include "http/request_meter.hpp"
#include "http/service.hpp"

namespace cloudpods::http {

/// Lets requests in: everything that is judged before a handler, in the order of contract 5, then
/// the handler. One per io thread.
class application final : public service {
public:
  application(boost::asio::io_context& io, caf::actor_system& actors,
              std::shared_ptr<const api_common> common, std::shared_ptr<load> shared_load,
              std::shared_ptr<rate_limiter> rates);

  boost::asio::awaitable<response> answer(request& asked) override;
  response refuse(const request& asked, const domain::problem& why) override;
  void stop() override { api_.streams().stop(); }
  [[nodiscard]] bool is_idle() const override { return api_.streams().is_idle(); }

  api& behind() { return api_; }
  /// From now on tokens are judged by this; what was believed is judged again.
  void believe(std::shared_ptr<const auth_settings> auth);

private:
  struct admission {
    const route* to = nullptr;
    path_parameters parameters;
    std::shared_ptr<const caller> who;
  };
  /// What is said beside the answer, whatever it is.
  struct remarks {
    const route* to = nullptr; ///< whatever becomes of the request there
    std::string allow;         ///< the methods of a path that does not have this one
    rate_verdict rate;
  };

  domain::expected<admission> admit(const request& asked, const std::optional<target>& where,
                                    remarks& aside);
  domain::expected<void> check_rate(const caller& who, bool mutates, remarks& aside);
  boost::asio::awaitable<response> decide(request& asked, remarks& aside);
  bool may_scrape(const request& asked) const;
  domain::expected<void> check_phase(const route* to) const;
  domain::expected<std::shared_ptr<const caller>>
  authenticate(const request& asked, const target& where, const route* to);
  domain::expected<void> check_right(const caller& who, const route& to, const request& asked,
                                     const target& where) const;

  std::shared_ptr<const api_common> common_;
  std::shared_ptr<load> load_;
  std::shared_ptr<rate_limiter> rates_;
  std::shared_ptr<const auth_settings> auth_;
  authenticator authenticator_;
  request_ids ids_;
  networks trusted_;
  networks scrapers_;
  request_meter meter_;
  router router_;
  api api_;
};

} // namespace cloudpods::http
