#pragma once

#include <set>

#include "actors/fake_log.hpp"

namespace cloudpods::actors::tests {

/// How the fake reader is told to behave.
struct reader_script {
  bool mute = false; ///< loads wait for `flush_log`
  int failing = 0;   ///< so many loads are refused
  int failing_lists = 0;
  std::optional<loaded_tenant> past; ///< what loads that waited are told, in place of now's
  std::set<domain::item_id> ended;   ///< items that the log knows as ended
  int loads = 0;                     ///< that were asked for
  std::optional<persistence::open_tenants> open; ///< in place of what the log says
  std::vector<std::pair<load_tenant, caf::typed_response_promise<load_reply>>> waiting;
};

/// What the store would say of the tenant now.
loaded_tenant past_of(const log_book& book, const domain::tenant_id& tenant);

/// A promise is kept by the actor's own thread of control, so it is told when to answer.
using fake_reader_actor = store_reader_actor::extend<caf::reacts_to<flush_log>>;

fake_reader_actor spawn_fake_reader(caf::actor_system& system, std::shared_ptr<log_book> book,
                                    std::shared_ptr<reader_script> script);

} // namespace cloudpods::actors::tests
