#include "domain/event.hpp"

namespace cloudpods::domain {

std::string_view event_name(const event_payload& payload) {
  return std::visit([](const auto& each) { return std::decay_t<decltype(each)>::event_name; },
                    payload);
}

std::string tenant_stream(const tenant_id& tenant) { return "tenant:" + tenant.value; }
std::string pod_stream(const pod_id& pod) { return "pod:" + pod.value; }
std::string node_stream(const node_name& node) { return "node:" + node.value; }

namespace {

constexpr std::string_view deployments = "deployment:";

} // namespace

std::string deployment_stream(const deployment_id& deployment) {
  return std::string{deployments} + deployment.value;
}

deployment_id deployment_of(std::string_view stream) {
  if (!stream.starts_with(deployments))
    return {};
  return deployment_id{std::string{stream.substr(deployments.size())}};
}

} // namespace cloudpods::domain
