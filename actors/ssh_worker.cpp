#include "actors/ssh_worker.hpp"

#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <spdlog/spdlog.h>

#include "actors/command_words.hpp"
#include "actors/log_line.hpp"
#include "actors/worker_connection.hpp"
#include "ssh/answer.hpp"
#include "ssh/operation_argv.hpp"
#include "ssh/outcome_reader.hpp"
#include "ssh/progress.hpp"

namespace cloudpods::actors {

namespace {

constexpr std::chrono::seconds query_limit{60};
constexpr std::chrono::seconds end_limit{60};
constexpr int end_grace_s = 10;

/// What is to be done with a line that has ended.
using line_end = std::function<void(const ssh::exec_result&)>;

struct line_under_way {
  domain::pod_id pod; ///< empty: for nobody
  line_end end;
};

/// What a line that only looked at an attempt could not say of it: it may live.
bool is_unseen(const ssh::attempt_report& report) {
  return report.state == ssh::report_state::locked || report.state == ssh::report_state::broken ||
         report.state == ssh::report_state::running;
}

/// The worker's answer to what a report said of an attempt.
attempt_reply reply_of(const run_attempt& request, const ssh::attempt_report& report) {
  switch (report.state) {
  case ssh::report_state::never:
    return {never_started{}};
  case ssh::report_state::vanished:
    return {attempt_vanished{}};
  case ssh::report_state::short_input:
    return {connection_failed{false, "The connection ended before the command was sent."}};
  default:
    break;
  }
  if (request.resume && is_unseen(report))
    return {connection_failed{true, "The node does not tell of the command: " + report.err}};
  const auto answer = ssh::outcome_of(request.what, report);
  if (const auto* good = std::get_if<domain::succeeded>(&answer))
    return {*good};
  if (const auto* bad = std::get_if<domain::failed>(&answer))
    return {*bad};
  const auto& said = std::get<domain::unknown>(answer).message;
  if (report.state == ssh::report_state::ended)
    return {attempt_unclear{said}};
  return {connection_failed{true, said}};
}

/// The same of one that was to be ended because it is past its time: whatever it says after that
/// but that it was done.
attempt_reply late_reply_of(run_attempt request, const ssh::attempt_report& report) {
  request.resume = true;
  auto reply = reply_of(request, report);
  const bool is_over =
      report.state == ssh::report_state::ended || report.state == ssh::report_state::vanished;
  if (!is_over || std::holds_alternative<domain::succeeded>(reply.value))
    return reply;
  return {attempt_timed_out{"It took longer than " + std::to_string(request.limit.count()) +
                            " s and was ended on the node."}};
}

class worker_life {
public:
  void init(ssh_worker_actor::pointer actor, engine_ptr engine, worker_parts parts) {
    self_ = actor;
    engine_ = std::move(engine);
    setting_ = parts.setting;
    connection_ =
        std::make_unique<worker_connection>(parts, [shared = engine_] { return shared->chance(); });
  }

  caf::result<attempt_reply> attempt(const run_attempt& request) {
    auto promise = self_->make_response_promise<attempt_reply>();
    begin(request, promise);
    return promise;
  }

  caf::result<query_reply> query(run_query request) {
    const auto line = ssh::query_line(request.what, setting_);
    if (!line)
      return query_reply{
          std::unexpected{domain::failed{domain::failure_class::permanent, line.error(), {}}}};
    auto promise = self_->make_response_promise<query_reply>();
    run(request.pod, {line->text, line->input, query_limit, ssh::kept_of_answer}, {},
        [this, request, promise](const ssh::exec_result& result) mutable {
          auto answer = ssh::answer_of(request.what, result);
          count(word_of(request.what), answer ? "succeeded" : "failed", result);
          if (answer)
            promise.deliver(query_reply{std::move(*answer)});
          else
            promise.deliver(query_reply{std::unexpected{std::move(answer.error())}});
        });
    return promise;
  }

