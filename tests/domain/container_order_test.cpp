#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "domain/allocation.hpp"
#include "domain/samples.hpp"

using namespace cloudpods::domain;
using namespace cloudpods::domain::samples;

namespace {

struct container_fixture {
  catalogue all = [] {
    auto made = offers();
    made.ct_template_vmid = 9000;
    made.ct_cores = 2;
    made.ct_memory_mb = 2048;
    made.ct_swap_mb = 512;
    made.ct_disk_gb = 8;
    made.ct_storage = storage_name{"boxes"};
    made.ct_bridge = "vmbr1";
    made.tenant_plans = {{"cloud-basic", "cloud-basic", "Cloud Basic", "", {{5, 4, 4096, 40}}, {}}};
    return made;
  }();
  tenant_state state = [] {
    tenant_state made;
    made.id = tenant();
    return made;
  }();
  order_pod command = [] {
    order_pod made;
    made.container.emplace();
    made.name = "client-portal";
    return made;
  }();
  container_wish& wish = *command.container;

  auto judged() const { return judge(state, all, command, ids(42)); }
  admitted_order admitted() const { return std::get<admitted_order>(judged().value()); }
  problem refusal() const {
    const auto answer = judged();
    return answer ? problem{} : answer.error();
  }
  /// The field that the refusal is about.
  std::string fault() const {
    const auto why = refusal();
    BOOST_TEST((why.code == problem_code::validation_failed));
    return why.errors.empty() ? std::string{} : why.errors.front().field;
  }
  expected<placement> held_in(allocation& free, int pod) const {
    return free.hold(ids(pod).pod, admitted().place, after(0));
  }
  pod_ordered ordered(const placement& place) const {
    const auto facts = accept(state, all, command, admitted(), ids(42), place);
    return std::get<pod_ordered>(facts.at(2).payload);
  }
};

} // namespace

// Contract 7: a container that is ordered by its size.
BOOST_FIXTURE_TEST_SUITE(container_orders, container_fixture)

BOOST_AUTO_TEST_CASE(what_is_not_named_is_as_the_defaults_say) {
  const auto made = ordered({node_name{"pve1"}, 100000, "10.1.10.105"});
  BOOST_TEST((made.kind == guest_kind::ct));
  BOOST_TEST(made.name == "client-portal");
  BOOST_TEST(made.hostname == "client-portal");
  BOOST_TEST(made.cpu_cores == 2);
  BOOST_TEST(made.memory_mb == 2048);
  BOOST_TEST(made.swap_mb == 512);
  BOOST_TEST(made.disk_gb == 8);
  BOOST_TEST(made.storage.value == "boxes");
  BOOST_TEST(made.bridge == "vmbr1");
  BOOST_TEST(made.build.template_vmid == 9000);
  BOOST_TEST(made.build.template_disk_gb == 8);
  BOOST_TEST(made.plan.empty());
  BOOST_TEST(made.blueprint.empty());
  BOOST_TEST(made.snapshot.code.empty());
  BOOST_TEST(!made.vmid_named);
  BOOST_TEST(!made.named_address.has_value());
  BOOST_TEST((admitted().wanted == resources{1, 2, 2048, 8}));
}

BOOST_AUTO_TEST_CASE(what_is_named_is_taken_as_it_is) {
  wish = {4, 1024, 0, 20, "cloud-basic", 9101, "10.1.10.110"};
  command.blueprint = "debian";
  const auto place = admitted().place;
  BOOST_TEST(place.guest.value() == 9101);
  BOOST_TEST(place.ip_address.value() == "10.1.10.110");
  const auto made = ordered({node_name{"pve1"}, 9101, "10.1.10.110"});
  BOOST_TEST(made.cpu_cores == 4);
  BOOST_TEST(made.memory_mb == 1024);
  BOOST_TEST(made.swap_mb == 0);
  BOOST_TEST(made.disk_gb == 20);
  BOOST_TEST(made.blueprint.value == "debian");
  BOOST_TEST(made.storage.value == "clients");
  BOOST_TEST(made.vmid_named);
  BOOST_TEST(made.named_address.value() == "10.1.10.110");
  BOOST_TEST(made.plan.empty());
  BOOST_TEST(made.snapshot.code.value == "cloud-basic");
  BOOST_TEST(made.snapshot.vcpu == 4);
  BOOST_TEST(made.snapshot.storage_gb == 20);
}

BOOST_AUTO_TEST_CASE(the_default_blueprint_builds_it_where_it_makes_containers) {
  all.default_blueprint = blueprint_code{"debian"};
  BOOST_TEST(ordered({node_name{"pve1"}, 100000, {}}).blueprint.value == "debian");
}

BOOST_AUTO_TEST_CASE(it_goes_where_the_blueprints_say_that_the_template_is) {
  BOOST_TEST((admitted().place.candidates == std::vector{node_name{"pve1"}}));
  std::erase_if(all.blueprints, [](const auto& each) { return each.guest == guest_kind::ct; });
  BOOST_TEST((admitted().place.candidates == std::vector{node_name{"pve1"}, node_name{"pve2"}}));
  command.region = "west";
  BOOST_TEST((admitted().place.candidates == std::vector{node_name{"far1"}}));
  command.region = "moon";
  BOOST_TEST(fault() == "/region");
}

