#include "http/handlers.hpp"

namespace cloudpods::http {

using actors::service_phase;
using domain::problem_code;

handled healthz(api&, exchange&) { co_return response{200, R"({"status":"ok"})"}; }

handled readyz(api& all, exchange&) {
  const auto& state = all.common().state;
  switch (state.phase()) {
  case service_phase::starting:
    co_return domain::refused(problem_code::starting, "recovery is not done yet");
  case service_phase::standby:
    co_return domain::refused(problem_code::standby, "another daemon is the writer");
  case service_phase::stopping:
    co_return domain::refused(problem_code::standby, "the daemon is stopping");
  case service_phase::serving:
    break;
  }
  if (!state.store_reachable())
    co_return domain::refused(problem_code::store_unavailable, "the store cannot be reached");
  co_return response{200, R"({"status":"ready"})"};
}

handled openapi(api& all, exchange&) { co_return response{all.common().openapi}; }

} // namespace cloudpods::http
