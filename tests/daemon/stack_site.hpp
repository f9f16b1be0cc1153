#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/chaos_site.hpp"

namespace cloudpods::tests {

/// What an accepted deploy or destroy of a stack named.
struct accepted_stack {
  std::string deployment;
  std::string job;
  std::vector<std::string> pods;
};

/// A site that knows the tasks of `platform-spec` 8.1, with its WordPress stack put.
class stack_site : public chaos_site {
public:
  stack_site();

  /// Puts the stack of that document, its `app` after its `db`, under a slug.
  void put_word_press(const std::string& slug = "wordpress");
  accepted_stack deploy(const std::string& tenant = "acme", const std::string& body = "{}",
                        const std::string& slug = "wordpress");
  accepted_stack destroy_stack(const std::string& deployment, const std::string& tenant = "acme");
  boost::json::value deployment(const std::string& id, const std::string& tenant = "acme");
  boost::json::value job(const std::string& id, const std::string& tenant = "acme");
  // Over a connection of their own: stories ask from other threads.

  /// The pod's status in its table.
  std::string stands_as(const std::string& pod);
  /// What the tenant holds, used and reserved, as "pods cores memory disk".
  std::string held(const std::string& tenant = "acme");
  /// Tasks that ran on the node, with their arguments.
  std::vector<std::string> tasks();
};

accepted_stack stack_of(const api_answer& answer);

/// Deploys under the name, waits, destroys, and says what was not as it should be; "" where all is
/// well. Whoever does so may be interrupted: callers repeat what was not answered.
std::string live_as_stack(stack_site& site, const std::string& tenant);
/// The same of one whose second pod cannot be made.
std::string live_in_vain_as_stack(stack_site& site, const std::string& tenant);

} // namespace cloudpods::tests
