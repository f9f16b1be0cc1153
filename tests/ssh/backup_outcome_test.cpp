#include <boost/test/unit_test.hpp>

#include "ssh/backup_result.hpp"
#include "ssh/outcome_reader.hpp"
#include "ssh/progress.hpp"

namespace cloudpods::ssh::test {

namespace {

using domain::failure_class;

attempt_report ended(int code, const std::string& err = {}, const std::string& out = {}) {
  return {report_state::ended, code, out, err, out.size(), err.size()};
}

domain::failed failure(const domain::operation& what, const attempt_report& report) {
  const auto outcome = outcome_of(what, report);
  BOOST_TEST_REQUIRE(std::holds_alternative<domain::failed>(outcome));
  return std::get<domain::failed>(outcome);
}

domain::succeeded success(const domain::operation& what, const attempt_report& report) {
  const auto outcome = outcome_of(what, report);
  if (const auto* no = std::get_if<domain::failed>(&outcome))
    BOOST_FAIL(no->message);
  BOOST_TEST_REQUIRE(std::holds_alternative<domain::succeeded>(outcome));
  return std::get<domain::succeeded>(outcome);
}

bool is_unknown(const domain::operation& what, const attempt_report& report) {
  return std::holds_alternative<domain::unknown>(outcome_of(what, report));
}

constexpr auto vm = domain::guest_kind::vm;
constexpr auto ct = domain::guest_kind::ct;
const domain::owner_mark mark{domain::controller_id{"c"}, domain::pod_id{"p"}};
const domain::storage_name store{"st"};
const domain::operation dump = domain::back_up{vm, 101, domain::backup_mode::stop, store, {}};
const domain::operation script =
    domain::back_up{ct, 102, domain::backup_mode::stop, store, {"/x/backup.sh"}};
const domain::operation rollback = domain::roll_back{vm, 101, mark, "one"};
const domain::operation restore = domain::restore_guest{vm, 101, mark, false, "v", store};

std::string log_of(int guest, const std::string& file) {
  return "INFO: trying to get global lock - waiting...\r\nINFO: creating vzdump archive "
         "'/mnt/pve/st/dump/" +
         file + "'\r\nINFO: Finished Backup of VM " + std::to_string(guest) + " (00:00:42)\r\n";
}

std::string block(const std::string& json) {
  return "### JSON_RESULT_START ###\n" + json + "\n### JSON_RESULT_END ###\n";
}

const std::string archive = "vzdump-qemu-101-2026_01_01-00_00_00.vma.zst";
const std::string ct_archive = "vzdump-lxc-102-2026_01_01-00_00_00.tar.zst";

} // namespace

BOOST_AUTO_TEST_SUITE(backup_outcomes)

BOOST_AUTO_TEST_CASE(a_backup_is_done_where_vzdump_says_that_it_finished_this_guest) {
  BOOST_TEST(success(dump, ended(0, "", log_of(101, archive))).archive.value() ==
             "st:backup/" + archive);
  BOOST_TEST((failure(dump, ended(0)).why == failure_class::permanent));
  BOOST_TEST(failure(dump, ended(0)).message.contains("on this node"));
  failure(dump, ended(0, "", log_of(1011, archive)));
  failure(dump, ended(255, "job errors\n", log_of(101, archive)));
  const std::string server = "INFO: creating Proxmox Backup Server archive "
                             "'vm/101/2026-01-15T02:00:02Z'\n"
                             "INFO: Finished Backup of VM 101 (00:00:42)\n";
  BOOST_TEST(success(dump, ended(0, "", server)).archive.value() ==
             "st:backup/vm/101/2026-01-15T02:00:02Z");
}

BOOST_AUTO_TEST_CASE(an_archive_of_another_guest_is_none) {
  BOOST_TEST(!success(dump, ended(0, "", log_of(101, ct_archive))).archive.has_value());
  BOOST_TEST(is_backup_of("st:backup/" + archive, 101));
  for (const auto* volume :
       {"st:backup/vzdump-qemu-1011-2026.vma", "st:images/vzdump-qemu-101-x", ":backup/vm/101/x",
        "st:backup/x/vzdump-qemu-101-y", "st:backup/vzdump-qemu-101-", "null", "",
        "st:backup/vzdump-qemu-101-a b"})
    BOOST_TEST(!is_backup_of(volume, 101));
}

BOOST_AUTO_TEST_CASE(a_script_must_say_that_it_did) {
  const auto volume = "st:backup/" + ct_archive;
  const auto done = block(R"({"success":true,"vmid":102,"backup_file":")" + volume + "\"}");
  BOOST_TEST(success(script, ended(0, "", done)).archive.value() == volume);
  BOOST_TEST(success(script, ended(0, "", "  File     : " + volume + "\r\n")).archive.value() ==
             volume);
  BOOST_TEST(!success(script, ended(0, "", block(R"({"success":true,"backup_file":"null"})")))
                  .archive.has_value());
  BOOST_TEST(is_unknown(script, ended(0)));
  BOOST_TEST(is_unknown(script, ended(0, "", block(R"({"success":true,"vmid":103})"))));
  BOOST_TEST(is_unknown(script, ended(0, "", block("{\"success\":true"))));
  failure(script, ended(0, "", block(R"({"success":false})")));
  failure(script, ended(1, "", done));
}

