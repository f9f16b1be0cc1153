#include <memory>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>

#include "broadcast_server.hpp"
#include "caller.hpp"
#include "listener.hpp"
#include "loads.hpp"
#include "site.hpp"

namespace cloudpods::bench {

namespace asio = boost::asio;

namespace {

/// As many streams as one tenant may have.
constexpr int listeners_of_tenant = 100;
constexpr std::chrono::seconds patience{60};

/// Many listeners on one thread.
class crowd {
public:
  ~crowd() { leave(); }

  void join(std::uint16_t port, const std::string& path, const std::string& token) {
    listeners_.push_back(std::make_unique<listener>(io_, port));
    asio::co_spawn(io_, listeners_.back()->run(path, token, all_), judge());
  }

  void do_too(asio::awaitable<void> work) { asio::co_spawn(io_, std::move(work), judge()); }

  template <class Reached>
  void run_until(Reached reached) {
    const auto until = steady::now() + patience;
    while (!reached()) {
      io_.run_one_for(std::chrono::milliseconds{100});
      if (fault_)
        std::rethrow_exception(fault_);
      if (steady::now() > until)
        throw std::runtime_error{"only " + std::to_string(all_.deliveries) + " deliveries came"};
    }
  }

  void run_until_all_listen() {
    run_until([this] { return all_.listening == static_cast<int>(listeners_.size()); });
  }

  void leave() {
    for (auto& each : listeners_)
      each->stop();
    io_.run_for(std::chrono::seconds{1});
  }

  asio::io_context& io() { return io_; }
  [[nodiscard]] const tally& all() const { return all_; }

private:
  std::function<void(std::exception_ptr)> judge() {
    return [this](std::exception_ptr why) {
      if (why)
        fault_ = std::move(why);
    };
  }

  asio::io_context io_{1};
  std::vector<std::unique_ptr<listener>> listeners_;
  tally all_;
  std::exception_ptr fault_;
};

asio::awaitable<void> order_pods(std::shared_ptr<caller> by, int orders, int& done) {
  for (int i = 0; i < orders; ++i) {
    const auto got =
        co_await by->post("/api/cloud-pods/order", order_body("shop-" + std::to_string(i)));
    if (got.status != 202)
      throw std::runtime_error{"no order: " + got.body};
  }
  ++done;
}

struct delivered {
  double per_second = 0;
  std::int64_t deliveries = 0;
  std::int64_t bytes_each = 0;
};

delivered of(const crowd& everybody, steady::time_point begun) {
  const auto& all = everybody.all();
  if (all.out_of_order > 0)
    throw std::runtime_error{std::to_string(all.out_of_order) + " events out of order"};
  return {static_cast<double>(all.deliveries) / seconds_since(begun), all.deliveries,
          all.bytes / std::max<std::int64_t>(all.deliveries, 1)};
}

delivered by_daemon(int tenants, int listeners, int orders) {
  site here{{.has_node = false}};
  here.start();
  crowd everybody;
  for (int i = 0; i < listeners; ++i)
    everybody.join(here.port(), "/api/cloud-pods/events/stream?since=0",
                   here.token(tenant_name(i % tenants)));
  everybody.run_until_all_listen();
  const auto begun = steady::now();
  int done = 0;
  for (int i = 0; i < tenants; ++i)
    everybody.do_too(order_pods(
        std::make_shared<caller>(everybody.io(), here.port(), here.token(tenant_name(i))), orders,
        done));
  everybody.run_until([&] { return done == tenants; });
  const auto events = here.count("SELECT count(*) FROM cloud_pod_events WHERE tenant_id <> ''");
  const auto wanted = events * listeners / tenants;
  everybody.run_until([&] { return everybody.all().deliveries >= wanted; });
  const auto got = of(everybody, begun);
  if (got.deliveries != wanted)
    throw std::runtime_error{"an event came twice"};
  return got;
}

std::string frame(int number, std::int64_t size) {
  auto text = R"({"type":"event","tenantSeq":)" + std::to_string(number) + R"(,"rest":")";
  text.resize(static_cast<std::size_t>(size) - 2, 'x');
  return text + "\"}";
}

delivered by_beast(int listeners, const delivered& like) {
  std::vector<std::string> frames;
  for (int i = 1; i <= like.deliveries / listeners; ++i)
    frames.push_back(frame(i, like.bytes_each));
  broadcast_server bare{std::move(frames)};
  crowd everybody;
  for (int i = 0; i < listeners; ++i)
    everybody.join(bare.port(), "/", "none");
  everybody.run_until_all_listen();
  const auto begun = steady::now();
  bare.begin();
  everybody.run_until([&] { return everybody.all().deliveries >= like.deliveries; });
  return of(everybody, begun);
}

figure measure(int tenants, int listeners, int orders) {
  const auto ours = by_daemon(tenants, listeners, orders);
  const auto floor = by_beast(listeners, ours);
  return {"events to " + text(listeners) + " subscribers, " +
              text(static_cast<double>(ours.deliveries)) + " deliveries of " +
              text(static_cast<double>(ours.bytes_each)) + " B",
          text(ours.per_second) + "/s, each once, in order",
          "bare Beast broadcast " + text(floor.per_second) + "/s",
          text(100 * ours.per_second / floor.per_second) + " %", "each once"};
}

} // namespace

figures fan_out(const amounts& size) {
  if (size.is_smoke)
    return {measure(1, 10, 5)};
  return {measure(2, 2 * listeners_of_tenant, 200), measure(10, 10 * listeners_of_tenant, 40)};
}

} // namespace cloudpods::bench
