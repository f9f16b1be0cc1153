#include "client/command_table.hpp"

#include <array>

#include "client/commands.hpp"

namespace cloudpods::client {

namespace {

constexpr std::string_view pod_statuses = "pending provisioning active error deleting deleted";
constexpr std::string_view job_statuses = "pending running success failed cancelled";
constexpr std::string_view job_types =
    "provision destroy scale backup restore snapshot power suspend health sync stack";
constexpr std::string_view categories = "INFO WARN ERROR STATE_CHANGE BACKUP HEALTH";

constexpr std::string_view recommendation_statuses = "open applied dismissed expired";

constexpr std::string_view pods = "Pods";
constexpr std::string_view safety = "Backups and snapshots";
constexpr std::string_view power = "Power";
constexpr std::string_view follow = "Jobs and events";
constexpr std::string_view catalogue = "Catalogue and quota";
constexpr std::string_view stacks = "Stacks";
constexpr std::string_view operators = "For operators";
constexpr std::string_view shell = "Shell";

parameter flag(std::string_view name, std::string_view help) {
  return {.name = name, .help = help, .takes = form::flag};
}

parameter text(std::string_view name, std::string_view value, std::string_view help) {
  return {.name = name, .help = help, .value = value};
}

parameter file(std::string_view name, std::string_view help) {
  return {.name = name, .help = help, .takes = form::file, .value = "FILE"};
}

parameter whole(std::string_view name, std::string_view value, std::string_view help,
                std::int64_t least = 1, std::int64_t most = 1'000'000'000) {
  return {.name = name,
          .help = help,
          .takes = form::whole,
          .value = value,
          .least = least,
          .most = most};
}

parameter word(std::string_view name, std::string_view words, std::string_view help) {
  return {.name = name, .help = help, .takes = form::word, .value = "WORD", .words = words};
}

parameter required(parameter what) {
  what.often = count::required;
  return what;
}

parameter often(parameter what) {
  what.often = count::many;
  return what;
}

parameter one(std::string_view name, std::string_view help) {
  return required(text(name, {}, help));
}

const parameter ref = one("REF", "The pod: its name, its vmid, or its id (pod-…)");
const parameter reason = text("--reason", "TEXT", "Why; kept in the pod's events");
const parameter yes = flag("--yes,-y", "Do not ask");
const parameter force = flag("--force", "Do not wait for the guest: pull the plug");
const parameter guest_time = whole("--timeout", "S", "Seconds that the guest has for it", 1, 86400);
const parameter plan = text("--plan", "CODE", "The size, see: cloudpodsctl plans");
const parameter name_wanted = text("--name", "NAME", "A DNS label: a to z, 0 to 9 and '-'");
const parameter hook = one("ID", "The webhook's id, see: cloudpodsctl webhooks");
const parameter hook_names =
    often(text("--name", "NAME", "Only events of this name; '*' at its end; may be given often"));
const parameter recommendation =
    one("ID", "The recommendation's id (rec-…), see: cloudpodsctl recommendations");
const parameter snapshot_name = one("NAME", "The snapshot's name");

using enum effect;

// clang-format off
std::vector<command_row> make_table() {
  return {
  {pods, "order", "Order a pod and wait until it is active",
   "order --plan starter --blueprint ubuntu-24-minimal --name shop-1 --ssh-key ~/.ssh/id_ed25519.pub", starts_job,
   {required(plan), text("--blueprint", "CODE", "What it is made from, see: cloudpodsctl blueprints"), name_wanted,
    often(file("--ssh-key", "File with public keys that may log in; may be given often")),
    text("--domain", "NAME", "The domain that it will serve"), text("--node", "NAME", "The host it must be on"),
    text("--region", "NAME", "The region it must be in"), file("--user-data", "File with cloud-init user data (VMs)"),
    text("--subscription", "ID", "The subscription it belongs to: ordered twice, it is made once"),
    often(text("--metadata", "KEY=VALUE", "Carried along; may be given often"))}, run_order},
  {pods, "list", "List pods", "list --status active --status error", reads,
   {often(word("--status", pod_statuses, "Only with this status; may be given often")),
    word("--kind", "vm ct", "Virtual machines or containers"), text("--name", "TEXT", "What the names begin with"),
    word("--sort", "createdAt -createdAt", "Oldest or newest first")}, run_list},
  {pods, "show", "Show one pod", "show shop-1", reads, {ref}, run_show},
  {pods, "scale", "Make a pod larger or smaller; its disk only grows", "scale shop-1 --memory 4096 --reboot", starts_job,
   {ref, whole("--cpu", "N", "Cores"), whole("--memory", "MB", "Memory in MB"), whole("--disk", "GB", "Disk in GB"), plan,
    flag("--backup-first", "Make a backup before"), flag("--reboot", "Reboot it where its new size needs that"), reason}, run_scale},
  {pods, "sync", "Read state, size and address of a pod back from its node", "sync shop-1", starts_job, {ref}, run_sync},
  {pods, "health", "Show how a pod is", "health shop-1 --refresh", waits,
   {ref, flag("--refresh", "Check it now and wait for the result")}, run_health},
  {pods, "protect", "Refuse destroy, rollback and restore of a pod", "protect shop-1", changes, {ref}, run_protect},
  {pods, "unprotect", "Allow destroy, rollback and restore again", "unprotect shop-1", changes, {ref}, run_unprotect},
  {pods, "destroy", "Destroy a pod and all that is on its disk", "destroy shop-1 --final-backup --reason moved", starts_job,
   {ref, flag("--final-backup", "Make a last backup before"), reason, yes}, run_destroy},

  {safety, "backup", "Make a backup of a pod", "backup shop-1 --mode snapshot", starts_job,
   {ref, {.name = "--mode", .help = "How the guest goes on meanwhile (snapshot: it runs)", .takes = form::word, .value = "MODE",
          .words = "snapshot suspend stop"}, reason}, run_backup},
  {safety, "backups", "List the backups of a pod", "backups shop-1", reads, {ref}, run_backups},
  {safety, "restore", "Set a pod back to a backup; what came after is lost", "restore shop-1 BACKUP", starts_job,
   {ref, one("BACKUP", "The backup's id, see: cloudpodsctl backups"), yes}, run_restore},
  {safety, "snapshot create", "Keep a pod's disk as it is now", "snapshot create shop-1 before-upgrade", starts_job,
   {ref, snapshot_name, text("--description", "TEXT", "What it is for")}, run_snapshot_create},
  {safety, "snapshot list", "List the snapshots of a pod", "snapshot list shop-1", reads, {ref}, run_snapshot_list},
  {safety, "snapshot rollback", "Set a pod back to a snapshot; what came after is lost",
   "snapshot rollback shop-1 before-upgrade", starts_job, {ref, snapshot_name, yes}, run_snapshot_rollback},
  {safety, "snapshot delete", "Delete a snapshot", "snapshot delete shop-1 before-upgrade", starts_job,
   {ref, snapshot_name}, run_snapshot_delete},

  {power, "start", "Start a pod", "start shop-1", starts_job, {ref, force, guest_time}, run_start},
  {power, "stop", "Shut a pod down", "stop shop-1 --timeout 60", starts_job, {ref, force, guest_time}, run_stop},
  {power, "reboot", "Reboot a pod", "reboot shop-1", starts_job, {ref, force, guest_time}, run_reboot},
  {power, "suspend", "Stop a pod until it is resumed (platform tokens)", "suspend shop-1 --reason unpaid", starts_job,
   {ref, reason}, run_suspend},
  {power, "resume", "Let a suspended pod run again (platform tokens)", "resume shop-1", starts_job, {ref, reason}, run_resume},

  {follow, "jobs", "List jobs, newest first, or show one", "jobs --status failed", reads,
   {text("ID", {}, "A job's id (job-…)"), word("--status", job_statuses, "Only with this status"),
    word("--type", job_types, "Only of this type"), text("--pod", "REF", "Only of this pod"),
    whole("--limit", "N", "How many (50)", 1, 100000)}, run_jobs},
  {follow, "job cancel", "Cancel a job", "job cancel job-01J…", changes, {one("ID", "A job's id (job-…)")}, run_job_cancel},
  {follow, "job retry", "Try a failed or cancelled job again", "job retry job-01J…", starts_job,
   {one("ID", "A job's id (job-…)")}, run_job_retry},
  {follow, "events", "List what happened, oldest first", "events --follow --name 'pod.*'", reads,
   {whole("--since", "N", "Only what came after this number (0: from the beginning)", 0, INT64_MAX),
    flag("--follow,-f", "Go on with what happens from now on"), whole("--limit", "N", "End after so many", 1, 1 << 30),
    text("--pod", "REF", "Only of this pod"), text("--name", "NAME", "Only with this name; '*' at its end: that begin so"),
    word("--category", categories, "Only of this category"), flag("--all", "Of all tenants (operators)")}, run_events},

  {catalogue, "plans", "List the plans on sale, or show one", "plans starter", reads, {text("CODE", {}, "A plan's code")}, run_plans},
  {catalogue, "compare", "Put plans side by side", "compare starter premium", reads,
   {often(text("CODE", {}, "A plan's code; none: all on sale"))}, run_compare},
  {catalogue, "blueprints", "List what pods are made from, or show one", "blueprints", reads,
   {text("CODE", {}, "A blueprint's code")}, run_blueprints},
  {catalogue, "quota", "Show what you hold and what you may hold", "quota --plan premium", reads,
   {text("--plan", "CODE", "Ask whether a pod of this plan would be allowed"),
    text("--blueprint", "CODE", "… made from this blueprint")}, run_quota},
  {catalogue, "quota set", "Set a tenant's limits (operators); -1: no limit", "quota set --tenant T --max-pods 10", changes,
   {whole("--max-pods", "N", "Pods", -1), whole("--max-cpu", "N", "Cores", -1), whole("--max-memory", "MB", "Memory in MB", -1),
    whole("--max-disk", "GB", "Disk in GB", -1)}, run_quota_set},
  {catalogue, "quota recalculate", "Compare a tenant's count with its pods; changes nothing (operators)",
   "quota recalculate --tenant T", reads, {}, run_quota_recalculate},

  {stacks, "stack put", "Say what a stack is made of (operators)", "stack put web-shop /dev/stdin", changes,
   {one("SLUG", "What it is called"), required(file("FILE", "The document: version, resources, postCreate"))}, run_stack_put},
  {stacks, "stack list", "List the stacks that can be deployed", "stack list", reads, {}, run_stack_list},
  {stacks, "stack deploy", "Deploy a stack: several pods as one",
   "stack deploy web-shop --on-failure rollback --parameter size=small", starts_job,
   {one("SLUG", "The stack's blueprint"), word("--on-failure", "rollback keep", "What becomes of the pods where one fails"),
    often(text("--parameter", "KEY=VALUE", "For the stack; may be given often"))}, run_stack_deploy},
  {stacks, "stack show", "Show a stack's document, or a deployment", "stack show web-shop", reads,
   {one("ID", "The stack's blueprint, or a deployment's id (dep-…)")}, run_stack_show},
  {stacks, "stack status", "Show a deployment", "stack status dep-01J…", reads, {one("ID", "A deployment's id (dep-…)")}, run_stack_status},
  {stacks, "stack destroy", "Destroy a deployment with all its pods", "stack destroy dep-01J…", starts_job,
   {one("ID", "A deployment's id (dep-…)"), yes}, run_stack_destroy},

  {operators, "nodes", "List the hosts, or show one", "nodes pve1", reads, {text("NAME", {}, "A host's name")}, run_nodes},
  {operators, "nodes drain", "Put no new pods on a host", "nodes drain pve1", changes, {one("NAME", "The host's name")}, run_node_drain},
  {operators, "nodes resume", "Put new pods on a host again", "nodes resume pve1", changes, {one("NAME", "The host's name")}, run_node_resume},
  {operators, "tenants", "List tenants", "tenants", reads, {}, run_tenants},
  {operators, "tenants set", "Create or change a tenant", "tenants set T-1 --name 'Shop Ltd' --plan cloud-basic", changes,
   {one("ID", "The tenant's id"), text("--name", "TEXT", "Its name"), text("--slug", "TEXT", "Its short name, in host names"),
    text("--plan", "ID", "Its tenant plan, see: cloudpodsctl tenant-plans"), text("--owner", "ID", "The user who owns it"),
    text("--owner-email", "TEXT", "The owner's address"), text("--owner-name", "TEXT", "The owner's name"),
    text("--region", "NAME", "Where its pods go")}, run_tenants_set},
  {operators, "tenant-plans", "List what tenants can subscribe to", "tenant-plans", reads, {}, run_tenant_plans},
  {operators, "stats", "Show figures of the whole cloud", "stats", reads, {}, run_stats},
  {operators, "ready", "Ask whether the daemon can accept work", "ready", reads, {}, run_ready},
  {operators, "drift", "List where nodes and log differ", "drift", reads, {}, run_drift},
  {operators, "drift adopt", "Make a guest that was found a tenant's pod, or take its pod as it is",
   "drift adopt ID --tenant T", changes, {one("ID", "The difference, see: cloudpodsctl drift")}, run_drift_adopt},
  {operators, "drift forget", "End a pod whose guest is known to be gone", "drift forget ID", changes,
   {one("ID", "The difference, see: cloudpodsctl drift"), yes}, run_drift_forget},
  {operators, "drift ignore", "Say no more about a difference", "drift ignore ID", changes,
   {one("ID", "The difference, see: cloudpodsctl drift")}, run_drift_ignore},
  {operators, "reconcile", "Compare nodes and log now", "reconcile", changes, {}, run_reconcile},
  {operators, "webhooks", "List where events are delivered to", "webhooks", reads, {}, run_webhooks},
  {operators, "webhooks add", "Deliver events to an address; shows its secret, once", "webhooks add https://panel.example/events --name 'pod.*'",
   once, {one("ADDRESS", "Where to deliver to"), hook_names}, run_webhook_add},
  {operators, "webhooks set", "Change where to and what is delivered", "webhooks set ID --name 'pod.*' --name 'job.*'", changes,
   {hook, text("--address", "URL", "Where to deliver to"), hook_names}, run_webhook_set},
  {operators, "webhooks delete", "Deliver no more", "webhooks delete ID", changes, {hook, yes}, run_webhook_delete},
  {operators, "webhooks deliveries", "List what was delivered and what was not", "webhooks deliveries ID", reads, {hook}, run_webhook_deliveries},
  {operators, "webhooks redeliver", "Deliver again from an event on", "webhooks redeliver ID --from 1042", changes,
   {hook, required(whole("--from", "SEQ", "The number of the first event", 0, INT64_MAX))}, run_webhook_redeliver},

  {operators, "recommendations", "List what FocalPilot recommends, newest first", "recommendations --status open", reads,
   {often(word("--status", recommendation_statuses, "Only with this status; may be given often"))}, run_recommendations},
  {operators, "recommendations apply", "Do all that one recommends, or nothing of it", "recommendations apply rec-01J…", changes,
   {recommendation}, run_recommendation_apply},
  {operators, "recommendations dismiss", "Leave a recommendation", "recommendations dismiss rec-01J… --reason 'it is known'", changes,
   {recommendation, text("--reason", "TEXT", "Why; kept with it")}, run_recommendation_dismiss},

  {shell, "completion", "Print a completion script for your shell", "completion bash > /etc/bash_completion.d/cloudpodsctl", local,
   {required(word("SHELL", "bash zsh fish", "Your shell"))}, run_completion},
  };
}

const std::array globals{
  text("--url", "URL", "Address of the daemon, in place of CLOUDPODS_URL"),
  text("--tenant", "ID", "The tenant, where your token may name one"),
  flag("--json", "Print the API's JSON, for scripts"),
};

const parameter no_wait = flag("--no-wait", "Return as soon as it is accepted");
const parameter patience = whole("--wait-timeout", "S", "Seconds to wait for a job (3600)", 1, 7 * 86400);
const parameter key = text("--idempotency-key", "KEY", "Repeated with the same key, it happens once");
// clang-format on

} // namespace

std::span<const command_row> command_table() {
  static const auto table = make_table();
  return table;
}

std::vector<parameter> shared_parameters(effect does) {
  switch (does) {
  case reads:
  case once:
  case local:
    return {};
  case waits:
    return {no_wait, patience};
  case changes:
    return {key};
  case starts_job:
    return {no_wait, patience, key};
  }
  return {};
}

std::span<const parameter> global_parameters() { return globals; }

std::vector<std::string_view> words_of(const parameter& what) {
  std::vector<std::string_view> found;
  for (auto rest = what.words; !rest.empty();) {
    const auto end = std::min(rest.find(' '), rest.size());
    found.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return found;
}

} // namespace cloudpods::client
