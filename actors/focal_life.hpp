#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/focalpilot.hpp"
#include "actors/upkeep_protocol.hpp"
#include "persistence/advice_store.hpp"

namespace cloudpods::actors {

using awake_focalpilot = focalpilot_actor::extend<caf::reacts_to<look_around>>;
using recommendation_promise = caf::typed_response_promise<recommendation_reply>;

/// So many recommendations may be open, and so many apply themselves within an hour.
inline constexpr std::size_t most_open_recommendations = 1000;
inline constexpr std::size_t most_automatic = 10;

/// The recommendations: who asks for what, and what the log makes of them (focalpilot.cpp), how
/// each change is made (focal_changes.cpp), what the figures of pods and nodes make
/// (focal_figures.cpp). One change at a time; each is decided by what the log says of the ones
/// before.
class focal_life {
public:
  void init(awake_focalpilot::pointer actor, engine_ptr engine, focalpilot_parts parts);

  void look();
  recommendations_reply list(const list_recommendations& question);
  recommendation_reply show(const show_recommendation& question);
  caf::result<recommendation_reply> post(post_recommendation wish);
  caf::result<recommendation_reply> settle(settle_recommendation wish);
  void note(const note_refusals& news);

private:
  using told = std::function<void(recommendation_reply)>;

  // Changes, one after the other.

  void enqueue(std::function<void()> change);
  void next();
  void done();
  bool answered_before(const std::string& owner, const std::optional<idempotency>& key,
                       const std::string& id, const told& tell);
  void open(const domain::recommendation_wish& wish, const requester& by,
            const std::optional<idempotency>& key, const told& tell);
  void begin(const settle_recommendation& wish, bool automatic, const told& tell);
  void apply(const domain::recommendation& it, const settle_recommendation& wish, bool automatic,
             const told& tell);
  void drain(const domain::recommendation& it, const settle_recommendation& wish, bool automatic,
             const told& tell);
  void append(domain::new_event fact, const requester& by,
              std::optional<persistence::idempotency_entry> answer, const std::string& id,
              int status, const told& tell);
  void settled(const std::string& id, int status, const told& tell);

  // The log.

  bool follow();
  void fold(const domain::event& fact);
  void propose();
  void propose(domain::recommendation_wish wish);
  void expire(const std::string& id, const std::string& reason);
  void expire_old();
  void apply_automatic();

  // Figures.

  struct figures {
    std::map<domain::open_recommendations::key, domain::recommendation_wish> found;
    std::set<domain::node_name> answered;
    std::set<domain::node_name> covered;
    std::vector<domain::guest_load> loads;
    std::size_t open = 0;
  };

  void read_figures();
  void read_node(const domain::node_name& name, const node_actor& node);
  void read_guests(std::map<domain::node_name, node_actor>::const_iterator at);
  void judge_figures();
  bool judge_pods();
  void judge_refused();

  awake_focalpilot::pointer self_ = nullptr;
  engine_ptr engine_;
  focalpilot_parts parts_;
  std::optional<persistence::advice_store> store_;

  std::deque<std::function<void()>> changes_;
  bool busy_ = false;

  bool loaded_ = false;
  std::int64_t seq_ = 0; ///< of the log, up to which all is folded
  domain::open_recommendations open_;
  domain::failure_window failures_;
  std::deque<std::pair<domain::instant, std::string>> automatic_; ///< of the last hour
  std::map<std::string, domain::instant> resting_; ///< refused when they were to apply themselves

  std::optional<figures> reading_;
  domain::instant next_figures_;
  std::map<domain::node_name, int> overloaded_; ///< looks running
  std::map<domain::tenant_id, std::deque<std::pair<domain::instant, std::int64_t>>> refused_;
};

} // namespace cloudpods::actors
