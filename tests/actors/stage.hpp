#pragma once

#include <random>

#include <boost/test/unit_test.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>

#include "actors/engine.hpp"
#include "actors/fake_log.hpp"
#include "actors/fake_node.hpp"
#include "actors/fake_reader.hpp"
#include "actors/handles.hpp"
#include "domain/samples.hpp"

namespace cloudpods::actors::tests {

/// An actor system whose messages are delivered one by one, and whose clock is moved by hand.
class stage {
public:
  stage();
  ~stage();
  stage(const stage&) = delete;
  stage& operator=(const stage&) = delete;

  void run() { scheduler_->run(); }
  /// Lets time go by, firing what is due on the way.
  void pass(std::chrono::milliseconds how_long,
            std::chrono::milliseconds step = std::chrono::milliseconds{50});

  /// Asks, and runs until nothing more happens; what is kept stays empty until it is answered.
  template <class Reply, class Actor, class Question>
  std::shared_ptr<std::optional<Reply>> ask(const Actor& whom, Question question) {
    auto kept = std::make_shared<std::optional<Reply>>();
    send_question<Reply>(whom, std::move(question), kept);
    run();
    return kept;
  }

  /// Asks without running: what is asked in a row is in the mailbox at once.
  template <class Reply, class Actor, class Question>
  void send_question(const Actor& whom, Question question,
                     std::shared_ptr<std::optional<Reply>> kept) {
    const auto asking = [whom, question, kept](caf::event_based_actor* self, int) {
      self->request(whom, caf::infinite, question)
          .then([kept](Reply& reply) { *kept = std::move(reply); }, [](const caf::error&) {});
    };
    const auto made = system_->spawn(asking, 0);
    scheduler_->run_once_lifo();
    ends_with_stage(made);
  }

  template <class Actor>
  void ends_with_stage(const Actor& actor) {
    all_.push_back(caf::actor_cast<caf::actor>(actor));
  }

  caf::actor_system& system() { return *system_; }

  domain::instant now = domain::samples::after(0);
  std::shared_ptr<domain::catalogue> offers =
      std::make_shared<domain::catalogue>(domain::samples::offers());
  std::shared_ptr<actors::engine> engine = std::make_shared<actors::engine>();

private:
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  caf::scheduler::test_coordinator* scheduler_ = nullptr;
  std::vector<caf::actor> all_;
  std::mt19937_64 chance_{7};
};

/// The whole engine, real but for log, readers and nodes.
class engine_stage : public stage {
public:
  engine_stage();
  ~engine_stage();

  /// The tenant, awake; found anew by each call.
  tenant_actor awake(const domain::tenant_id& id = domain::samples::tenant());
  std::shared_ptr<std::optional<command_reply>>
  place(const domain::order_pod& what, std::optional<idempotency> key = std::nullopt);
  std::shared_ptr<std::optional<command_reply>>
  destroy(const domain::pod_id& pod, std::optional<idempotency> key = std::nullopt);
  std::shared_ptr<std::optional<command_reply>> place(std::string plan = "starter") {
    return place(domain::samples::order(std::move(plan)));
  }

  std::shared_ptr<std::optional<command_reply>> act(const domain::pod_id& pod,
                                                    domain::item_action action,
                                                    std::optional<idempotency> key = std::nullopt);

  domain::holdings held(const domain::tenant_id& id = domain::samples::tenant());
  std::shared_ptr<const domain::pod_record> pod(const domain::pod_id& id);
  std::shared_ptr<const domain::job> job(const domain::job_id& id);

  /// The log goes on with what it has kept to itself.
  void unmute();
  /// The reader answers the loads that wait with what stands in the log now.
  void answer_loads();
  /// The node answers what it holds, and holds nothing any more.
  void answer_node();

  std::shared_ptr<log_book> log = std::make_shared<log_book>();
  std::shared_ptr<reader_script> reader = std::make_shared<reader_script>();
  std::shared_ptr<node_script> node = std::make_shared<node_script>();
  std::shared_ptr<engine_handles> handles = std::make_shared<engine_handles>();
  directory_actor directory;

private:
  fake_reader_actor loader_;
};

/// The accepted order or destroy of a reply that must be there.
const accepted& accepted_in(const std::shared_ptr<std::optional<command_reply>>& reply);
/// The code of a refusal that must be there.
domain::problem_code refused_in(const std::shared_ptr<std::optional<command_reply>>& reply);

} // namespace cloudpods::actors::tests
