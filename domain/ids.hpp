#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>

namespace cloudpods::domain {

/// A name that cannot be mistaken for another kind of name.
template <class Tag>
struct text_id {
  std::string value;

  text_id() = default;
  explicit text_id(std::string text) : value(std::move(text)) {}

  [[nodiscard]] bool empty() const noexcept { return value.empty(); }
  friend auto operator<=>(const text_id&, const text_id&) = default;
};

using tenant_id = text_id<struct tenant_tag>;
using user_id = text_id<struct user_tag>;
using pod_id = text_id<struct pod_tag>;
using job_id = text_id<struct job_tag>;
using item_id = text_id<struct item_tag>;
using deployment_id = text_id<struct deployment_tag>;
using event_id = text_id<struct event_tag>;
using node_name = text_id<struct node_tag>;
using storage_name = text_id<struct storage_tag>;
using plan_code = text_id<struct plan_tag>;
using blueprint_code = text_id<struct blueprint_tag>;
using controller_id = text_id<struct controller_tag>;
using subscription_id = text_id<struct subscription_tag>;
using request_id = text_id<struct request_tag>;

/// A Proxmox guest's number, 100 to 999999999; one cluster has each once.
using vmid = int;

} // namespace cloudpods::domain

template <class Tag>
struct std::hash<cloudpods::domain::text_id<Tag>> {
  std::size_t operator()(const cloudpods::domain::text_id<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.value);
  }
};
