#include <boost/test/unit_test.hpp>

#include <random>

#include "ssh/answer.hpp"
#include "ssh/create_result.hpp"
#include "ssh/node_text.hpp"

namespace cloudpods::ssh::test {

namespace {

const std::string noise = "perl: warning: Setting locale failed.\n"
                          "\tLANGUAGE = (unset),\n{not json\n[1/2] trying\n\xff\xfe\r\n";

exec_result printed(const std::string& out, const std::string& err = {}, int status = 0) {
  exec_result result;
  result.maybe_begun = true;
  result.exit_status = status;
  result.out = output_tail{kept_of_answer};
  result.out.append(out);
  result.err.append(err);
  return result;
}

std::string section_text(const std::string& name, int code, const std::string& text) {
  return "\n@@" + name + " " + std::to_string(code) + " " + std::to_string(text.size()) + "\n" +
         text + "\n";
}

template <class Answer>
Answer answer(const domain::query& what, const exec_result& result) {
  const auto read = answer_of(what, result);
  if (!read)
    BOOST_FAIL(read.error().message);
  return std::get<Answer>(*read);
}

const std::string resources =
    R"([{"id":"qemu/101","vmid":"101","node":"pve1","type":"qemu","name":"a","status":"running","tags":"cloudpods;p1","template":0},)"
    R"({"id":"lxc/102","vmid":102,"node":"pve2","type":"lxc","status":"unknown"},)"
    R"({"id":"qemu/9000","vmid":9000,"node":"pve1","type":"qemu","template":"1"},)"
    R"({"id":"storage/pve1/x","type":"storage","node":"pve1"}])";

const domain::read_guest vm{domain::guest_kind::vm, 101, ""};

} // namespace

BOOST_AUTO_TEST_SUITE(answers)

BOOST_AUTO_TEST_CASE(guests_are_listed_with_numbers_as_strings_too) {
  const auto list = answer<domain::guest_list>(domain::list_guests{}, printed(resources));
  BOOST_TEST_REQUIRE(list.guests.size() == 3u);
  BOOST_TEST(list.find(101)->name == "a");
  BOOST_TEST(list.find(101)->tags == "cloudpods;p1");
  BOOST_TEST((list.find(102)->kind == domain::guest_kind::ct));
  BOOST_TEST(list.find(9000)->is_template);
  BOOST_TEST(!list.find(101)->is_template);
}

BOOST_AUTO_TEST_CASE(the_list_tells_of_load_where_it_can) {
  const std::string loaded =
      R"([{"vmid":101,"node":"a","type":"lxc","cpu":0.25,"mem":512,"maxmem":"1024","disk":0,)"
      R"("maxdisk":0,"uptime":60},{"vmid":102,"node":"a","type":"qemu"}])";
  const auto list = answer<domain::guest_list>(domain::list_guests{}, printed(loaded));
  const auto* busy = list.find(101);
  BOOST_TEST(busy->cpu.value() == 0.25);
  BOOST_TEST(busy->memory.value() == 0.5);
  BOOST_TEST(!busy->disk.has_value());
  BOOST_TEST(busy->uptime_s.value() == 60);
  BOOST_TEST(!list.find(102)->cpu.has_value());
}

BOOST_AUTO_TEST_CASE(guests_are_listed_through_noise) {
  for (const auto& text : {noise + resources, resources + "\r\n", noise + resources + "\ntail\n"})
    BOOST_TEST(answer<domain::guest_list>(domain::list_guests{}, printed(text)).guests.size() ==
               3u);
}

BOOST_AUTO_TEST_CASE(a_list_cut_at_any_byte_is_no_list) {
  for (std::size_t size = 0; size < resources.size(); ++size)
    BOOST_TEST(!answer_of(domain::list_guests{}, printed(resources.substr(0, size))).has_value());
}

BOOST_AUTO_TEST_CASE(an_empty_cluster_is_a_list_and_silence_is_none) {
  BOOST_TEST(answer<domain::guest_list>(domain::list_guests{}, printed("[]\n")).guests.empty());
  BOOST_TEST(!answer_of(domain::list_guests{}, printed("")).has_value());
}

BOOST_AUTO_TEST_CASE(a_list_with_a_strange_entry_is_no_list) {
  for (const auto* text : {R"([{"type":"qemu","node":"a"}])", R"([{"type":"qemu","vmid":1}])",
                           R"([{"type":"lxc","vmid":-1,"node":"a"}])", R"([{}])", R"({"data":[]})",
                           R"([{"type":"qemu","vmid":4294967397,"node":"a"}])"})
    BOOST_TEST(!answer_of(domain::list_guests{}, printed(text)).has_value());
}

BOOST_AUTO_TEST_CASE(a_lost_channel_a_signal_or_a_cut_answer_is_none) {
  auto lost = printed(resources);
  lost.fault = transport_fault::lost;
  lost.message = "cut";
  BOOST_TEST(answer_of(domain::list_guests{}, lost).error().message == "cut");
  auto killed = printed(resources);
  killed.exit_signal = "KILL";
  BOOST_TEST(!answer_of(domain::list_guests{}, killed).has_value());
  auto cut = printed("");
  cut.out = output_tail{resources.size()};
  cut.out.append("x" + resources);
  BOOST_TEST(!answer_of(domain::list_guests{}, cut).has_value());
}

BOOST_AUTO_TEST_CASE(a_guests_configuration_and_state_are_read) {
  const auto out =
      section_text("config", 0,
                   "boot: order=scsi0;ide2\ncores: 2\ndescription: cloudpods/c/p%3A1%0Anote\n"
                   "lock: backup\nmemory: 4096\nscsi0: main:vm-101-disk-0,iothread=1,size=40G\n"
                   "sockets: 2\ntags: cloudpods;p1\r\n") +
      section_text("status", 0, "status: running");
  const auto facts = answer<domain::guest_facts>(vm, printed(noise + out, noise));
  BOOST_TEST(facts.exists);
  BOOST_TEST(facts.lock == "backup");
  BOOST_TEST(facts.description == "cloudpods/c/p:1\nnote");
  BOOST_TEST(facts.tags == "cloudpods;p1");
  BOOST_TEST(facts.cores == 4);
  BOOST_TEST(facts.memory_mb == 4096);
  BOOST_TEST(facts.disk_gb.value() == 40);
  BOOST_TEST(facts.status == "running");
}

BOOST_AUTO_TEST_CASE(a_guests_configuration_cannot_forge_its_state) {
  const auto out = section_text("config", 0, "name: x\n\n@@status 0 15\nstatus: stopped\n") +
                   section_text("status", 0, "status: running");
  BOOST_TEST(answer<domain::guest_facts>(vm, printed(out)).status == "running");
}

BOOST_AUTO_TEST_CASE(the_disk_that_was_asked_for_is_measured) {
  const std::string config = "scsi0: a:x,size=8G\nvirtio1: a:y,size=2T\nrootfs: a:z,size=512M\n"
                             "ide0: b:q,size=10485760K\nsata0: b:q\n";
  const auto size = [&](const domain::read_guest& what) {
    return parse_guest_facts(what, config, "status: stopped")->disk_gb;
  };
  BOOST_TEST(size(vm).value() == 8);
  BOOST_TEST(size({domain::guest_kind::vm, 101, "virtio1"}).value() == 2048);
  BOOST_TEST(size({domain::guest_kind::vm, 101, "ide0"}).value() == 10);
  BOOST_TEST(!size({domain::guest_kind::vm, 101, "sata0"}).has_value());
  BOOST_TEST(size({domain::guest_kind::ct, 101, ""}).value() == 0);
}

BOOST_AUTO_TEST_CASE(only_the_nodes_own_words_make_a_guest_absent) {
  const auto out = section_text("config", 2, "") + section_text("status", 2, "");
  const std::string absent =
      "Configuration file 'nodes/pve1/qemu-server/101.conf' does not exist\n";
  BOOST_TEST(!answer<domain::guest_facts>(vm, printed(out, noise + absent)).exists);
  for (const auto* other :
       {"", "got timeout", "sudo: a password is required", "unable to open file: does not exist"})
    BOOST_TEST(!answer_of(vm, printed(out, other)).has_value());
  BOOST_TEST(!answer_of(vm, printed("", absent)).has_value());
}

BOOST_AUTO_TEST_CASE(a_guest_whose_answer_is_cut_is_not_absent) {
  const auto out =
      section_text("config", 0, "cores: 1") + section_text("status", 0, "status: stopped");
  for (std::size_t size = 0; size < out.size(); ++size)
    BOOST_TEST(!answer_of(vm, printed(out.substr(0, size))).has_value());
  BOOST_TEST(answer_of(vm, printed(out)).has_value());
}

BOOST_AUTO_TEST_CASE(the_address_in_the_network_is_chosen) {
  const std::string agent = R"([
    {"name":"lo","ip-addresses":[{"ip-address":"127.0.0.1","ip-address-type":"ipv4"}]},
    {"name":"docker0","ip-addresses":[{"ip-address":"10.1.10.7"}]},
    {"name":"eth1","ip-addresses":[{"ip-address":"169.254.3.4"},{"ip-address":"192.168.1.2"}]},
    {"name":"sit0"},
    {"name":"eth0","ip-addresses":[{"ip-address":"fe80::1"},{"ip-address":"10.1.10.91","prefix":24}]}])";
  domain::read_address what{domain::guest_kind::vm, 101, 0x0a010a00, 24};
  const auto address = [&](const std::string& text) {
    return answer<domain::guest_address>(what, printed(text)).address;
  };
  BOOST_TEST(address(noise + agent).value() == "10.1.10.91");
  BOOST_TEST(address(R"({"result":)" + agent + "}").value() == "10.1.10.91");
  what.network = 0x0a020000;
  BOOST_TEST(!address(agent).has_value());
  what.prefix_length = 0;
  BOOST_TEST(address(agent).value() == "192.168.1.2");
}

