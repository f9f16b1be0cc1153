#include <future>
#include <set>

#include <boost/test/unit_test.hpp>

#include "daemon/invariants.hpp"
#include "daemon/standing_pod.hpp"
#include "support/files.hpp"

// Contract 10, 11, 14: whatever happens to a command of an action, the action has one outcome, it
// is the right one, and pod, quota and node agree on it.

namespace cloudpods::tests {

namespace {

using support::node_fault;
using support::strike;

/// What may happen to a command.
struct trouble {
  std::string name;
  std::vector<node_fault> faults;
  bool is_borne = true; ///< the action has to succeed all the same
};

node_fault fault_of(const std::string& kind, strike when = strike::before, int exit = 255,
                    const std::string& text = {}) {
  return {.pattern = {}, .kind = kind, .when = when, .exit = exit, .text = text};
}

std::vector<trouble> all_troubles() {
  std::vector<trouble> all{
      {"dropped before", {fault_of("drop", strike::before)}},
      {"dropped half way", {fault_of("drop", strike::half)}},
      {"dropped after", {fault_of("drop", strike::after)}},
      {"done in noise",
       {fault_of("locale"), fault_of("banner"), fault_of("crlf"), fault_of("progress"),
        fault_of("garbage")}},
      {"nothing done, and success said", {fault_of("fail", strike::before, 0, "I/O error")}, false},
  };
  for (const auto when : {strike::before, strike::after}) {
    const std::string which = when == strike::before ? " before" : " after";
    all.push_back({"killed" + which, {fault_of("die", when)}});
    all.push_back({"hung" + which, {fault_of("hang", when)}});
    all.push_back({"failed for now" + which, {fault_of("fail", when, 1, "Connection timed out")}});
    all.push_back(
        {"failed" + which, {fault_of("fail", when, 1, "Permission check failed")}, false});
  }
  return all;
}

void hasty(installation& here) {
  here.set("jobs", "timeout_scale_s = 2\ntimeout_power_s = 2\ntimeout_snapshot_s = 2\n"
                   "timeout_backup_s = 2\ntimeout_restore_s = 2");
  here.set("health", "interval_s = 0");
  here.set("reconcile", "interval_s = 604800");
}

/// A site whose only pod is asked for deeds while its commands meet every trouble: with a second
/// one, what is troubled on purpose would open the node's circuit. It lives in one thread.
class troubled_site : chaos_site {
public:
  explicit troubled_site(const std::string& blueprint)
      : chaos_site(hasty), pod_(*this, blueprint) {}

  std::string live(const deed_cycle& deeds) {
    std::string wrong;
    try {
      start();
      pod_.make();
      for (const auto what : deeds)
        for (const auto& command : commands_of(what))
          for (const auto& each : all_troubles())
            wrong += meet(what, command, each);
      pod_.prepare(deed::stop);
      wrong += pod_.use() + pod_.wrong(true) + broken_invariants(*this);
    } catch (const std::exception& why) {
      wrong += std::string{why.what()} + "\n";
    }
    return wrong;
  }

private:
  std::set<std::string> commands_of(deed what) {
    pod_.prepare(what);
    const auto before = node().trace().size();
    if (const auto end = pod_.ask(what); end != "success")
      throw std::runtime_error{name_of(what) + " ended as '" + end + "': " + pod_.last_error()};
    const auto found = changing_commands(node(), before, pod_.ordered().vmid);
    return {found.begin(), found.end()};
  }

  std::string meet(deed what, const std::string& command, const trouble& each) {
    pod_.prepare(what);
    const auto name = "trouble-" + std::to_string(++number_);
    for (auto fault : each.faults) {
      fault.name = name;
      fault.pattern = "*" + command + "*";
      node().add_fault(fault);
    }
    const auto end = pod_.ask(what);
    auto wrong = judge(end, each);
    if (support::read_file(node().root() / "faults").find(" " + name + " ") != std::string::npos) {
      wrong += "the fault did not strike\n";
      node().clear_faults();
    }
    if (wrong.empty())
      return wrong;
    return name_of(what) + ", " + command + " " + each.name + ": '" + end + "' " +
           pod_.last_error() + "\n" + wrong;
  }

  std::string judge(const std::string& end, const trouble& each) {
    if (end == "success")
      return pod_.wrong(true);
    std::string wrong = each.is_borne ? "it did not succeed\n" : "";
    if (end != "failed")
      return wrong + "it did not end\n";
    wrong += pod_.mend();
    return wrong + pod_.disagreement();
  }

  standing_pod pod_;
  int number_ = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(action_faults)

BOOST_AUTO_TEST_CASE(actions_bear_whatever_happens_to_their_commands) {
  // Side by side: most of the time is waited.
  support::shared_postgres();
  const std::vector<deed_cycle> lives{{deed::stop, deed::start},
                                      {deed::reboot},
                                      {deed::suspend, deed::resume},
                                      {deed::scale},
                                      {deed::snapshot, deed::delete_snapshot},
                                      {deed::rollback},
                                      {deed::backup},
                                      {deed::restore}};
  std::vector<std::future<std::string>> all;
  for (const auto* blueprint : {vm_blueprint, ct_blueprint})
    for (const auto& deeds : lives)
      all.push_back(std::async(std::launch::async, [blueprint, &deeds] {
        return troubled_site{blueprint}.live(deeds);
      }));
  for (auto& each : all)
    BOOST_TEST(each.get() == "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
