#include "domain/stack_story.hpp"

#include <algorithm>

namespace cloudpods::domain::samples {

stack_resource resource(std::string role, std::vector<std::string> depends_on) {
  stack_resource made;
  made.hostname_pattern = "wp-{role}-{index}-{deployment}";
  made.role = std::move(role);
  made.depends_on = std::move(depends_on);
  return made;
}

stack_definition word_press() {
  stack_definition made;
  made.resources = {resource("app", {"db"}), resource("db")};
  made.post_create = {"configure", "register"};
  return made;
}

catalogue offers_with_tasks() {
  auto made = offers();
  made.ct_template_vmid = 9000;
  made.ct_disk_gb = 4;
  made.ct_storage = storage_name{"boxes"};
  made.ct_bridge = "vmbr1";
  made.ct_ip = ct_address_source::pool;
  made.post_create = {{"configure", {"/bin/configure", "{vmid:db}", "{tenantId}"}},
                      {"register", {"/bin/register", "a={ip:app}", "{unknown}"}}};
  return made;
}

deployment_makers stack_story::makers() {
  return {[this] { return item_id{"q-s" + std::to_string(++issued_)}; },
          [](const stack_task& task) {
            std::string text = task.name;
            for (const auto& each : task.argv)
              text += " " + each;
            return json_text{text};
          }};
}

expected<deployment_id> stack_story::deploy(const stack_definition& stack,
                                            stack_failure on_failure) {
  const auto number = std::to_string(++issued_);
  const deploy_ids named{deployment_id{"dep-" + number}, job_id{"job-s" + number},
                         [this] { return pod_id{"pod-s" + std::to_string(++issued_)}; }};
  deploy_stack command;
  command.slug = "wordpress";
  command.definition = stack;
  command.on_failure = on_failure;
  const auto& log = life.log;
  const auto members = judge(log.tenant(), log.offers(), command, named);
  if (!members)
    return std::unexpected{members.error()};
  std::vector<placement> places;
  for (const auto& each : *members) {
    auto place = life.log.allocator().hold(each.member.pod, each.order.place, life.now);
    if (!place)
      return std::unexpected{place.error()};
    places.push_back(*std::move(place));
  }
  life.append(accept(log.tenant(), log.offers(), command, *members, places, named, makers()));
  return named.deployment;
}

std::vector<new_event> stack_story::decide(const deployment_id& id) {
  return advance(life.log.tenant(), state(id), makers());
}

bool stack_story::push() {
  const auto open = life.log.tenant().open_deployments;
  for (const auto& each : open)
    if (const auto facts = decide(each); !facts.empty()) {
      life.append(facts);
      return true;
    }
  return false;
}

bool stack_story::settle(const chances& luck, int most) {
  for (int i = 0; i < most; ++i) {
    if (push())
      continue;
    bool acted = false;
    std::optional<instant> next;
    for (const auto& [id, record] : life.log.tenant().pods) {
      const auto pod = id;
      if ((acted = life.act(pod, luck)))
        break;
      if (const auto waits = life.next(pod).not_before)
        next = std::min(next.value_or(*waits), *waits);
    }
    if (!acted && !next)
      return true;
    if (!acted)
      life.now = *next;
  }
  return false;
}

expected<void> stack_story::cancel(const deployment_id& id) {
  const auto& of = state(id);
  const auto& which = *life.log.tenant().jobs.at(of.deploy_job);
  const auto facts = domain::cancel(life.log.tenant(), of, which, "enough", makers());
  if (!facts)
    return std::unexpected{facts.error()};
  life.append(*facts);
  return {};
}

expected<void> stack_story::destroy(const deployment_id& id) {
  const auto decided = domain::destroy(life.log.tenant(), state(id), {},
                                       job_id{"job-d" + std::to_string(++issued_)}, makers());
  if (!decided)
    return std::unexpected{decided.error()};
  if (const auto* facts = std::get_if<std::vector<new_event>>(&*decided))
    life.append(*facts);
  return {};
}

const pod& stack_story::pod_of(const deployment_id& id, const std::string& role) const {
  const auto& pods = state(id).order.pods;
  return life.state(std::ranges::find(pods, role, &stack_pod::role)->pod);
}

} // namespace cloudpods::domain::samples
