#include <array>
#include <stdexcept>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include "daemon/chaos_site.hpp"
#include "support/files.hpp"

// Contract 3: SIGHUP; contract 18: the watchdog of systemd.

namespace cloudpods::tests {

namespace {

/// The file's text is changed after every token was made: making one writes the file anew.
struct reloaded_site : chaos_site {
  reloaded_site() {
    start();
    BOOST_TEST_REQUIRE(daemon().await_log("\"node-up"));
    client("acme");
    file_ = here().config_file();
    text_ = support::read_file(file_);
  }

  void edit(const std::string& from, const std::string& to) {
    const auto at = text_.find(from);
    if (at == std::string::npos)
      throw std::runtime_error{"the file does not say " + from};
    text_.replace(at, from.size(), to);
  }
  void add(const std::string& lines) { text_ += "\n" + lines + "\n"; }
  void hang_up() {
    support::write_file(file_, text_);
    daemon().process().signal(SIGHUP);
  }
  api_answer try_order(const std::string& plan, const std::string& name) {
    return client().post("/api/cloud-pods/order",
                         R"({"planCode":")" + plan + R"(","name":")" + name + "\"}");
  }
  /// How often the log holds it.
  int told(const std::string& text) {
    const auto log = daemon().log();
    int count = 0;
    for (auto at = log.find(text); at != std::string::npos; at = log.find(text, at + 1))
      ++count;
    return count;
  }

private:
  std::filesystem::path file_;
  std::string text_;
};

const std::string brand_new =
    "[[plans]]\ncode = \"brand-new\"\nname = \"Brand new\"\nprice_monthly = 9.5\nvcpu = 2\n"
    "ram_mb = 2048\nstorage_gb = 20\nswap_mb = 0\n";

/// What systemd is for the watchdog: a socket that hears notifications.
class notify_socket {
public:
  explicit notify_socket(const std::filesystem::path& path)
      : descriptor_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.string().copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
    if (::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error{"no socket at " + path.string()};
    const timeval limit{20, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  ~notify_socket() { ::close(descriptor_); }
  notify_socket(const notify_socket&) = delete;
  notify_socket& operator=(const notify_socket&) = delete;

  /// The next message; "" where none comes in time.
  std::string next() const {
    std::array<char, 4096> bytes{};
    const auto count = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
    return count > 0 ? std::string{bytes.data(), static_cast<std::size_t>(count)} : std::string{};
  }
  /// Passes over what comes before it.
  bool hears(const std::string& text) const {
    for (int most = 20; most > 0; --most)
      if (next().find(text) != std::string::npos)
        return true;
    return false;
  }

private:
  int descriptor_;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(a_reload, reloaded_site)

BOOST_AUTO_TEST_CASE(what_is_sold_and_its_limits_change_under_work) {
  const auto under_way = order("before");
  BOOST_TEST(try_order("brand-new", "too-early").status == 422);
  add(brand_new);
  edit("max_pods = 100\n", "max_pods = 2\n");
  edit("price_monthly = 1.49", "price_monthly = 1.99");
  hang_up();
  BOOST_TEST_REQUIRE(daemon().await_log("\"reloaded"));
  BOOST_TEST(store().value("SELECT count(*) FROM cloud_pod_plans WHERE code = 'brand-new'") == "1");
  const auto sold = daemon().anyone().get("/api/cloud-pods/plans/starter").json();
  BOOST_TEST(sold.at("priceMonthly").as_double() == 1.99);
  const auto after = try_order("brand-new", "after");
  BOOST_TEST(after.status == 202, after.text);
  BOOST_TEST(try_order("student", "too-many").status == 403);
  BOOST_TEST(end_of(under_way.job) == "success");
  BOOST_TEST(end_of(work_of(after).job) == "success");
  BOOST_TEST(told("\"restart-needed") == 0);
  BOOST_TEST(told("\"reload-refused") == 0);
}

BOOST_AUTO_TEST_CASE(a_file_with_faults_changes_nothing_and_every_fault_is_told_with_its_line) {
  add(brand_new);
  edit("max_pods = 100\n", "max_pods = \"many\"\n");
  edit("vcpu = 1\n", "vcpu = 0\n");
  hang_up();
  BOOST_TEST_REQUIRE(daemon().await_log("\"reload-refused"));
  BOOST_TEST_REQUIRE(node().wait_until([&] { return told("\"reload-refused") == 2; }));
  BOOST_TEST(daemon().log().find("quota.max_pods") != std::string::npos);
  BOOST_TEST(daemon().log().find("plans[0].vcpu") != std::string::npos);
  BOOST_TEST(daemon().log().find("cloudpods.toml:") != std::string::npos);
  BOOST_TEST(told("\"reloaded") == 0);
  BOOST_TEST(try_order("brand-new", "new").status == 422);
  BOOST_TEST(try_order("starter", "old").status == 202);
}

BOOST_AUTO_TEST_CASE(what_needs_a_restart_is_named_and_the_rest_is_taken_up) {
  add(brand_new);
  edit("backoff_max_ms = 100\n", "backoff_max_ms = 200\n");
  edit("[quota]\n", "[log]\nlevel = \"debug\"\n[quota]\n");
  hang_up();
  BOOST_TEST_REQUIRE(daemon().await_log("\"restart-needed"));
  BOOST_TEST(told("\"keys\":\"jobs.backoff_max_ms\"") == 1);
  BOOST_TEST(daemon().anyone().get("/api/cloud-pods/plans/brand-new").status == 200);
  BOOST_TEST(daemon().await_log("\"level\":\"debug\""));
}

BOOST_AUTO_TEST_CASE(a_blueprint_on_a_node_that_comes_with_a_restart_is_refused) {
  const std::string node = "name = \"pve1\"\n";
  edit(node, "name = \"pve2\"\n");
  for (int i = 0; i < 2; ++i)
    edit("nodes = [\"pve1\"]", "nodes = [\"pve2\"]");
  for (int i = 0; i < 2; ++i)
    edit("default_node = \"pve1\"", "default_node = \"pve2\"");
  hang_up();
  BOOST_TEST_REQUIRE(daemon().await_log("\"reload-refused"));
  BOOST_TEST(told("\"reloaded") == 0);
  BOOST_TEST(end_of(work_of(try_order("starter", "old")).job) == "success");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(the_watchdog)

BOOST_AUTO_TEST_CASE(systemd_hears_that_the_daemon_lives_and_reloads) {
  installation here;
  const notify_socket systemd{here.folder() / "notify"};
  running_daemon daemon{
      here,
      "daemon",
      {{"NOTIFY_SOCKET", (here.folder() / "notify").string()}, {"WATCHDOG_USEC", "8000000"}}};
  BOOST_TEST(systemd.hears("READY=1"));
  BOOST_TEST(systemd.hears("WATCHDOG=1"));
  daemon.await_serving();
  for (int i = 0; i < 3; ++i)
    BOOST_TEST(systemd.hears("WATCHDOG=1"));
  daemon.process().signal(SIGHUP);
  BOOST_TEST(systemd.hears("RELOADING=1"));
  BOOST_TEST(systemd.hears("READY=1"));
  BOOST_TEST(daemon.stop().code == 0);
  BOOST_TEST(daemon.log().find("watchdog-silent") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
