#include "client/options.hpp"

#include <sstream>

#include <CLI/CLI.hpp>

namespace cloudpods::client {

namespace {

constexpr const char* about =
    "cloudpodsctl orders and looks after CloudPods.\n\n"
    "  CLOUDPODS_URL    where the daemon answers (http://127.0.0.1:8080)\n"
    "  CLOUDPODS_TOKEN  who you are: the bearer token that your panel gave you\n";
constexpr const char* examples =
    "\nExamples:\n"
    "  cloudpodsctl plans\n"
    "  cloudpodsctl order --plan starter --blueprint ubuntu-24-minimal --name shop-1 \\\n"
    "      --ssh-key ~/.ssh/id_ed25519.pub\n"
    "  cloudpodsctl list --status active\n"
    "  cloudpodsctl show shop-1\n"
    "  cloudpodsctl events --follow\n"
    "  cloudpodsctl destroy shop-1 --reason \"moved\"\n\n"
    "Exit codes: 0 done, 1 it failed (the reason on stderr), 2 wrong usage.\n";
constexpr const char* ref_help = "The pod: its name, its vmid, or its id (pod-…)";

/// Makes the words of one command, and its value when they were parsed.
struct words {
  CLI::App app{about, "cloudpodsctl"};
  common_options common;
  long patience_s = 3600;
  bool no_wait = false;
  order_options order;
  std::vector<std::string> metadata;
  list_options list;
  show_options show;
  destroy_options destroy;
  jobs_options jobs;
  quota_options quota;
  plans_options plans;
  events_options events;
};

void add_common(words& all) {
  auto& app = all.app;
  app.require_subcommand(1);
  app.fallthrough(); // `order --json` as well as `--json order`
  app.footer(examples);
  app.add_option("--url", all.common.url, "Address of the daemon, in place of CLOUDPODS_URL");
  app.add_option("--tenant", all.common.tenant, "The tenant, where your token may name one");
  app.add_flag("--json", all.common.json, "Print the API's JSON, for scripts");
  app.add_flag("--no-wait", all.no_wait, "Return as soon as it is accepted");
  app.add_option("--timeout", all.patience_s, "Seconds to wait for a job (3600)")
      ->check(CLI::Range(1L, 7L * 86400));
}

void add_order(words& all) {
  auto& order = all.order;
  auto* sub = all.app.add_subcommand("order", "Order a pod and wait until it is active");
  sub->add_option("--plan", order.plan, "The size, see: cloudpodsctl plans")->required();
  sub->add_option("--blueprint", order.blueprint, "What it is made from");
  sub->add_option("--name", order.name, "A DNS label: a to z, 0 to 9 and '-'");
  sub->add_option("--ssh-key", order.ssh_key_files, "File with public keys that may log in")
      ->check(CLI::ExistingFile);
  sub->add_option("--domain", order.domain, "The domain that it will serve");
  sub->add_option("--node", order.node, "The host it must be on");
  sub->add_option("--region", order.region, "The region it must be in");
  sub->add_option("--user-data", order.user_data_file, "File with cloud-init user data (VMs)")
      ->check(CLI::ExistingFile);
  sub->add_option("--subscription", order.subscription,
                  "The subscription it belongs to: ordered twice, it is made once");
  sub->add_option("--metadata", all.metadata, "key=value, carried along; may be given often");
}

void add_pods(words& all) {
  auto* list = all.app.add_subcommand("list", "List pods");
  list->add_option("--status", all.list.statuses,
                   "pending, provisioning, active, error, deleting, deleted; may be given often");
  list->add_option("--kind", all.list.kind, "vm or ct")->check(CLI::IsMember({"vm", "ct"}));
  list->add_option("--name", all.list.name, "What the names begin with");
  auto* show = all.app.add_subcommand("show", "Show one pod");
  show->add_option("pod", all.show.ref, ref_help)->required();
  auto* destroy = all.app.add_subcommand("destroy", "Destroy a pod and all that is on its disk");
  destroy->add_option("pod", all.destroy.ref, ref_help)->required();
  destroy->add_option("--reason", all.destroy.reason, "Why; kept in its events");
  destroy->add_flag("--yes,-y", all.destroy.is_confirmed, "Do not ask");
}

void add_rest(words& all) {
  auto* jobs = all.app.add_subcommand("jobs", "List jobs, newest first, or show one");
  jobs->add_option("id", all.jobs.id, "A job's id (job-…)");
  jobs->add_option("--status", all.jobs.status, "pending, running, success, failed, cancelled");
  jobs->add_option("--type", all.jobs.type, "provision, destroy, scale, backup, …");
  jobs->add_option("--limit", all.jobs.most, "How many (50)")->check(CLI::Range(1, 100000));
  auto* quota = all.app.add_subcommand("quota", "Show what you hold and what you may hold");
  quota->add_option("--plan", all.quota.plan, "Ask whether a pod of this plan would be allowed");
  quota->add_option("--blueprint", all.quota.blueprint, "… made from this blueprint");
  auto* plans = all.app.add_subcommand("plans", "List the plans on sale, or show one");
  plans->add_option("code", all.plans.code, "A plan's code");
  auto* events = all.app.add_subcommand("events", "List what happened, oldest first");
  events
      ->add_option("--since", all.events.since,
                   "Only what came after this number (0: from the beginning)")
      ->check(CLI::NonNegativeNumber);
  events->add_flag("--follow,-f", all.events.follow, "Go on with what happens from now on");
  events->add_option("--limit", all.events.most, "End after so many")
      ->check(CLI::Range(1, 1 << 30));
}

std::expected<void, early_end> take_metadata(words& all) {
  for (const auto& each : all.metadata) {
    const auto equals = each.find('=');
    if (equals == std::string::npos || equals == 0)
      return std::unexpected(early_end{2, "--metadata " + each + ": must be key=value\n"});
    all.order.metadata.emplace_back(each.substr(0, equals), each.substr(equals + 1));
  }
  return {};
}

command chosen(const words& all) {
  const auto name = all.app.get_subcommands().front()->get_name();
  if (name == "order")
    return all.order;
  if (name == "list")
    return all.list;
  if (name == "show")
    return all.show;
  if (name == "destroy")
    return all.destroy;
  if (name == "jobs")
    return all.jobs;
  if (name == "quota")
    return all.quota;
  if (name == "plans")
    return all.plans;
  return all.events;
}

} // namespace

std::expected<invocation, early_end> parse_arguments(int count, const char* const* arguments) {
  words all;
  add_common(all);
  add_order(all);
  add_pods(all);
  add_rest(all);
  try {
    all.app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    std::ostringstream text;
    const int code = all.app.exit(error, text, text);
    return std::unexpected(early_end{code == 0 ? 0 : 2, text.str()});
  }
  if (auto taken = take_metadata(all); !taken)
    return std::unexpected(taken.error());
  all.common.wait = !all.no_wait;
  all.common.patience = std::chrono::seconds{all.patience_s};
  return invocation{all.common, chosen(all)};
}

} // namespace cloudpods::client
