#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/fields.hpp"

namespace cloudpods::domain {

/// The one kind of resource that a stack is made of.
inline constexpr std::string_view stack_resource_kind = "CloudPod";
/// Pods a stack may have at most (contract 15).
inline constexpr std::int64_t most_pods_of_stack = 50;

/// Pods of one role in a stack (contract 15; `platform-spec` 8.1).
struct stack_resource {
  std::string kind{stack_resource_kind};
  std::string role;
  std::string hostname_pattern;
  std::int64_t cpu_cores = 1;
  std::int64_t memory_mb = 512;
  std::int64_t swap_mb = 0;
  std::int64_t count = 1;
  std::optional<std::int64_t> disk_gb;
  std::vector<std::string> depends_on; ///< roles whose pods are active before these begin

  static constexpr auto fields =
      std::tuple{field{"kind", &stack_resource::kind},
                 field{"role", &stack_resource::role},
                 field{"hostnamePattern", &stack_resource::hostname_pattern},
                 field{"cores", &stack_resource::cpu_cores},
                 field{"memoryMb", &stack_resource::memory_mb},
                 field{"swapMb", &stack_resource::swap_mb},
                 field{"count", &stack_resource::count},
                 field{"diskGb", &stack_resource::disk_gb},
                 field{"dependsOn", &stack_resource::depends_on}};
  friend bool operator==(const stack_resource&, const stack_resource&) = default;
};

/// What a stack blueprint says.
struct stack_definition {
  std::int64_t version = 1;
  std::string description;
  std::vector<stack_resource> resources;
  std::vector<std::string> post_create; ///< names of `[post_create]`, in order

  static constexpr auto fields = std::tuple{field{"version", &stack_definition::version},
                                            field{"description", &stack_definition::description},
                                            field{"resources", &stack_definition::resources},
                                            field{"postCreate", &stack_definition::post_create}};
  friend bool operator==(const stack_definition&, const stack_definition&) = default;
};

/// A stack blueprint by its name.
struct stack_blueprint {
  std::string slug;
  stack_definition definition;
};

} // namespace cloudpods::domain