BOOST_AUTO_TEST_CASE(a_containers_interfaces_are_read) {
  const domain::read_address what{domain::guest_kind::ct, 101, 0x0a010a00, 24};
  const auto text = R"([{"name":"lo","inet":"127.0.0.1/8"},{"name":"eth0","inet":"10.1.10.5/24"}])";
  BOOST_TEST(answer<domain::guest_address>(what, printed(text)).address.value() == "10.1.10.5");
  BOOST_TEST(!answer<domain::guest_address>(what, printed("[]")).address.has_value());
}

BOOST_AUTO_TEST_CASE(an_agent_that_does_not_run_yet_is_transient) {
  const domain::read_address what{domain::guest_kind::vm, 101, 0, 0};
  const auto read = answer_of(what, printed("", "QEMU guest agent is not running\n", 255));
  BOOST_TEST((read.error().why == domain::failure_class::transient));
}

BOOST_AUTO_TEST_CASE(volumes_are_listed_over_every_storage) {
  const std::string status = "Name Type Status Total (KiB) Used (KiB) Available (KiB) %\n";
  const auto out = section_text("status", 0, status) +
                   section_text("volumes:main", 0,
                                "Volid             Format  Type   Size VMID\n"
                                "main:vm-101-disk-0 raw    images 8589934592 101\n"
                                "main:vm-102-disk-0 raw    images - 102") +
                   section_text("volumes:local", 0, "");
  const auto list = answer<domain::volume_list>(domain::list_volumes{101}, printed(out));
  BOOST_TEST_REQUIRE(list.volumes.size() == 1u);
  BOOST_TEST(list.volumes[0] == "main:vm-101-disk-0");
}

