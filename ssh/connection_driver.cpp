#include "ssh/connection_driver.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace cloudpods::ssh {

namespace asio = boost::asio;

namespace {

/// How long the end of a connection that nobody uses may go unseen behind what nobody reads.
constexpr std::chrono::seconds idle_look{1};

} // namespace

node_connection::driver::driver(asio::io_context& io, connection_settings settings,
                                connection_observer& observer, std::function<double()> chance)
    : io_(io), settings_(std::move(settings)), observer_(observer),
      machine_(settings_.pace, std::move(chance)), resolver_(io), socket_(io), timer_(io),
      idle_timer_(io) {}

void node_connection::driver::start() { perform(machine_.start()); }

void node_connection::driver::abandon() {
  is_abandoned_ = true;
  machine_.close();
  tear_down();
  runs_.clear();
}

void node_connection::driver::close() {
  if (machine_.action() == connection_action::stop)
    return;
  perform(machine_.close());
}

bool node_connection::driver::is_serving() const noexcept {
  return machine_.action() == connection_action::serve;
}

std::string node_connection::driver::name() const {
  return settings_.host + ":" + std::to_string(settings_.port);
}

void node_connection::driver::post(std::function<void()> call) {
  asio::post(io_, [self = weak_from_this(), call = std::move(call)] {
    const auto alive = self.lock();
    if (alive && !alive->is_abandoned_)
      call();
  });
}

void node_connection::driver::perform(connection_action action) {
  switch (action) {
  case connection_action::connect:
    return connect();
  case connection_action::handshake:
  case connection_action::authenticate:
    return establish();
  case connection_action::check_host_key:
    return check_host_key();
  case connection_action::serve:
    return serve();
  case connection_action::wait:
    return pause();
  case connection_action::stop:
    tear_down();
    settle_all(transport_fault::cancelled, machine_.sentence());
    return tell_down();
  }
}

void node_connection::driver::connect() {
  timer_.expires_after(settings_.connect_timeout);
  timer_.async_wait(guarded([](driver& self, error fault) {
    // The timer may have run out just as the connection stood.
    if (!fault && !self.is_serving())
      self.fail(connection_fault::timed_out, "no connection to " + self.name() + " in time");
  }));
  resolver_.async_resolve(
      settings_.host, std::to_string(settings_.port),
      guarded([](driver& self, error fault, const tcp::resolver::results_type& addresses) {
        if (fault)
          return self.fail(connection_fault::network,
                           "the name " + self.settings_.host + " is not found: " + fault.message());
        self.dial(addresses);
      }));
}

void node_connection::driver::dial(const tcp::resolver::results_type& addresses) {
  asio::async_connect(
      socket_, addresses, guarded([](driver& self, error fault, const auto& /*where*/) {
        if (fault)
          return self.fail(connection_fault::network,
                           "no connection to " + self.name() + ": " + fault.message());
        self.prepare_socket();
      }));
}

void node_connection::driver::prepare_socket() {
  try {
    socket_.set_option(tcp::no_delay{true}); // without it each line waits 40 ms for an ACK
    socket_.non_blocking(true);
    socket_.native_non_blocking(true);
    // What is sent and never acknowledged, keep-alives too, ends the connection.
    const auto patience = static_cast<unsigned>(3 * settings_.keepalive.count());
    ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &patience,
                 sizeof patience);
    const auto known = text_of(settings_.known_hosts_file);
    if (!known)
      return fail(connection_fault::refused_key, known.error());
    session_.emplace(socket_.native_handle(),
                     known_hosts{*known}.preferred_types(settings_.host, settings_.port));
  } catch (const std::exception& fault) {
    return fail(connection_fault::network, fault.what());
  }
  perform(machine_.succeeded());
}

void node_connection::driver::establish() {
  const bool is_login = machine_.action() == connection_action::authenticate;
  const auto how = is_login ? session_->authenticate(settings_.user, settings_.private_key_file)
                            : session_->handshake();
  switch (how) {
  case step::done:
    return perform(machine_.succeeded());
  case step::blocked:
    arm_write();
    [[fallthrough]];
  case step::later:
    return arm_read();
  case step::broken:
    const auto why = session_->last_error();
    return is_login ? fail(connection_fault::refused_login,
                           name() + " refuses the login of " + settings_.user + ": " + why)
                    : fail(connection_fault::network, "no SSH with " + name() + ": " + why);
  }
}

