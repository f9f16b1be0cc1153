#include <boost/test/unit_test.hpp>

#include "ssh/answer.hpp"

namespace cloudpods::ssh::test {

namespace {

constexpr auto vm = domain::guest_kind::vm;
constexpr auto ct = domain::guest_kind::ct;

std::string part(const std::string& name, int code, const std::string& text) {
  return "\n@@" + name + " " + std::to_string(code) + " " + std::to_string(text.size()) + "\n" +
         text + "\n";
}

exec_result said(const std::string& out, const std::string& err = {}) {
  exec_result result;
  result.maybe_begun = true;
  result.exit_status = 0;
  result.out.append(out);
  result.err.append(err);
  return result;
}

template <class Answer>
Answer answer(const domain::query& what, const exec_result& result) {
  const auto read = answer_of(what, result);
  if (!read)
    BOOST_FAIL(read.error().message);
  return std::get<Answer>(*read);
}

bool has_answer(const domain::query& what, const exec_result& result) {
  return answer_of(what, result).has_value();
}

const std::string banner = "Linux pve1 6.8.12-9-pve\r\nWelcome. IP : 192.0.2.1/24\r\n";
const std::string snapshots =
    R"([{"name":"two","snaptime":"2","description":"a: b\n","snapstate":"prepare"},)"
    R"({"name":"one","snaptime":1,"description":"","vmstate":0},)"
    R"({"name":"current","description":"You are here!","running":1,"parent":"one"}])";
const std::string backups = "Volid                                                       Format  "
                            "Type             Size VMID\r\n"
                            "st:backup/vzdump-qemu-101-2026_01_01-00_00_00.vma.zst       vma.zst "
                            "backup     2147483648 101\r\n"
                            "st:backup/vzdump-qemu-101-2026_01_02-00_00_00.vma.zst       vma.zst "
                            "backup              - 101\n"
                            "st:backup/vzdump-qemu-1011-2026_01_02-00_00_00.vma.zst      vma.zst "
                            "backup             ~5 1011\n";
const domain::list_backups list_backups{101, domain::storage_name{"st"}};

} // namespace

BOOST_AUTO_TEST_SUITE(answers_about_what_is_kept)

BOOST_AUTO_TEST_CASE(snapshots_are_listed_without_the_present_state) {
  const domain::list_snapshots what{vm, 101};
  for (const auto& text : {snapshots, banner + snapshots + "\n" + banner, snapshots + "\r\n"}) {
    const auto list =
        answer<domain::snapshot_list>(what, said(banner + part("snapshots", 0, text)));
    BOOST_TEST_REQUIRE(list.snapshots.size() == 2u);
    BOOST_TEST(list.snapshots[0].name == "two");
    BOOST_TEST(list.snapshots[0].description == "a: b");
    BOOST_TEST(list.snapshots[0].unfinished);
    BOOST_TEST(!list.snapshots[1].unfinished);
  }
}

BOOST_AUTO_TEST_CASE(no_list_of_snapshots_is_made_of_half_a_one) {
  const domain::list_snapshots what{vm, 101};
  const auto whole = part("snapshots", 0, snapshots);
  for (std::size_t size = 0; size + 1 < whole.size(); ++size)
    BOOST_TEST(!has_answer(what, said(whole.substr(0, size))));
  for (std::size_t size = 0; size < snapshots.size(); ++size)
    BOOST_TEST(!has_answer(what, said(part("snapshots", 0, snapshots.substr(0, size)))));
  BOOST_TEST(!has_answer(what, said(part("snapshots", 0, "[]"))));
  BOOST_TEST(!has_answer(what, said(part("snapshots", 0, R"([{"x":1},{"name":"current"}])"))));
  BOOST_TEST(!has_answer(what, said(part("snapshots", 2, ""), "got timeout\n")));
}

BOOST_AUTO_TEST_CASE(backups_are_those_of_the_guest) {
  const auto list =
      answer<domain::backup_list>(list_backups, said(part("backups", 0, banner + backups)));
  BOOST_TEST_REQUIRE(list.backups.size() == 2u);
  BOOST_TEST(list.backups[0].volume == "st:backup/vzdump-qemu-101-2026_01_01-00_00_00.vma.zst");
  BOOST_TEST(list.backups[0].size_bytes == 2147483648);
  BOOST_TEST(list.backups[1].size_bytes == 0);
  const auto headline = backups.substr(0, backups.find('\n') + 1);
  BOOST_TEST(answer<domain::backup_list>(list_backups, said(part("backups", 0, headline)))
                 .backups.empty());
}

BOOST_AUTO_TEST_CASE(no_list_of_backups_is_made_of_half_a_one) {
  const auto whole = part("backups", 0, backups);
  for (std::size_t size = 0; size + 1 < whole.size(); ++size)
    BOOST_TEST(!has_answer(list_backups, said(whole.substr(0, size))));
  BOOST_TEST(!has_answer(list_backups, said(part("backups", 0, ""))));
  BOOST_TEST(!has_answer(list_backups,
                         said(part("backups", 0, backups + "st:backup/vzdump-qemu-101-2026"))));
  BOOST_TEST(!has_answer(list_backups, said(part("backups", 2, ""), "storage 'st' is not online")));
}

BOOST_AUTO_TEST_CASE(waiting_changes_are_told_where_they_were_asked_for) {
  const domain::read_guest what{.kind = vm, .guest = 101, .disk = "", .pending = true};
  const auto read =
      part("config", 0, "cores: 2\nmemory: 512") + part("status", 0, "status: running");
  const auto pending = [&](const std::string& text) {
    return answer<domain::guest_facts>(what, said(read + part("pending", 0, text))).pending;
  };
  BOOST_TEST(!pending("cur cores: 2\ncur memory: 512\n"));
  BOOST_TEST(pending(banner + "cur cores: 2\r\nnew cores: 4\r\ncur memory: 512"));
  BOOST_TEST(pending("cur cores: 2\ndel tags: a"));
  BOOST_TEST(!has_answer(what, said(read)));
  BOOST_TEST(!has_answer(what, said(read + part("pending", 0, ""))));
  BOOST_TEST(!has_answer(what, said(read + part("pending", 255, "new cores: 4"))));
}

BOOST_AUTO_TEST_CASE(swap_is_a_containers) {
  const auto read = part("config", 0, "cores: 2\nswap: 256") + part("status", 0, "status: stopped");
  BOOST_TEST(answer<domain::guest_facts>(domain::read_guest{ct, 101}, said(read)).swap_mb == 256);
  BOOST_TEST(answer<domain::guest_facts>(domain::read_guest{vm, 101}, said(read)).swap_mb == 0);
}

BOOST_AUTO_TEST_CASE(a_machines_memory_counts_only_with_a_balloon) {
  const domain::read_health what{vm, 101, {}};
  const auto health = [&](const std::string& text) {
    return answer<domain::guest_health>(what, said(part("status", 0, text)));
  };
  const std::string plain =
      R"({"status":"running","qmpstatus":"io-error","uptime":"77","mem":95,"maxmem":100,"cpu":0})";
  BOOST_TEST(!health(plain).memory.has_value());
  BOOST_TEST(!health(plain).cpu.has_value());
  BOOST_TEST(health(banner + plain + "\n").status == "io-error");
  BOOST_TEST(health(plain).uptime_s.value() == 77);
  const auto with = health(R"({"status":"running","mem":"50","maxmem":"100","freemem":"9"})");
  BOOST_TEST(with.memory.value() == 0.5);
  BOOST_TEST(health(R"({"status":"stopped","qmpstatus":"stopped"})").status == "stopped");
  BOOST_TEST(!has_answer(what, said(part("status", 0, R"({"uptime":1})"))));
  BOOST_TEST(!has_answer(what, said(part("status", 0, plain.substr(0, 40)))));
  BOOST_TEST(!has_answer(what, said(part("status", 2, plain), "got timeout\n")));
}

BOOST_AUTO_TEST_CASE(an_agents_silence_is_told_from_words_about_something_else) {
  const domain::read_health what{vm, 101, {}};
  const auto agent = [&](int code, const std::string& text) {
    return answer<domain::guest_health>(
               what, said(part("status", 0, R"({"status":"running"})") + part("ping", code, text)))
        .agent;
  };
  BOOST_TEST(agent(0, "").value());
  BOOST_TEST(!agent(255, "QEMU guest agent is not running").value());
  BOOST_TEST(!agent(255, "VM 101 qga command 'guest-ping' failed - got timeout").value());
  BOOST_TEST(!agent(255, "No QEMU guest agent configured").has_value());
  BOOST_TEST(!agent(1, "sudo: a password is required").has_value());
}

BOOST_AUTO_TEST_CASE(a_containers_health_is_read_in_every_form) {
  const domain::read_health what{ct, 101, {"/x/health.sh"}};
  const std::string json =
      R"({"vmid":"101","status":"running","cpuPct":"2.5","memPct":50,"diskPct":101,"uptimeSec":60,"healthy":false,"issues":["disk is full",7]})";
  const auto status = part("status", 0, "status: running\r");
  for (const auto& text :
       {json, banner + json + "\r\n",
        "### JSON_RESULT_START ###\n" + json + "\n### JSON_RESULT_END ###\n==== x ====\n"}) {
    const auto health = answer<domain::guest_health>(what, said(part("health", 0, text) + status));
    BOOST_TEST(health.cpu.value() == 0.025);
    BOOST_TEST(health.memory.value() == 0.5);
    BOOST_TEST(!health.disk.has_value());
    BOOST_TEST(health.uptime_s.value() == 60);
    BOOST_TEST_REQUIRE(health.issues.size() == 1u);
    BOOST_TEST(health.issues[0] == "disk is full");
  }
  const auto lines = answer<domain::guest_health>(
      what,
      said(part("health", 0, banner + "vmid=101\r\nstatus=running\r\nnet=fail\r\n") + status));
  BOOST_TEST(!lines.reachable.value());
  BOOST_TEST(lines.issues.empty());
}

BOOST_AUTO_TEST_CASE(a_script_that_fails_or_speaks_of_another_leaves_the_status) {
  const domain::read_health what{ct, 101, {"/x/health.sh"}};
  const auto status = part("status", 0, "status: stopped");
  for (const auto& script : {part("health", 1, R"({"vmid":101,"status":"running","cpuPct":1})"),
                             part("health", 0, R"({"vmid":102,"status":"running","cpuPct":1})"),
                             part("health", 0, "vmid=102\nstatus=running\nnet=ok"),
                             part("health", 0, "{\"vmid\":1"), part("health", 0, "")}) {
    const auto health = answer<domain::guest_health>(what, said(script + status, "[!] no\n"));
    BOOST_TEST(health.status == "stopped");
    BOOST_TEST(!health.cpu.has_value());
    BOOST_TEST(!health.reachable.has_value());
    BOOST_TEST(health.issues.size() == 1u);
  }
  BOOST_TEST(!has_answer(what, said(status)));
  BOOST_TEST(
      !has_answer(what, said(part("health", 1, "") + part("status", 2, ""), "got timeout\n")));
  BOOST_TEST(has_answer(what, said(part("health", 0, "status=running") + part("status", 2, ""))));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::ssh::test
