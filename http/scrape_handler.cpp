#include "http/handlers.hpp"
#include "metrics/meters.hpp"

namespace cloudpods::http {

namespace {

using metrics::kind;
using metrics::text_writer;

constexpr std::string_view text_type = "text/plain; version=0.0.4; charset=utf-8";
/// Prometheus gives up after ten seconds: what the store cannot tell by then is left out.
constexpr std::chrono::seconds store_limit{5};

double ratio(std::int64_t part, std::int64_t of) {
  return of > 0 ? static_cast<double>(part) / static_cast<double>(of) : 0.0;
}

/// One metric over all nodes that have been read.
template <class Value>
void write_load(text_writer& out, const metrics::description& what,
                const std::vector<wire::node_view>& nodes, Value value) {
  out.begin(what, kind::gauge);
  for (const auto& each : nodes)
    if (each.capacity)
      out.sample({{"node", each.name.value}}, value(*each.capacity));
}

void write_nodes(text_writer& out, const std::vector<wire::node_view>& nodes) {
  out.begin({"cloudpods_node_up", "Whether the node can be reached"}, kind::gauge);
  for (const auto& each : nodes)
    out.sample({{"node", each.name.value}}, std::int64_t{each.reachable ? 1 : 0});
  write_load(out, {"cloudpods_node_cpu_ratio", "Use of the node's processors, 0 to 1"}, nodes,
             [](const domain::node_capacity& of) { return of.cpu_ratio; });
  write_load(
      out, {"cloudpods_node_memory_ratio", "Use of the node's memory, 0 to 1"}, nodes,
      [](const domain::node_capacity& of) { return ratio(of.memory_used_mb, of.memory_total_mb); });
  out.begin({"cloudpods_storage_used_ratio", "Use of the node's storage, 0 to 1"}, kind::gauge);
  for (const auto& node : nodes)
    if (node.capacity)
      for (const auto& each : node.capacity->storages)
        out.sample({{"node", node.name.value}, {"storage", each.storage.value}},
                   ratio(each.total_gb - each.free_gb, each.total_gb));
}

} // namespace

/// What nobody can tell now (no store, no nodes yet) is left out; the rest is told.
handled scrape(api& all, exchange&) {
  const auto& common = all.common();
  text_writer out;
  const auto phase = common.state.phase();
  metrics::write(out, *common.settings.meters,
                 phase == actors::service_phase::serving ||
                     phase == actors::service_phase::stopping);
  out.begin({"cloudpods_stream_subscribers", "Event streams that are open"}, kind::gauge);
  out.sample({}, static_cast<std::int64_t>(common.places->taken()));
  const auto nodes = co_await all.nodes();
  if (nodes)
    write_nodes(out, *nodes);
  actors::read_gauges question;
  const auto gauges = co_await all.ask_platform(question, store_limit);
  if (gauges)
    out.append(**gauges);
  response answer{200, out.take()};
  answer.content_type = text_type;
  co_return answer;
}

} // namespace cloudpods::http
