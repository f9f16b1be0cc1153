#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>

#include "actors/command_protocol.hpp"
#include "domain/deployment_work.hpp"

// What may be asked about stacks. Part of protocol.hpp, whose rules hold here too.

namespace cloudpods::actors {

// Commands to a tenant: answered once their events are durable.

struct place_stack {
  place_stack() = default;
  place_stack(domain::deploy_stack wish, requester who, std::optional<idempotency> repeat)
      : command(std::move(wish)), by(std::move(who)), key(std::move(repeat)) {}

  domain::deploy_stack command;
  requester by;
  std::optional<idempotency> key;
};

struct destroy_stack {
  destroy_stack() = default;
  destroy_stack(domain::deployment_id which, domain::end_deployment wish, requester who,
                std::optional<idempotency> repeat)
      : deployment(std::move(which)), command(std::move(wish)), by(std::move(who)),
        key(std::move(repeat)) {}

  domain::deployment_id deployment;
  domain::end_deployment command;
  requester by;
  std::optional<idempotency> key;
};

/// An accepted command: the deployment and its job as the command's events left them.
struct accepted_stack {
  std::shared_ptr<const domain::deployment> deployment;
  std::shared_ptr<const domain::job> job;
  bool replayed = false; ///< the answer that was given before
};

struct stack_reply {
  domain::expected<accepted_stack> value;
};

struct show_deployment {
  show_deployment() = default;
  explicit show_deployment(domain::deployment_id which) : deployment(std::move(which)) {}

  domain::deployment_id deployment;
};

/// `not_found` where the tenant has no such deployment.
struct deployment_reply {
  domain::expected<std::shared_ptr<const domain::deployment>> value;
};

// To the registry.

struct put_blueprint {
  put_blueprint() = default;
  put_blueprint(domain::stack_blueprint wanted, requester who)
      : blueprint(std::move(wanted)), by(std::move(who)) {}

  domain::stack_blueprint blueprint;
  requester by;
};

struct find_blueprint {
  find_blueprint() = default;
  explicit find_blueprint(std::string which) : slug(std::move(which)) {}

  std::string slug;
};

/// `blueprint_not_found` where there is none.
struct blueprint_reply {
  domain::expected<domain::stack_blueprint> value;
};

struct list_blueprints {};

/// By their slugs.
struct blueprints_reply {
  domain::expected<std::vector<domain::stack_blueprint>> value;
};

/// The REGISTRY: one; owns the stack blueprints.
using registry_actor = caf::typed_actor<
    // Answers once it is durable; one that is so already changes nothing.
    caf::replies_to<put_blueprint>::with<blueprint_reply>,
    caf::replies_to<find_blueprint>::with<blueprint_reply>,
    caf::replies_to<list_blueprints>::with<blueprints_reply>>;

} // namespace cloudpods::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::place_stack)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::destroy_stack)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::stack_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::show_deployment)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::deployment_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::put_blueprint)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::find_blueprint)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::blueprint_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::list_blueprints)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::blueprints_reply)