BOOST_AUTO_TEST_CASE(the_archive_that_vzdump_names_counts_before_the_scripts) {
  const auto out = log_of(102, ct_archive) +
                   block(R"({"success":true,"backup_file":"st:backup/vzdump-lxc-102-old.tar"})");
  BOOST_TEST(success(script, ended(0, "", out)).archive.value() == "st:backup/" + ct_archive);
}

BOOST_AUTO_TEST_CASE(why_a_backup_failed_is_in_its_log) {
  struct row {
    const char* line;
    failure_class why;
  };
  for (const auto& [line, why] : std::initializer_list<row>{
           {"ERROR: Backup of VM 101 failed - VM is locked (backup)", failure_class::busy},
           {"ERROR: can't acquire lock '/var/run/vzdump.lock' - got timeout", failure_class::busy},
           {"ERROR: Backup of VM 101 failed - unable to find VM '101'", failure_class::permanent},
           {"INFO: zstd: error 25 : Write error : No space left on device",
            failure_class::permanent},
           {"ERROR: Backup of VM 101 failed - storage 'st' is not online",
            failure_class::transient},
       })
    BOOST_TEST_CONTEXT(line) {
      const auto no =
          failure(dump, ended(255, "job errors\n",
                              "INFO: x\n" + std::string{line} + "\nINFO: Failed at 1\n"));
      BOOST_TEST((no.why == why));
      BOOST_TEST(no.message == line);
    }
  const auto full = failure(
      dump, ended(255, "job errors\n",
                  "INFO: zstd: No space left on device\nERROR: Backup of VM 101 failed - x\n"));
  BOOST_TEST((full.why == failure_class::permanent));
  BOOST_TEST(
      (failure(dump, ended(2, "can't use storage 'st' for backups - wrong content type\n")).why ==
       failure_class::permanent));
  BOOST_TEST(
      is_unknown(dump, ended(255, "", "ERROR: Backup of VM 101 failed - interrupted by signal\n")));
  BOOST_TEST(is_unknown(script, ended(143)));
}

BOOST_AUTO_TEST_CASE(a_guest_that_does_not_shut_down_is_a_matter_for_a_person) {
  const domain::operation ask = domain::stop_guest{vm, 101, true, 60};
  for (const auto* text : {"VM quit/powerdown failed - got timeout", "container did not stop"}) {
    const auto no = failure(ask, ended(255, std::string{text} + "\n"));
    BOOST_TEST((no.why == failure_class::permanent));
    BOOST_TEST(no.message == "the guest did not shut down within 60 s; ask with force");
  }
  BOOST_TEST(
      failure(ask, ended(255, "VM is paused - cannot shutdown\n")).message.contains("paused"));
  success(ask, ended(255, "CT 101 not running\n"));
  success(ask, ended(2, "Configuration file 'nodes/p/lxc/101.conf' does not exist\n"));
  const domain::operation insist = domain::stop_guest{vm, 101, true, 60, true};
  BOOST_TEST(
      (failure(insist, ended(255, "VM quit/powerdown failed\n")).why == failure_class::transient));
}