  /// Who follows the attempt learns how it ended.
  void end(const end_attempt& unwanted) {
    const ssh::attempt_reference name{
        {unwanted.item.value, std::string{domain::text(unwanted.which)}, unwanted.attempt},
        engine_->epoch->load()};
    const auto line =
        ssh::end_line(name, ssh::is_proxmox_task(unwanted.what), end_grace_s, setting_);
    if (line)
      run(unwanted.pod, {line->text, line->input, end_limit, ssh::kept_of_report}, {},
          counted("end"));
  }

  caf::result<announce_reply> announce() {
    const auto line = ssh::announce_line(engine_->epoch->load(), setting_);
    if (!line)
      return announce_reply{announcement::failed, line.error()};
    auto promise = self_->make_response_promise<announce_reply>();
    run({}, {line->text, line->input, query_limit, ssh::kept_of_report}, {},
        [this, promise](const ssh::exec_result& result) mutable {
          count("announce", how_of(result), result);
          promise.deliver(announced_of(result));
        });
    return promise;
  }

  void sweep(const sweep_items& ended) {
    std::vector<std::string> names;
    for (const auto& each : ended.items)
      names.push_back(each.value);
    const auto line = ssh::sweep_line(names, engine_->epoch->load(), setting_);
    if (line)
      run({}, {line->text, line->input, query_limit, ssh::kept_of_report}, {}, counted("sweep"));
  }

  void done(const line_done& news) {
    const auto found = lines_.find(news.number);
    if (found == lines_.end())
      return;
    const auto line = std::move(found->second);
    lines_.erase(found);
    if (spdlog::should_log(spdlog::level::debug))
      spdlog::debug("{}", log_line("node-line", "a line has ended",
                                   {{"node", setting_.node.value},
                                    {"podId", line.pod.value},
                                    {"us", std::to_string(news.result->on_node.count())}}));
    line.end(*news.result);
  }

private:
  using promise_type = caf::typed_response_promise<attempt_reply>;

  ssh::attempt_reference reference(const run_attempt& request) const {
    return {{request.item.value, std::string{domain::text(request.which)}, request.attempt},
            engine_->epoch->load()};
  }

  /// Both streams of a living command's line are looked at for how far it is.
  static std::function<void(ssh::stream, std::string_view)>
  progress_of(const run_attempt& request) {
    auto reader = std::make_shared<ssh::progress_reader>();
    return [reader, to = request.progress_to, item = request.item,
            which = request.which](ssh::stream from, std::string_view bytes) {
      if (from != ssh::stream::err || !to)
        return;
      if (const auto news = reader->feed(bytes))
        caf::anon_send(to, step_progress{item, which, news->percent.value_or(0), news->message});
    };
  }

  void run(const domain::pod_id& pod, ssh::exec_request request,
           std::function<void(ssh::stream, std::string_view)> output, line_end end) {
    const auto number = ++last_line_;
    lines_.emplace(number, line_under_way{pod, std::move(end)});
    if (!output)
      output = [](ssh::stream, std::string_view) {};
    connection_->run(
        std::move(request),
        {std::move(output),
         [me = caf::actor_cast<ssh_worker_actor>(self_), number](ssh::exec_result result) {
           caf::anon_send(me,
                          line_done{number, std::make_shared<ssh::exec_result>(std::move(result))});
         }});
  }

  void begin(const run_attempt& request, promise_type promise) {
    const auto name = reference(request);
    const auto line = request.resume ? ssh::attach_line(name, setting_)
                                     : ssh::start_line(name, request.what, setting_);
    if (!line) {
      promise.deliver(
          attempt_reply{domain::failed{domain::failure_class::permanent, line.error(), {}}});
      return;
    }
    ssh::exec_request exec{line->text, line->input, request.limit, ssh::kept_of_report};
    ++*engine_->running;
    run(request.pod, std::move(exec), progress_of(request),
        [this, request, promise, epoch = name.epoch](const ssh::exec_result& result) {
          --*engine_->running;
          ended(request, result, promise, epoch);
        });
  }

  /// Nothing was done, because our own log has raised the epoch since the line was written and
  /// another connection had brought it to the node: the line may go again.
  bool is_outrun_by_us(const ssh::attempt_report& report, std::int64_t epoch) const {
    return report.state == ssh::report_state::fenced && engine_->epoch->load() > epoch;
  }

