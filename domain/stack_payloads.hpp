#pragma once

#include <map>
#include <string>
#include <vector>

#include "domain/ids.hpp"
#include "domain/stack_definition.hpp"
#include "domain/words.hpp"

// The facts of contract 9 about stacks.

namespace cloudpods::domain {

/// What becomes of the pods of a deployment that fails (contract 15).
enum class stack_failure { rollback, keep };

template <>
struct words<stack_failure> {
  static constexpr auto values = word_list("rollback", "keep");
};

/// One pod of a deployment; `index` counts from 1 within its role.
struct stack_pod {
  pod_id pod;
  std::string role;
  std::int64_t index = 1;

  static constexpr auto fields =
      std::tuple{field{"podId", &stack_pod::pod}, field{"role", &stack_pod::role},
                 field{"index", &stack_pod::index}};
  friend bool operator==(const stack_pod&, const stack_pod&) = default;
};

/// A task of `[post_create]` with its argv template, as it was when the stack was ordered: a
/// reload changes nothing that was accepted.
struct stack_task {
  std::string name;
  std::vector<std::string> argv;

  static constexpr auto fields =
      std::tuple{field{"name", &stack_task::name}, field{"argv", &stack_task::argv}};
  friend bool operator==(const stack_task&, const stack_task&) = default;
};

struct stack_deploying {
  std::string slug;
  user_id user;
  stack_definition definition;
  stack_failure on_failure = stack_failure::rollback;
  std::vector<stack_pod> pods;
  std::vector<stack_task> tasks;
  std::map<std::string, std::string> parameters;

  static constexpr std::string_view event_name = "stack.deploying";
  static constexpr auto fields = std::tuple{field{"slug", &stack_deploying::slug},
                                            field{"userId", &stack_deploying::user},
                                            field{"definition", &stack_deploying::definition},
                                            field{"onFailure", &stack_deploying::on_failure},
                                            field{"pods", &stack_deploying::pods},
                                            field{"tasks", &stack_deploying::tasks},
                                            field{"parameters", &stack_deploying::parameters}};
  friend bool operator==(const stack_deploying&, const stack_deploying&) = default;
};

/// Every pod is active and every task done.
struct stack_deployed {
  static constexpr std::string_view event_name = "stack.deployed";
  static constexpr std::tuple<> fields{};
  friend bool operator==(const stack_deployed&, const stack_deployed&) = default;
};

/// It will not stand. Its job ends once what has to be removed is gone.
struct stack_failed {
  std::string code;
  std::string message;

  static constexpr std::string_view event_name = "stack.failed";
  static constexpr auto fields =
      std::tuple{field{"code", &stack_failed::code}, field{"message", &stack_failed::message}};
  friend bool operator==(const stack_failed&, const stack_failed&) = default;
};

/// It was asked to go, and its pods are gone.
struct stack_destroyed {
  static constexpr std::string_view event_name = "stack.destroyed";
  static constexpr std::tuple<> fields{};
  friend bool operator==(const stack_destroyed&, const stack_destroyed&) = default;
};

/// A stack blueprint as it is from here on.
struct blueprint_put {
  std::string slug;
  stack_definition definition;

  static constexpr std::string_view event_name = "blueprint.put";
  static constexpr auto fields = std::tuple{field{"slug", &blueprint_put::slug},
                                            field{"definition", &blueprint_put::definition}};
  friend bool operator==(const blueprint_put&, const blueprint_put&) = default;
};

} // namespace cloudpods::domain
