#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/typed_actor.hpp>

#include "actors/command_protocol.hpp"
#include "domain/drift_list.hpp"

// What operators may ask about nodes and log that differ (contract 8, 17); beside protocol.hpp all
// that http/ sees.

namespace cloudpods::actors {

/// Compare now; answered at the end of the sweep, or when waiting makes no sense any more.
struct reconcile_now {};

struct reconcile_summary {
  bool finished = false;
  domain::instant begun_at;
  std::vector<domain::node_name> nodes_read;
  std::vector<domain::node_name> nodes_away; ///< nothing was concluded about their guests
  std::int64_t pods = 0;                     ///< that were compared
  std::int64_t guests = 0;                   ///< that were read themselves
  std::int64_t changes = 0;                  ///< pods and guests of which there was news
};

struct reconcile_reply {
  domain::expected<reconcile_summary> value;
};

/// Makes what was found a pod of `tenant`, or takes a pod's guest as it is.
struct adopt_drift {
  adopt_drift() = default;
  adopt_drift(std::string which, std::optional<std::string> whose, operators_word said)
      : id(std::move(which)), tenant(std::move(whose)), word(std::move(said)) {}

  std::string id;
  std::optional<std::string> tenant;
  operators_word word;
};

struct forget_drift {
  forget_drift() = default;
  forget_drift(std::string which, operators_word said)
      : id(std::move(which)), word(std::move(said)) {}

  std::string id;
  operators_word word;
};

struct silence_drift {
  silence_drift() = default;
  silence_drift(std::string which, std::string why, requester who)
      : id(std::move(which)), reason(std::move(why)), by(std::move(who)) {}

  std::string id;
  std::string reason;
  requester by;
};

struct drift_reply {
  domain::expected<domain::drift_entry> value; ///< as it is now
};

/// The RECONCILER's door: nothing is concluded of a node that is away.
using reconcile_door_actor = caf::typed_actor<caf::replies_to<reconcile_now>::with<reconcile_reply>,
                                              caf::replies_to<adopt_drift>::with<command_reply>,
                                              caf::replies_to<forget_drift>::with<command_reply>,
                                              caf::replies_to<silence_drift>::with<drift_reply>>;

} // namespace cloudpods::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::reconcile_now)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::reconcile_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::adopt_drift)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::forget_drift)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::silence_drift)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::drift_reply)
