#include "metrics/meters.hpp"

namespace cloudpods::metrics {

void write(text_writer& to, const meters& all, bool leads) {
  to.write(all.http_requests);
  to.write(all.http_durations);
  to.write(all.jobs);
  to.write(all.job_durations);
  to.write(all.ssh_commands);
  to.write(all.ssh_durations);
  if (leads) {
    to.begin(meters::position_of_log, kind::gauge);
    to.sample({}, all.event_log_position.value());
  }
  to.write(meters::append_duration, all.append_durations);
  to.write(meters::batch_size, all.batch_sizes);
  to.begin({"cloudpods_actor_mailbox_depth", "Messages that wait for an actor"}, kind::gauge);
  for (const auto& [name, depth] : all.mailboxes.depths())
    to.sample({{"actor", name}}, depth);
}

} // namespace cloudpods::metrics