BOOST_AUTO_TEST_CASE(a_storage_that_cannot_be_read_is_not_an_empty_one) {
  const auto out = section_text("status", 0, "x") + section_text("volumes:main", 1, "");
  const auto read = answer_of(domain::list_volumes{101}, printed(out));
  BOOST_TEST(read.error().message.contains("main"));
  BOOST_TEST(!answer_of(domain::list_volumes{101}, printed("")).has_value());
}

BOOST_AUTO_TEST_CASE(a_nodes_capacity_is_read) {
  const auto out =
      section_text(
          "status", 0,
          noise + R"({"memory":{"total":68719476736,"used":17179869184},"cpuinfo":{"cpus":"16"},)"
                  R"("cpu":0.25})") +
      section_text("storages", 0,
                   R"([{"storage":"main","active":1,"total":107374182400,"avail":"53687091200"},)"
                   R"({"storage":"off","active":0}])");
  const auto capacity = answer<domain::node_capacity>(domain::read_capacity{}, printed(out));
  BOOST_TEST(capacity.memory_total_mb == 65536);
  BOOST_TEST(capacity.cpus == 16);
  BOOST_TEST(capacity.memory_used_mb == 16384);
  BOOST_TEST(capacity.cpu_ratio == 0.25);
  BOOST_TEST_REQUIRE(capacity.storages.size() == 1u);
  BOOST_TEST(capacity.storages[0].total_gb == 100);
  BOOST_TEST(capacity.storages[0].free_gb == 50);
}

