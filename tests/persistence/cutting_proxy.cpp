#include "cutting_proxy.hpp"

#include <array>
#include <stdexcept>
#include <string_view>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace cloudpods::persistence {

namespace {

constexpr std::string_view commit_text{"COMMIT\0", 7};

/// A Parse message's type, length and empty name stand before its text.
constexpr std::size_t parse_head = 6;

std::string host_of(const std::string& dsn) {
  const auto begin = dsn.find("host=") + 5;
  return dsn.substr(begin, dsn.find(' ', begin) - begin);
}

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

int open_socket() { return ::socket(AF_UNIX, SOCK_STREAM, 0); }

bool send_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string receive(int from) {
  std::array<char, 65536> buffer;
  const auto got = ::recv(from, buffer.data(), buffer.size(), 0);
  return got > 0 ? std::string{buffer.data(), static_cast<std::size_t>(got)} : std::string{};
}

} // namespace

void cutting_proxy::pair::close_client() {
  if (client >= 0)
    ::close(client);
  client = -1;
}

void cutting_proxy::pair::close() {
  close_client();
  if (server >= 0)
    ::close(server);
  server = -1;
}

cutting_proxy::cutting_proxy(const std::string& dsn)
    : folder_("proxy"), server_path_(host_of(dsn) + "/.s.PGSQL.5432"), dsn_(dsn) {
  const auto host = host_of(dsn);
  dsn_.replace(dsn_.find(host), host.size(), folder_.path().string());
  const auto address = address_of(folder_.path().string() + "/.s.PGSQL.5432");
  listener_ = open_socket();
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener_, 16) != 0 || ::pipe(wake_) != 0)
    throw std::runtime_error{"the proxy cannot listen"};
  thread_ = std::thread{[this] { run(); }};
}

cutting_proxy::~cutting_proxy() {
  const char end = 'x';
  if (::write(wake_[1], &end, 1) == 1)
    thread_.join();
  for (auto& each : pairs_)
    each.close();
  for (const int each : {listener_, wake_[0], wake_[1]})
    ::close(each);
}

void cutting_proxy::run() {
  for (;;) {
    std::vector<pollfd> waits{{wake_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const auto& each : pairs_) {
      waits.push_back({each.client, POLLIN, 0});
      waits.push_back({each.client >= 0 ? each.server : -1, POLLIN, 0});
    }
    ::poll(waits.data(), waits.size(), -1);
    if (waits[0].revents != 0)
      return;
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      if (waits[2 * i + 2].revents != 0)
        pass_from_client(pairs_[i]);
      if (waits[2 * i + 3].revents != 0 && pairs_[i].is_open())
        pass_from_server(pairs_[i]);
    }
    if (waits[1].revents != 0)
      accept();
  }
}

void cutting_proxy::accept() {
  pair made{::accept(listener_, nullptr, nullptr), open_socket(), false};
  const auto address = address_of(server_path_);
  if (refused_ ||
      ::connect(made.server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    made.close();
  else
    pairs_.push_back(made);
}

void cutting_proxy::pass_from_client(pair& it) {
  const auto bytes = receive(it.client);
  if (bytes.empty())
    return it.close();
  const auto commit = bytes.find(commit_text);
  const auto where = commit == std::string::npos ? cut::nowhere : next_.exchange(cut::nowhere);
  if (where != cut::nowhere)
    ++cuts_;
  switch (where) {
  case cut::before_commit:
    return it.close();
  case cut::inside:
    send_all(it.server, std::string_view{bytes}.substr(0, commit - parse_head));
    // Without a Flush or Sync the server does what it has got as it comes in.
    return it.close_client();
  case cut::after_commit:
    it.swallow_answer = true;
    break;
  case cut::nowhere:
    break;
  }
  if (!send_all(it.server, bytes))
    it.close();
}

void cutting_proxy::pass_from_server(pair& it) {
  const auto bytes = receive(it.server);
  if (bytes.empty())
    return it.close();
  if (it.swallow_answer) {
    // Answered means done: then the client is left in the dark.
    if (bytes.find(commit_text) != std::string::npos)
      it.close();
    return;
  }
  if (!send_all(it.client, bytes))
    it.close();
}

} // namespace cloudpods::persistence