BOOST_AUTO_TEST_CASE(a_size_that_cannot_be_plugged_in_waits_for_the_restart) {
  const std::string no = "400 Parameter verification failed.\nmemory: hotplug problem - no numa\n";
  BOOST_TEST(success(domain::set_vm_size{101, 2, 4096}, ended(255, no))
                 .warning.value()
                 .contains("hotplug problem"));
  BOOST_TEST((failure(domain::set_vm_size{101, 2, 8},
                      ended(255, "400 Parameter verification failed.\nmemory: value must have a "
                                 "minimum value of 16\n"))
                  .why == failure_class::permanent));
}

BOOST_AUTO_TEST_CASE(what_a_script_of_ours_found_is_its_outcome) {
  for (const auto& what : {rollback, restore}) {
    BOOST_TEST((failure(what, ended(79, "cloudpods: not_ours\n")).why == failure_class::not_ours));
    BOOST_TEST((failure(what, ended(80, "cloudpods: unmarked\n")).why == failure_class::unmarked));
    BOOST_TEST((failure(what, ended(75, "x\ncloudpods: busy\n")).why == failure_class::busy));
    BOOST_TEST(is_unknown(what, ended(81, "x\ncloudpods: unclear\n")));
    BOOST_TEST((failure(what, ended(81, "x\n")).why == failure_class::transient));
  }
  const auto no =
      failure(rollback, ended(255, "can't rollback, 'one' is not most recent snapshot on "
                                   "'main:vm-101-disk-0'\n"));
  BOOST_TEST((no.why == failure_class::permanent));
  BOOST_TEST(no.message.contains("delete the newer ones first"));
}

BOOST_AUTO_TEST_CASE(a_restore_that_exits_zero_and_complains_failed) {
  failure(restore, ended(0, "unable to restore VM 101 - vm is running\n"));
  success(restore, ended(0, "perl: warning: Setting locale failed.\n"));
}

BOOST_AUTO_TEST_CASE(the_progress_of_backups_and_restores_is_read) {
  const auto percent = [](const std::string& line) {
    progress_reader reader;
    const auto news = reader.feed(line + "\n");
    return news ? news->percent : std::nullopt;
  };
  BOOST_TEST(percent("INFO:  12% (4.9 GiB of 40.0 GiB) in 9s, read: 560.2 MiB/s").value() == 12);
  BOOST_TEST(percent("INFO: 100% (4.9 GiB of 4.9 GiB) in 9s, read: 0 B/s, write: 1%").value() ==
             100);
  BOOST_TEST(percent("progress 7% (read 429522944 bytes, duration 9 sec)").value() == 7);
  BOOST_TEST(!percent("INFO: backup is sparse: 3.20 GiB (8%) total zero data").has_value());
  BOOST_TEST(!percent("space reduction due to 4K zero blocks 12%").has_value());
  BOOST_TEST(!percent("INFO: 101% x").has_value());
  progress_reader reader;
  BOOST_TEST(reader.feed("INFO: trying to get global lock - waiting...\n")->message ==
             "INFO: trying to get global lock - waiting...");
}

BOOST_AUTO_TEST_CASE(garbage_is_never_success_and_never_thrown_at) {
  std::string garbage;
  for (int i = 0; i < 4096; ++i)
    garbage += static_cast<char>(i * 37);
  for (const auto& what : {dump, script, rollback, restore})
    for (const auto code : {1, 75, 79, 81, 255})
      BOOST_TEST(!std::holds_alternative<domain::succeeded>(
          outcome_of(what, ended(code, garbage, garbage))));
  for (const auto& what : {dump, script})
    BOOST_TEST(
        !std::holds_alternative<domain::succeeded>(outcome_of(what, ended(0, garbage, garbage))));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::ssh::test
