#include "http/handlers.hpp"

#include "wire/node_json.hpp"

namespace cloudpods::http {

namespace {

handled set_drained(api& all, exchange& with, bool drained) {
  if (auto empty = check_empty(with); !empty)
    co_return std::unexpected(std::move(empty).error());
  if (auto key = idempotency_of(with); !key)
    co_return std::unexpected(std::move(key).error());
  actors::set_drained wish{drained, with.requester()};
  auto node = co_await all.ask_node(with.parameters[0], std::move(wish), true);
  if (!node)
    co_return std::unexpected(std::move(node).error());
  co_return response{200, wire::node_json(*node)};
}

} // namespace

handled list_nodes(api& all, exchange&) {
  auto nodes = co_await all.nodes();
  if (!nodes)
    co_return std::unexpected(std::move(nodes).error());
  co_return response{200, wire::nodes_json(*nodes)};
}

handled get_node(api& all, exchange& with) {
  actors::show_node question;
  auto node = co_await all.ask_node(with.parameters[0], question, false);
  if (!node)
    co_return std::unexpected(std::move(node).error());
  co_return response{200, wire::node_json(*node)};
}

handled drain_node(api& all, exchange& with) {
  auto answer = co_await set_drained(all, with, true);
  co_return answer;
}

handled resume_node(api& all, exchange& with) {
  auto answer = co_await set_drained(all, with, false);
  co_return answer;
}

} // namespace cloudpods::http
