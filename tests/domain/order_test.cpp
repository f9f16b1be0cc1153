#include <boost/test/unit_test.hpp>

#include "domain/samples.hpp"

using namespace cloudpods::domain;
using namespace cloudpods::domain::samples;

namespace {

struct order_fixture {
  catalogue all = offers();
  tenant_state state = [] {
    tenant_state made;
    made.id = tenant();
    return made;
  }();
  order_pod command = order();

  auto judged() const { return judge(state, all, command, ids(42)); }
  admitted_order admitted() const { return std::get<admitted_order>(judged().value()); }
  problem refusal() const {
    const auto answer = judged();
    return answer ? problem{} : answer.error();
  }
  std::vector<std::string> nodes() const {
    std::vector<std::string> names;
    for (const auto& each : admitted().place.candidates)
      names.push_back(each.value);
    return names;
  }
  std::vector<new_event> accepted(const placement& place) const {
    return accept(state, all, command, admitted(), ids(42), place);
  }
};

using strings = std::vector<std::string>;

} // namespace

// Contract 5, 6.
BOOST_FIXTURE_TEST_SUITE(orders, order_fixture)

BOOST_AUTO_TEST_CASE(an_unknown_or_inactive_plan_is_refused_never_substituted) {
  for (const auto* plan : {"gold", "", "retired"}) {
    command.plan = plan;
    BOOST_TEST((refusal().code == problem_code::plan_not_found), plan);
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_or_inactive_blueprint_is_refused_never_substituted) {
  for (const auto* blueprint : {"windows", "", "old", "Ubuntu"}) {
    command.blueprint = blueprint;
    BOOST_TEST((refusal().code == problem_code::blueprint_not_found), blueprint);
  }
}

BOOST_AUTO_TEST_CASE(a_plan_is_found_by_its_aliases_and_kept_by_its_code) {
  command.plan = "cloud_pod_starter";
  const auto facts = accepted({node_name{"pve1"}, 100000, std::nullopt});
  BOOST_TEST(std::get<pod_ordered>(facts[2].payload).plan.value == "starter");
}

BOOST_AUTO_TEST_CASE(a_name_is_taken_from_the_domain_else_from_the_id) {
  BOOST_TEST(admitted().name == "pod-100042");
  command.primary_domain = "shop.example.org";
  BOOST_TEST(admitted().name == "shop");
  command.primary_domain = "localhost";
  BOOST_TEST(admitted().name == "localhost");
  command.name = "mine";
  BOOST_TEST(admitted().name == "mine");
}

BOOST_AUTO_TEST_CASE(a_name_from_an_id_is_in_lower_case) {
  const auto answer =
      judge(state, all, command, {pod_id{"pod-01JXYZABCDEF"}, job_id{"j"}, item_id{"i"}});
  BOOST_TEST(std::get<admitted_order>(answer.value()).name == "pod-abcdef");
}

BOOST_AUTO_TEST_CASE(a_name_of_a_live_pod_is_refused_also_where_it_is_derived) {
  command.name = "shop";
  state = with_pod(std::move(state), command, 1, 100000);
  BOOST_TEST((refusal().code == problem_code::name_in_use));
  BOOST_TEST((refusal().details == std::vector<detail>{{"name", std::string{"shop"}}}));
  command.name.reset();
  command.primary_domain = "shop.example.org";
  BOOST_TEST((refusal().code == problem_code::name_in_use));
}

BOOST_AUTO_TEST_CASE(a_disk_smaller_than_the_templates_is_as_large_as_the_templates) {
  command.plan = "student";
  BOOST_TEST((admitted().wanted == resources{1, 1, 1024, 8}));
  BOOST_TEST(admitted().place.disk_gb == 8);
  const auto facts = accepted({node_name{"pve1"}, 100000, std::nullopt});
  BOOST_TEST(std::get<pod_ordered>(facts[2].payload).disk_gb == 8);
  BOOST_TEST(std::get<pod_ordered>(facts[2].payload).snapshot.storage_gb == 2);
  BOOST_TEST((std::get<quota_reserved>(facts[1].payload).delta == resources{1, 1, 1024, 8}));
}

BOOST_AUTO_TEST_CASE(the_same_subscription_twice_is_the_same_pod) {
  command.subscription = "sub-1";
  state = with_pod(std::move(state), command, 1, 100000);
  const auto same = std::get<existing_pod>(judged().value());
  BOOST_TEST((same.pod == ids(1).pod));
  BOOST_TEST((same.job == ids(1).job));
}

BOOST_AUTO_TEST_CASE(a_subscription_with_another_plan_or_blueprint_is_in_use) {
  command.subscription = "sub-1";
  state = with_pod(std::move(state), command, 1, 100000);
  command.plan = "premium";
  BOOST_TEST((refusal().code == problem_code::subscription_in_use));
  command.plan = "starter";
  command.blueprint = "debian";
  BOOST_TEST((refusal().code == problem_code::subscription_in_use));
  BOOST_TEST((refusal().details == std::vector<detail>{{"podId", ids(1).pod.value}}));
}

BOOST_AUTO_TEST_CASE(a_subscription_is_in_use_while_its_pod_is_being_destroyed) {
  command.subscription = "sub-1";
  state = with_pod(std::move(state), command, 1, 100000);
  new_event asked;
  asked.stream = pod_stream(ids(1).pod);
  asked.tenant = tenant();
  asked.pod = ids(1).pod;
  asked.job = job_id{"job-d"};
  asked.payload = job_queued{job_type::destroy, {}, {}, std::nullopt};
  for (const auto& each : committed({asked}, state.seq + 1, after(5)))
    evolve(state, each);
  BOOST_TEST((refusal().code == problem_code::subscription_in_use));
}

BOOST_AUTO_TEST_CASE(a_subscription_of_a_deleted_pod_is_free_again) {
  command.subscription = "sub-1";
  command.name = "shop";
  state = with_pod(std::move(state), command, 1, 100000);
  new_event gone;
  gone.stream = pod_stream(ids(1).pod);
  gone.tenant = tenant();
  gone.pod = ids(1).pod;
  gone.payload = pod_deleted{};
  for (const auto& each : committed({gone}, state.seq + 1, after(5)))
    evolve(state, each);
  BOOST_TEST(std::holds_alternative<admitted_order>(judged().value()));
}

BOOST_AUTO_TEST_CASE(placement_prefers_the_blueprints_node_then_the_region) {
  BOOST_TEST((nodes() == strings{"pve1", "pve2"}));
  all.blueprints[0].default_node = node_name{"far1"};
  BOOST_TEST((nodes() == strings{"far1", "pve2", "pve1"}));
  command.region = "east";
  BOOST_TEST((nodes() == strings{"pve2", "pve1"}));
  command.region = "west";
  BOOST_TEST((nodes() == strings{"far1"}));
}

BOOST_AUTO_TEST_CASE(a_node_that_was_asked_for_is_the_only_one) {
  command.node = "pve2";
  BOOST_TEST((nodes() == strings{"pve2"}));
  command.region = "east";
  BOOST_TEST((nodes() == strings{"pve2"}));
}

BOOST_AUTO_TEST_CASE(a_node_or_region_that_cannot_be_is_a_fault_of_that_field) {
  command.node = "pve9";
  BOOST_TEST((refusal().code == problem_code::validation_failed));
  BOOST_TEST(refusal().errors.at(0).field == "/options/node");
  command.node = "pve1";
  command.region = "west";
  BOOST_TEST((refusal().code == problem_code::validation_failed));
  BOOST_TEST(refusal().errors.at(0).field == "/options/region");
  command.node.reset();
  command.region = "moon";
  BOOST_TEST(refusal().errors.at(0).field == "/options/region");
}

BOOST_AUTO_TEST_CASE(no_node_with_the_template_is_no_capacity) {
  all.nodes.clear();
  BOOST_TEST((refusal().code == problem_code::no_capacity));
}

BOOST_AUTO_TEST_CASE(user_data_needs_a_vm_and_a_node_with_snippets) {
  command.user_data = "#cloud-config";
  BOOST_TEST((nodes() == strings{"pve1"}));
  command.node = "pve2";
  BOOST_TEST((refusal().code == problem_code::user_data_unsupported));
  command.node.reset();
  command.blueprint = "debian";
  BOOST_TEST((refusal().code == problem_code::user_data_unsupported));
}

BOOST_AUTO_TEST_CASE(of_several_refusals_the_first_of_the_contract_counts) {
  all.default_limits.most.pods = 0;
  BOOST_TEST((refusal().code == problem_code::quota_exceeded));
  all.nodes.clear();
  BOOST_TEST((refusal().code == problem_code::no_capacity));
  command.node = "pve9";
  BOOST_TEST((refusal().code == problem_code::validation_failed));
  command.plan = "gold";
  BOOST_TEST((refusal().code == problem_code::plan_not_found));
}

BOOST_AUTO_TEST_CASE(an_accepted_order_is_one_append_with_its_reservation) {
  command.user_data = "#cloud-config";
  command.user_data_sha256 = "abc";
  command.metadata = {{"a", "b"}};
  const auto facts = accepted({node_name{"pve1"}, 100007, "10.1.10.105"});
  strings names;
  for (const auto& each : facts)
    names.emplace_back(event_name(each.payload));
  BOOST_TEST((names == strings{"tenant.created", "quota.reserved", "pod.ordered", "job.queued",
                               "item.queued"}));
  const auto& made = std::get<pod_ordered>(facts[2].payload);
  BOOST_TEST(made.guest == 100007);
  BOOST_TEST(made.region == "east");
  BOOST_TEST(made.build.prefix_length == 24);
  BOOST_TEST(made.build.gateway == "10.1.10.101");
  BOOST_TEST(made.build.user_data_bytes == 13);
  BOOST_TEST(made.build.user_data_sha256 == "abc");
  BOOST_TEST((made.metadata == command.metadata));
}

BOOST_AUTO_TEST_CASE(a_tenant_comes_into_being_once) {
  state = with_pod(std::move(state), command, 1, 100000);
  BOOST_TEST(state.exists);
  const auto facts = accepted({node_name{"pve1"}, 100007, std::nullopt});
  BOOST_TEST(std::holds_alternative<quota_reserved>(facts.front().payload));
}

BOOST_AUTO_TEST_CASE(a_container_wants_a_pool_address_only_where_the_pool_gives_them) {
  command.blueprint = "debian";
  BOOST_TEST(!admitted().place.wants_address);
  all.ct_ip = ct_address_source::pool;
  BOOST_TEST(admitted().place.wants_address);
}

BOOST_AUTO_TEST_CASE(an_event_that_was_folded_is_ignored_the_second_time) {
  const auto facts = committed(accepted({node_name{"pve1"}, 100007, std::nullopt}), 1, after(0));
  for (const auto& each : facts)
    evolve(state, each);
  const auto held = state.held;
  for (const auto& each : facts)
    evolve(state, each);
  BOOST_TEST((state.held == held));
  BOOST_TEST(state.seq == 5);
}

BOOST_AUTO_TEST_SUITE_END()