void node_connection::driver::check_host_key() {
  const auto key = session_->server_key();
  const auto known = text_of(settings_.known_hosts_file);
  if (!known)
    return refuse_host_key(key, "", known.error());
  const auto check = known_hosts{*known}.check(settings_.host, settings_.port, key);
  if (check.verdict == key_verdict::match)
    return perform(machine_.succeeded());
  if (check.verdict == key_verdict::unknown && settings_.policy == host_key_policy::accept_new &&
      !key.type().empty()) {
    const auto pinned = pin(settings_.known_hosts_file, settings_.host, settings_.port, key);
    if (!pinned)
      return refuse_host_key(key, "", pinned.error());
    post([this, print = key.fingerprint()] { observer_.host_key_pinned(print); });
    return perform(machine_.succeeded());
  }
  const std::string_view what = check.verdict == key_verdict::unknown   ? "is not known"
                                : check.verdict == key_verdict::revoked ? "is revoked"
                                                                        : "has changed";
  refuse_host_key(key, check.known_fingerprints, "the host key " + std::string{what});
}

void node_connection::driver::refuse_host_key(const host_key& key, const std::string& known,
                                              const std::string& why) {
  const auto sentence = name() + ": " + why + ": offered " + key.fingerprint() + ", pinned " +
                        (known.empty() ? "none" : known);
  const host_key_refusal refusal{key.fingerprint(), known, sentence};
  post([this, refusal] { observer_.host_key_refused(refusal); });
  fail(connection_fault::refused_key, sentence);
}

void node_connection::driver::serve() {
  serving_since_ = heard_ = clock::now();
  told_down_.clear();
  post([this] { observer_.up(); });
  keep_alive();
  arm_read();
  pump();
}

void node_connection::driver::pause() {
  tear_down();
  if (machine_.is_key_refused())
    settle_all(transport_fault::host_key_refused, machine_.sentence());
  else
    finish_settled();
  tell_down();
  timer_.expires_after(machine_.wait_time());
  timer_.async_wait(guarded([](driver& self, error fault) {
    if (!fault)
      self.perform(self.machine_.waited());
  }));
}

void node_connection::driver::fail(connection_fault why, const std::string& sentence) {
  perform(machine_.failed(why, sentence));
}

void node_connection::driver::lose(const std::string& sentence) {
  using std::chrono::milliseconds;
  const auto served = std::chrono::duration_cast<milliseconds>(clock::now() - serving_since_);
  perform(machine_.lost("the connection to " + name() + " was lost: " + sentence, served));
}

void node_connection::driver::tear_down() {
  ++generation_; // what is still on its way is about the old socket
  timer_.cancel();
  idle_timer_.cancel();
  resolver_.cancel();
  blocked_ = opening_ = nullptr;
  is_reading_ = is_writing_ = is_keepalive_due_ = false;
  session_.reset();
  for (auto& each : runs_)
    each.channel.connection_lost(machine_.sentence());
  error ignored;
  socket_.close(ignored);
}

void node_connection::driver::tell_down() {
  const auto sentence = machine_.sentence();
  if (std::exchange(told_down_, sentence) != sentence)
    post([this, sentence] { observer_.down(sentence); });
}

void node_connection::driver::arm_read() {
  if (std::exchange(is_reading_, true))
    return;
  socket_.async_wait(tcp::socket::wait_read, guarded([](driver& self, error) {
                       self.is_reading_ = false;
                       self.heard_ = clock::now();
                       self.ready();
                     }));
}

/// Without a channel libssh2 reads nothing: what comes then stays in the socket, which is readable
/// for ever. It is not waited for; only its end is looked for.
void node_connection::driver::watch_idle() {
  pollfd state{socket_.native_handle(), POLLIN | POLLRDHUP, 0};
  ::poll(&state, 1, 0);
  if ((state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0)
    return lose("the node closed it");
  if ((state.revents & POLLIN) == 0)
    arm_read();
  idle_timer_.expires_after(idle_look);
  idle_timer_.async_wait(guarded([](driver& self, error fault) {
    if (!fault && self.is_serving() && self.runs_.empty())
      self.watch_idle();
  }));
}

void node_connection::driver::arm_write() {
  if (std::exchange(is_writing_, true))
    return;
  socket_.async_wait(tcp::socket::wait_write, guarded([](driver& self, error) {
                       self.is_writing_ = false;
                       self.ready();
                     }));
}

void node_connection::driver::ready() {
  if (!is_serving())
    return establish();
  pump();
}

void node_connection::driver::keep_alive() {
  timer_.expires_after(settings_.keepalive);
  timer_.async_wait(guarded([](driver& self, error fault) {
    if (fault)
      return;
    self.is_keepalive_due_ = true; // sent by pump, in its turn
    self.keep_alive();
    self.pump();
  }));
}

} // namespace cloudpods::ssh