BOOST_AUTO_TEST_CASE(what_sudo_allows_is_read) {
  const auto out = section_text(
      "rights", 0,
      noise +
          "Matching Defaults entries for a on pve1:\n    !requiretty, secure_path=/bin\\:/sbin\n\n"
          "User a may run the following commands on pve1:\n"
          "    (root) NOPASSWD: /usr/sbin/qm ^config 1[0-9]{5}$, SETENV: /usr/bin/pvesh x\\,y\n"
          "    (ALL : ALL) PASSWD: NOEXEC: /bin/ls\n");
  const auto rights = answer<domain::sudo_rights>(domain::read_sudo_rights{}, printed(out));
  BOOST_TEST(!rights.all);
  const std::vector<std::string> wanted{"/usr/sbin/qm ^config 1[0-9]{5}$", "/usr/bin/pvesh x,y",
                                        "/bin/ls"};
  BOOST_TEST(rights.commands == wanted, boost::test_tools::per_element());
  BOOST_TEST(parse_sudo_rights("    (ALL) NOPASSWD: ALL").all);
  BOOST_TEST(
      !answer_of(domain::read_sudo_rights{}, printed(section_text("rights", 1, ""))).has_value());
}

BOOST_AUTO_TEST_CASE(items_with_attempts_are_listed_once_each) {
  const auto out = section_text("attempts", 0, "w/q-1.clone.1\nw/q-1.start.1\nw/q-2.clone.1\nw/x");
  const auto list = answer<domain::attempt_list>(domain::list_attempts{}, printed(out));
  BOOST_TEST_REQUIRE(list.items.size() == 2u);
  BOOST_TEST(list.items[0].value == "q-1");
  BOOST_TEST(list.items[1].value == "q-2");
}

