#include "domain/model.hpp"

#include <sstream>

namespace cloudpods::domain::samples {

namespace {

std::string told(instant at) { return std::to_string(at.time_since_epoch().count()); }

template <class T>
std::string told(const std::optional<T>& maybe) {
  if (!maybe)
    return "-";
  if constexpr (requires { maybe->value; })
    return maybe->value;
  else if constexpr (std::same_as<T, instant>)
    return told(*maybe);
  else
    return *maybe;
}

void tell(std::ostream& out, const resources& amount) {
  for (const auto& each : dimensions)
    out << ' ' << amount.*each.amount;
}

void tell(std::ostream& out, const queue_item& item) {
  out << "\n  item " << item.id.value << ' ' << text(item.action) << ' ' << text(item.status) << ' '
      << item.retry_count << ' ' << item.error_message << ' ' << item.payload.value << ' '
      << told(item.created_at) << ' ' << told(item.updated_at) << ' ' << told(item.processed_at)
      << ' ' << told(item.run_after) << ' ' << item.undoing << ' ' << text(item.aim) << ' '
      << item.attempts << ' ' << item.failures << ' ' << item.failures_before << ' '
      << told(item.busy_since) << ' ' << told(item.ip_address) << ' ' << item.output.size();
  if (item.open)
    out << " open " << text(item.open->which) << ' ' << item.open->attempt << item.open->undoing
        << item.open->vmid_unseen << told(item.open->started_at);
  for (const auto each : item.done)
    out << " done " << text(each);
  for (const auto& each : item.volumes)
    out << " volume " << each;
  for (const auto each : item.begun)
    out << " begun " << text(each);
  out << ' ' << item.met_stranger << item.pending << item.error_code;
  if (item.archive)
    out << " archive " << item.archive->volume;
}

void tell(std::ostream& out, const job& about) {
  out << "\n job " << about.id.value << ' ' << about.pod.value << ' ' << about.tenant.value << ' '
      << about.user.value << ' ' << text(about.type) << ' ' << text(about.status) << ' '
      << about.payload.value << ' ' << about.cancel_requested << ' ' << told(about.created_at)
      << ' ' << told(about.started_at) << ' ' << told(about.finished_at) << ' '
      << told(about.updated_at) << ' ' << told(about.retry_of);
  if (about.error)
    out << " error " << about.error->code << ' ' << about.error->message;
  if (about.result)
    out << " result " << told(about.result->ip_address) << ' ' << about.result->guest.value_or(0);
  for (const auto& each : about.items)
    tell(out, each);
}

void tell(std::ostream& out, const pod& about) {
  const auto& order = about.order;
  out << "\npod " << about.id.value << ' ' << about.tenant.value << ' ' << text(about.status) << ' '
      << text(about.power) << ' ' << told(about.current_job) << ' ' << static_cast<int>(about.held)
      << ' ' << about.version << ' ' << told(about.created_at) << ' ' << told(about.updated_at)
      << ' ' << told(about.deleted_at) << ' ' << order.name << ' ' << order.guest << ' '
      << told(order.ip_address) << ' ' << order.plan.value << ' ' << about.remains.built
      << about.remains.unseen << about.remains.marked << about.remains.registered
      << about.remains.snippet;
  out << ' ' << order.cpu_cores << ' ' << order.memory_mb << ' ' << order.swap_mb << ' '
      << order.disk_gb << ' ' << about.pending_reboot << about.is_protected
      << about.suspended.has_value() << text(about.wanted) << about.remains.restoring;
  tell(out, about.growing);
  for (const auto& each : about.backups)
    out << " backup " << each.id << ' ' << each.archive.volume;
  for (const auto& each : about.snapshots)
    out << " snapshot " << each.name;
  if (about.error)
    out << " error " << text(about.error->code) << ' ' << about.error->message << ' '
        << about.error->cleanup_pending;
}

} // namespace

std::string told(const pod_record& record) {
  std::ostringstream out;
  tell(out, record.pod);
  for (const auto& each : record.jobs)
    tell(out, each);
  return out.str();
}

std::string told(const tenant_state& state) {
  std::ostringstream out;
  out << state.id.value << ' ' << state.exists << ' ' << state.name << ' ' << state.seq;
  tell(out, state.held.used);
  tell(out, state.held.reserved);
  for (const auto& [id, each] : state.pods)
    out << told(*each);
  for (const auto& [id, each] : state.jobs)
    tell(out, *each);
  for (const auto& [guest, pod] : state.by_vmid)
    out << "\n" << guest << " is " << pod.value;
  for (const auto& [name, pod] : state.by_name)
    out << "\n" << name << " is " << pod.value;
  for (const auto& [subscription, pod] : state.by_subscription)
    out << "\n" << subscription << " is " << pod.value;
  return out.str();
}

model::model(std::shared_ptr<const catalogue> offers)
    : offers_(std::move(offers)), allocator_(offers_) {
  tenant_.id = samples::tenant();
}

const node_description& model::site_of(const pod_id& pod) const {
  return *offers_->find_node(record(pod).pod.order.node);
}

void model::append(const std::vector<new_event>& facts, instant now) {
  for (auto& each : committed(facts, static_cast<std::int64_t>(events_.size()) + 1, now)) {
    each.stream_version = ++versions_[each.stream];
    allocator_.fold(each);
    evolve(tenant_, each);
    check(each);
    events_.push_back(std::move(each));
  }
  check_ledger();
  check_allotments();
}

} // namespace cloudpods::domain::samples