  void ended(const run_attempt& request, const ssh::exec_result& result, promise_type promise,
             std::int64_t epoch) {
    const auto step = domain::text(request.which);
    if (const auto report = ssh::report_of(result)) {
      if (is_outrun_by_us(*report, epoch)) {
        count(step, "fenced", result);
        begin(request, promise);
        return;
      }
      auto reply = reply_of(request, *report);
      count(step, result_of(reply), result);
      promise.deliver(std::move(reply));
      return;
    }
    if (result.fault == ssh::transport_fault::timed_out && result.maybe_begun) {
      count(step, "timed_out", result);
      end_late(request, promise);
      return;
    }
    count(step, "lost", result);
    promise.deliver(attempt_reply{connection_failed{result.maybe_begun, fault_of(result)}});
  }

  static std::string_view how_of(const ssh::exec_result& result) {
    return result.is_success() ? "succeeded" : "failed";
  }

  void count(std::string_view operation, std::string_view how, const ssh::exec_result& result) {
    const std::string what{operation};
    auto& meters = *engine_->meters;
    meters.ssh_commands.of({setting_.node.value, what, std::string{how}}).add();
    meters.ssh_durations.of({setting_.node.value, what})
        .observe(std::chrono::duration<double>(result.on_node).count());
  }

  /// The end of a line of which nobody waits to hear.
  line_end counted(std::string_view operation) {
    return [this, operation](const ssh::exec_result& result) {
      count(operation, how_of(result), result);
    };
  }

  static announce_reply announced_of(const ssh::exec_result& result) {
    const auto report = ssh::report_of(result);
    if (!report)
      return {announcement::failed, fault_of(result)};
    if (report->state == ssh::report_state::announced)
      return {announcement::done, {}};
    if (report->state == ssh::report_state::fenced)
      return {announcement::fenced, report->err};
    return {announcement::failed, report->err};
  }

  static std::string fault_of(const ssh::exec_result& result) {
    if (!result.message.empty())
      return result.message;
    const auto said = result.err.text();
    return "The node gave no report. " + std::string{said.substr(0, 500)};
  }

  /// Past its time: ended on the node, then looked at (contract 11).
  void end_late(const run_attempt& request, promise_type promise) {
    const auto name = reference(request);
    const auto epoch = name.epoch;
    const auto line =
        ssh::end_line(name, ssh::is_proxmox_task(request.what), end_grace_s, setting_);
    if (!line) {
      promise.deliver(attempt_reply{connection_failed{true, line.error()}});
      return;
    }
    run(request.pod, {line->text, line->input, end_limit, ssh::kept_of_report}, {},
        [this, request, promise, epoch](const ssh::exec_result& result) mutable {
          count("end", how_of(result), result);
          const auto report = ssh::report_of(result);
          if (report && is_outrun_by_us(*report, epoch))
            end_late(request, promise);
          else if (report)
            promise.deliver(late_reply_of(request, *report));
          else
            promise.deliver(attempt_reply{connection_failed{true, fault_of(result)}});
        });
  }

  ssh_worker_actor::pointer self_ = nullptr;
  engine_ptr engine_;
  ssh::node_setting setting_;
  std::unique_ptr<worker_connection> connection_;
  std::map<std::uint64_t, line_under_way> lines_;
  std::uint64_t last_line_ = 0;
};

ssh_worker_actor::behavior_type ssh_worker(ssh_worker_actor::stateful_pointer<worker_life> self,
                                           engine_ptr engine, worker_parts parts) {
  auto& life = self->state;
  life.init(self, std::move(engine), std::move(parts));
  return {
      [&life](run_attempt& request) { return life.attempt(std::move(request)); },
      [&life](run_query& request) { return life.query(std::move(request)); },
      [&life](const end_attempt& unwanted) { life.end(unwanted); },
      [&life](announce_epoch) { return life.announce(); },
      [&life](const sweep_items& ended) { life.sweep(ended); },
      [&life](const line_done& news) { life.done(news); },
  };
}

} // namespace

ssh_worker_actor spawn_ssh_worker(caf::actor_system& system, engine_ptr engine,
                                  worker_parts parts) {
  return system.spawn(ssh_worker, std::move(engine), std::move(parts));
}

} // namespace cloudpods::actors