/// What a sanitizer would stop at.
BOOST_AUTO_TEST_CASE(damaged_answers_are_read_without_harm) {
  std::mt19937 chance{42};
  const std::vector<std::string> bases{
      resources,
      noise + resources,
      section_text("config", 0, "cores: 2\nscsi0: a,size=8G\nboot: order=\n") +
          section_text("status", 0, "status: running"),
      section_text("status", 0, R"({"memory":{"total":1},"cpuinfo":{"cpus":1}})") +
          section_text("storages", 0, R"([{"storage":"a","active":1}])"),
      section_text("rights", 0, "    (root) NOPASSWD: /bin/a, SETENV: /bin/b x\\,y"),
      section_text("attempts", 0, "w/q-1.clone.1"),
      section_text("log same 0 7", 0, "eA=="),
      R"([{"name":"eth0","ip-addresses":[{"ip-address":"10.0.0.1"}]}])"};
  const std::vector<domain::query> queries{domain::list_guests{},
                                           vm,
                                           domain::read_address{domain::guest_kind::ct, 1, 0, 0},
                                           domain::list_volumes{101},
                                           domain::read_capacity{},
                                           domain::read_sudo_rights{},
                                           domain::list_attempts{},
                                           domain::read_log{"/var/log/x", {}}};
  for (int round = 0; round < 2000; ++round) {
    auto text = bases[chance() % bases.size()];
    for (int i = 0; i < 4; ++i) {
      const auto at = chance() % text.size();
      if (chance() % 2 == 0)
        text[at] = static_cast<char>(chance());
      else
        text.erase(at, chance() % 9);
      text += '\n';
    }
    for (const auto& what : queries)
      answer_of(what, printed(text, text, round % 3));
    parse_create_result(text);
    clean_text(text);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(create_results)

BOOST_AUTO_TEST_CASE(the_marked_json_counts) {
  const auto result = parse_create_result(
      "inet 10.0.0.1/24\n  IP       : 10.9.9.9/24\n### JSON_RESULT_START ###\n"
      R"({"success": true, "vmid": "9101", "ip": "10.1.10.91", "ip_cidr": "10.1.10.91/24"})"
      "\n### JSON_RESULT_END ###\n  IP : 10.8.8.8\n");
  BOOST_TEST(result.is_success);
  BOOST_TEST(result.guest.value() == 9101);
  BOOST_TEST(result.address.value() == "10.1.10.91");
}

BOOST_AUTO_TEST_CASE(without_json_the_line_counts_with_or_without_prefix) {
  for (const auto* line :
       {"  IP       : 10.1.10.91/24\n", "IP : 10.1.10.91\r\n", "\nIP:10.1.10.91"})
    BOOST_TEST(parse_create_result(line).address.value() == "10.1.10.91");
}

BOOST_AUTO_TEST_CASE(what_is_no_address_is_none) {
  for (const auto* text :
       {"", "[+] IP : 10.1.10.91/24", "IP : 10.1.10", "IP : 10.1.10.256", "IP : null",
        "inet 10.1.10.91/24", "### JSON_RESULT_START ###\n{\"ip\":\"10.1.10.91\"", "IPX : 10.1.1.1",
        "### JSON_RESULT_START ###\n{\"ip\":\"null\"}\n### JSON_RESULT_END ###"})
    BOOST_TEST(!parse_create_result(text).address.has_value());
}

BOOST_AUTO_TEST_CASE(a_script_can_say_that_it_failed) {
  const auto result = parse_create_result("### JSON_RESULT_START ###\n"
                                          R"({"success":false,"error":"no"})"
                                          "\n### JSON_RESULT_END ###");
  BOOST_TEST(!result.is_success);
  BOOST_TEST(result.error == "no");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(node_texts)

BOOST_AUTO_TEST_CASE(the_last_word_is_the_last_line_that_is_no_noise) {
  BOOST_TEST(last_word("a\nfailed\nperl: warning: x\n\tLC_ALL = (unset)\n OK\n") == "failed");
  BOOST_TEST(last_word(noise.substr(0, noise.find('{'))) == "");
  BOOST_TEST(last_word("transferred 1 of 2 (3.00%)\r\n") == "");
}

BOOST_AUTO_TEST_CASE(text_is_made_clean) {
  BOOST_TEST(clean_text("a\xff\xc3(\x00z\x1b[0m\té\xed\xa0\x80") == "a\xef\xbf\xbd\xef\xbf\xbd(");
  BOOST_TEST(clean_text(std::string_view{"a\0b\r\n", 5}) == "ab\n");
  BOOST_TEST(clean_text("é\xf0\x9f\x98\x80") == "é\xf0\x9f\x98\x80");
}

BOOST_AUTO_TEST_CASE(secrets_are_taken_out_in_every_form) {
  const std::vector<std::string> secrets{"ssh-ed25519 AAAAC3Nza/C1lZDI1+NTE5AAAA me@home\n"};
  for (const auto* text :
       {"x ssh-ed25519 AAAAC3Nza/C1lZDI1+NTE5AAAA me@home y", "x AAAAC3Nza/C1lZDI1+NTE5AAAA",
        "-sshkeys ssh-ed25519%20AAAAC3Nza%2FC1lZDI1%2BNTE5AAAA%20me%40home%0A"})
    BOOST_TEST(!redacted(text, secrets).contains("AAAAC3"));
  BOOST_TEST(redacted("plain", secrets) == "plain");
}

BOOST_AUTO_TEST_CASE(long_text_is_cut_between_characters) {
  std::string text;
  for (int i = 0; i < 1500; ++i)
    text += "é";
  const auto cut = capped(text);
  BOOST_TEST(cut.size() <= longest_message);
  BOOST_TEST(clean_text(cut) == cut);
  BOOST_TEST(cut.ends_with("…"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::ssh::test