BOOST_AUTO_TEST_CASE(a_blueprint_has_to_be_there_and_to_make_containers) {
  command.blueprint = "windows";
  BOOST_TEST((refusal().code == problem_code::blueprint_not_found));
  command.blueprint = "ubuntu";
  BOOST_TEST(fault() == "/blueprintId");
}

BOOST_AUTO_TEST_CASE(a_disk_smaller_than_the_templates_is_refused) {
  wish.disk_gb = 7;
  BOOST_TEST(fault() == "/diskGb");
}

BOOST_AUTO_TEST_CASE(the_pod_must_fit_the_limits_of_the_plan_that_is_named) {
  wish.tenant_plan = "cloud-none";
  BOOST_TEST((refusal().code == problem_code::plan_not_found));
  wish.tenant_plan = "cloud-basic";
  wish.cpu_cores = 5;
  const auto why = refusal();
  BOOST_TEST((why.code == problem_code::quota_exceeded));
  BOOST_TEST(std::ranges::count(why.details, detail{"max_cpu_cores", std::int64_t{4}}) == 1);
  wish.cpu_cores = 4;
  BOOST_TEST(judged().has_value());
}

BOOST_AUTO_TEST_CASE(it_counts_against_the_tenants_quota_like_any_pod) {
  all.default_limits.most = {5, 1, -1, -1};
  BOOST_TEST((refusal().code == problem_code::quota_exceeded));
  wish.cpu_cores = 1;
  BOOST_TEST(judged().has_value());
}

BOOST_AUTO_TEST_CASE(a_vmid_of_a_protected_range_or_of_a_template_is_never_taken) {
  all.blueprints[0].template_vmid = 9100;
  for (const auto guest : {100003, 100004, 9000, 9100}) {
    wish.guest = guest;
    BOOST_TEST((refusal().code == problem_code::vmid_protected), guest);
  }
}

BOOST_AUTO_TEST_CASE(an_address_has_to_be_one_that_the_region_gives_out) {
  all.ct_ip = ct_address_source::pool;
  for (const auto* address : {"10.1.10.99", "10.1.10.150", "10.1.10.101", "192.168.0.1"}) {
    wish.ip_address = address;
    BOOST_TEST(fault() == "/ip", address);
  }
  wish.ip_address = "10.1.10.149";
  BOOST_TEST(judged().has_value());
  all.ct_ip = ct_address_source::script;
  wish.ip_address = "192.168.0.1";
  BOOST_TEST(judged().has_value());
}

BOOST_AUTO_TEST_CASE(a_vmid_or_address_that_is_named_is_given_once) {
  wish.guest = 9101;
  wish.ip_address = "10.1.10.110";
  allocation free{std::make_shared<const catalogue>(all)};
  const auto place = held_in(free, 1).value();
  BOOST_TEST(place.guest == 9101);
  BOOST_TEST(place.ip_address.value() == "10.1.10.110");
  wish.ip_address = "10.1.10.111";
  const auto same_vmid = held_in(free, 2).error();
  BOOST_TEST((same_vmid.code == problem_code::vmid_in_use));
  BOOST_TEST((same_vmid.details == std::vector<detail>{{"reason", std::string{"in_use"}}}));
  wish.guest = 9102;
  wish.ip_address = "10.1.10.110";
  BOOST_TEST((held_in(free, 2).error().code == problem_code::ip_in_use));
  free.end_hold(ids(1).pod);
  BOOST_TEST(held_in(free, 2).has_value());
}

BOOST_AUTO_TEST_CASE(what_rests_or_is_a_strangers_is_not_given_by_name_either) {
  wish.guest = 9101;
  allocation free{std::make_shared<const catalogue>(all)};
  const auto reason = [&] {
    return std::get<std::string>(held_in(free, 1).error().details[0].value);
  };
  free.note_guests(node_name{"pve1"}, {9101});
  BOOST_TEST(reason() == "in_use");
  free.note_guests(node_name{"pve1"}, {});
  free.restore_backup(9101, "bak-1");
  BOOST_TEST(reason() == "backups_kept");
  free.restore_released(9101, after(-10));
  BOOST_TEST(reason() == "quarantined");
  wish.guest.reset();
  wish.ip_address = "10.1.10.110";
  free.restore_released(*ipv4_from_text("10.1.10.110"), after(-10));
  BOOST_TEST((held_in(free, 1).error().code == problem_code::ip_in_use));
  BOOST_TEST(reason() == "quarantined");
}

BOOST_AUTO_TEST_CASE(of_several_refusals_of_a_container_the_first_of_the_contract_counts) {
  all.default_limits.most.pods = 0;
  wish.cpu_cores = 100;
  wish.tenant_plan = "cloud-basic";
  BOOST_TEST((refusal().code == problem_code::quota_exceeded));
  auto other = order();
  other.name = "client-portal";
  state = with_pod(std::move(state), other, 1, 100000);
  BOOST_TEST((refusal().code == problem_code::name_in_use));
  command.name = "another";
  wish.guest = 100000;
  BOOST_TEST((refusal().code == problem_code::vmid_in_use));
  wish.guest = 9000;
  BOOST_TEST((refusal().code == problem_code::vmid_protected));
}

BOOST_AUTO_TEST_SUITE_END()
