#pragma once

#include <array>
#include <memory>

#include "metrics/family.hpp"
#include "metrics/mailboxes.hpp"
#include "metrics/text_writer.hpp"

namespace cloudpods::metrics {

/// Seconds of answers and of writes to the log.
inline constexpr std::array quick_bounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                         0.1,    0.25,  0.5,    1.0,   2.5,  10.0,  30.0};
/// Seconds of commands on a node.
inline constexpr std::array command_bounds{0.01, 0.025, 0.05, 0.1,  0.25,  0.5,   1.0,
                                           2.5,  5.0,   15.0, 60.0, 300.0, 900.0, 3600.0};
/// Seconds of jobs.
inline constexpr std::array job_bounds{0.5,  1.0,   2.5,   5.0,   10.0,   30.0,
                                       60.0, 120.0, 300.0, 900.0, 3600.0, 14400.0};
/// Events of one transaction (architecture 3: at most 512).
inline constexpr std::array batch_bounds{1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0};

/// Everything that is counted while the daemon runs (contract 18). Shared by all threads.
struct meters {
  family<counter> http_requests{
      {"cloudpods_http_requests_total", "Answers, by method, pattern of the route and status"},
      {"method", "route", "status"}};
  family<histogram> http_durations{
      {"cloudpods_http_request_duration_seconds", "From a whole request to its answer"},
      {"method", "route"},
      quick_bounds};

  family<counter> jobs{{"cloudpods_jobs_total", "Jobs that ended, by type and how"},
                       {"action", "result"}};
  family<histogram> job_durations{
      {"cloudpods_job_duration_seconds", "From a job's acceptance to its end"},
      {"action"},
      job_bounds};

  family<counter> ssh_commands{
      {"cloudpods_ssh_commands_total", "Commands that ended on nodes, by what they were and how"},
      {"node", "operation", "result"}};
  family<histogram> ssh_durations{
      {"cloudpods_ssh_command_duration_seconds", "What a command took on its node and on the way"},
      {"node", "operation"},
      command_bounds};

  static constexpr description position_of_log{"cloudpods_event_log_position",
                                               "The seq of the last durable event"};
  gauge event_log_position;
  static constexpr description append_duration{"cloudpods_event_append_duration_seconds",
                                               "What a transaction of the event log took"};
  histogram append_durations{quick_bounds};
  static constexpr description batch_size{"cloudpods_event_batch_size",
                                          "Events of one transaction of the event log"};
  histogram batch_sizes{batch_bounds};

  metrics::mailboxes mailboxes;
};

/// Writes all of it. The log's position is left out where this daemon does not write the log.
void write(text_writer& to, const meters& all, bool leads);

} // namespace cloudpods::metrics
