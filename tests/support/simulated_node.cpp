#include "support/simulated_node.hpp"

#include "support/files.hpp"
#include "support/processes.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <unistd.h>

namespace cloudpods::support {

namespace {

namespace json = boost::json;

constexpr std::chrono::seconds start_limit{10};

std::string node_sim_program() {
  const char* named = std::getenv("NODE_SIM_PROGRAM");
  return named ? named : NODE_SIM_PROGRAM;
}

void run_or_throw(const std::vector<std::string>& argv) {
  const auto result = run_program(argv);
  if (result.code != 0)
    throw std::runtime_error{argv[0] + ": " + result.out + result.err};
}

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::vector<std::string> lines;
  std::istringstream text{read_file(path)};
  for (std::string line; std::getline(text, line);)
    if (!line.empty())
      lines.push_back(line);
  return lines;
}

/// "key: value" lines up to the first section.
std::map<std::string, std::string> values_of(const std::filesystem::path& path) {
  std::map<std::string, std::string> values;
  for (const auto& line : lines_of(path)) {
    if (line.front() == '[')
      break;
    if (const auto colon = line.find(": "); colon != line.npos)
      values[line.substr(0, colon)] = line.substr(colon + 2);
  }
  return values;
}

std::vector<std::string> texts_of(const json::value& array) {
  std::vector<std::string> texts;
  for (const auto& text : array.as_array())
    texts.emplace_back(text.as_string());
  return texts;
}

} // namespace

std::string node_command::line() const {
  std::string text;
  for (const auto& word : argv)
    text += text.empty() ? word : ' ' + word;
  return text;
}

simulated_node::simulated_node() : folder_{std::in_place, "node"}, root_{folder_->path()} {
  run_or_throw({node_sim_program(), "init", root_});
  port_ = free_port();
  make_keys();
  start_sshd();
}

simulated_node::simulated_node(std::filesystem::path folder, std::uint16_t port)
    : root_{std::filesystem::absolute(folder)}, port_{port == 0 ? free_port() : port} {
  if (!exists(root_ / "bin" / "qm"))
    run_or_throw({node_sim_program(), "init", root_});
  if (!exists(key_file()))
    make_keys();
  start_sshd();
}

simulated_node::~simulated_node() {
  stop_sshd();
  // Also what was started detached, and knows its home in here.
  kill_with_environment("HOME=" + home().string());
}

void simulated_node::make_keys() {
  create_directories(root_ / "sshd");
  run_or_throw({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "client", "-f", key_file()});
  write_file(root_ / "sshd" / "authorized_keys", read_file(key_file().string() + ".pub"));
  make_host_key();
}

void simulated_node::make_host_key() const {
  const auto key = root_ / "sshd" / "host_key";
  remove(key);
  run_or_throw({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "node", "-f", key});
}

void simulated_node::write_sshd_config() const {
  const auto folder = root_ / "sshd";
  const auto path =
      (root_ / "bin").string() + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  std::ostringstream text;
  text << "Port " << port_ << "\nListenAddress 127.0.0.1\nHostKey " << folder / "host_key"
       << "\nAuthorizedKeysFile " << folder / "authorized_keys"
       << "\nPidFile " << folder / "pid"
       << "\nUsePAM no\nStrictModes no\nPasswordAuthentication no\n"
          "KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\nMaxSessions 10\n"
          "UseDNS no\nPrintMotd no\nPrintLastLog no\nX11Forwarding no\nAcceptEnv LANG LC_*\n"
       // Its commands come before the system's; no start-up file of the real home is read.
       << "SetEnv \"HOME=" << home().string() << "\" \"PATH=" << path << "\"\n";
  write_file(folder / "config", text.str());
}

void simulated_node::start_sshd() {
  if (sshd_)
    return;
  if (::geteuid() == 0)
    std::filesystem::create_directories("/run/sshd");
  write_sshd_config();
  const auto folder = root_ / "sshd";
  const auto key = read_file(folder / "host_key.pub");
  write_file(known_hosts_file(), "[" + host() + "]:" + std::to_string(port_) + " " + key);
  write_file(folder / "log", "");
  const std::string program =
      exists(std::filesystem::path{"/usr/sbin/sshd"}) ? "/usr/sbin/sshd" : "/usr/bin/sshd";
  sshd_ = child_process::start(
      {{program, "-D", "-e", "-f", folder / "config"}, {}, folder / "log", {}, {}, {}});
  if (!sshd_->wait_for_line("Server listening", start_limit))
    throw std::runtime_error{"sshd does not start: " + sshd_->output()};
}

void simulated_node::stop_sshd() {
  if (!sshd_)
    return;
  // Held still, it lets nobody in between the end of its sessions and its own.
  sshd_->signal(SIGSTOP);
  kill_connections();
  sshd_->signal(SIGKILL);
  sshd_->wait_exit(start_limit);
  sshd_.reset();
  remove(root_ / "sshd" / "pid");
}

void simulated_node::restart_sshd(host_key key) {
  stop_sshd();
  if (key == host_key::change)
    make_host_key();
  const auto known = read_file(known_hosts_file());
  start_sshd();
  // The client goes on knowing the old key.
  if (key == host_key::change)
    write_file(known_hosts_file(), known);
}

void simulated_node::kill_connections() const {
  if (sshd_)
    kill_children_of(sshd_->pid());
}

void simulated_node::admin(std::vector<std::string> words) const {
  words.insert(words.begin(), root_ / "bin" / "node_sim");
  run_or_throw(words);
}

void simulated_node::add_fault(const node_fault& fault) const {
  static constexpr const char* points[] = {"before", "half", "after"};
  std::vector<std::string> words{"faults",
                                 "add",
                                 fault.pattern,
                                 fault.kind,
                                 std::string{"when="} + points[static_cast<int>(fault.when)],
                                 "times=" +
                                     (fault.times < 0 ? "always" : std::to_string(fault.times)),
                                 "skip=" + std::to_string(fault.skip),
                                 "exit=" + std::to_string(fault.exit)};
  if (!fault.text.empty())
    words.push_back("text=" + fault.text);
  if (!fault.name.empty())
    words.push_back("name=" + fault.name);
  admin(std::move(words));
}

void simulated_node::clear_faults() const { admin({"faults", "clear"}); }

void simulated_node::set_latency(const std::string& pattern, std::chrono::milliseconds time) const {
  admin({"latency", std::to_string(time.count()), pattern});
}

void simulated_node::clear_latency() const { admin({"latency", "clear"}); }

void simulated_node::set(const std::string& name, const std::string& value) const {
  admin({"set", name + '=' + value});
}

void simulated_node::set_guest(int vmid, const std::string& name, const std::string& value) const {
  admin({"guest", std::to_string(vmid), name + '=' + value});
}

void simulated_node::set_storage(const std::string& id, const std::string& name,
                                 const std::string& value) const {
  admin({"storage", id, name + '=' + value});
}

void simulated_node::release(const std::string& name) const { admin({"release", name}); }

void simulated_node::restrict_sudo(const std::vector<std::string>& patterns) const {
  std::string text;
  for (const auto& pattern : patterns)
    text += pattern + '\n';
  write_file(root_ / "sudoers", text);
}

void simulated_node::forget_commands() const { admin({"reset"}); }

std::optional<node_guest> simulated_node::guest(int vmid) const {
  const auto base = (root_ / "guests" / std::to_string(vmid)).string();
  auto config = values_of(base + ".conf");
  if (config.empty())
    return std::nullopt;
  auto run = values_of(base + ".run");
  node_guest found{vmid, config["kind"], run["running"] == "1", run["address"], {}};
  config.erase("kind");
  found.config = std::move(config);
  return found;
}

std::vector<node_guest> simulated_node::guests() const {
  std::vector<node_guest> found;
  for (const auto& entry : std::filesystem::directory_iterator{root_ / "guests"})
    if (entry.path().extension() == ".conf" && entry.path().filename().string().front() != '.')
      if (auto one = guest(std::stoi(entry.path().stem())))
        found.push_back(std::move(*one));
  std::sort(found.begin(), found.end(),
            [](const node_guest& a, const node_guest& b) { return a.vmid < b.vmid; });
  return found;
}

std::map<std::string, std::uint64_t> simulated_node::volumes(const std::string& storage) const {
  std::map<std::string, std::uint64_t> found;
  for (const auto& entry : std::filesystem::directory_iterator{root_ / "storages" / storage})
    if (auto values = values_of(entry.path());
        values.contains("size") && entry.path().filename().string().front() != '.')
      found[entry.path().filename()] = std::stoull(values["size"]);
  return found;
}

std::vector<node_command> simulated_node::trace() const {
  std::vector<node_command> commands;
  for (const auto& line : lines_of(root_ / "trace.jsonl")) {
    const auto entry = json::parse(line);
    commands.push_back({texts_of(entry.at("argv")), entry.at("start").as_int64(),
                        entry.at("end").as_int64(), static_cast<int>(entry.at("exit").as_int64())});
  }
  return commands;
}

std::vector<node_overlap> simulated_node::overlaps() const {
  std::vector<node_overlap> found;
  for (const auto& line : lines_of(root_ / "overlaps.jsonl")) {
    const auto entry = json::parse(line);
    found.push_back({static_cast<int>(entry.at("vmid").as_int64()), texts_of(entry.at("argv")),
                     texts_of(entry.at("other"))});
  }
  return found;
}

std::vector<std::string> simulated_node::ipam() const { return lines_of(root_ / "ipam.txt"); }

bool simulated_node::wait_until(const std::function<bool()>& predicate,
                                std::chrono::milliseconds limit) const {
  return wait_for_change({root_, root_ / "guests", root_ / "hanging", root_ / "tasks",
                          root_ / "tasks" / "active", root_ / "storages" / "clients-main",
                          root_ / "home"},
                         predicate, limit);
}

bool simulated_node::wait_hanging(const std::string& name) const {
  // Daemons that are killed and started side by side may be slow to come to it.
  return wait_until([&] { return exists(root_ / "hanging" / name); }, std::chrono::seconds{60});
}

std::vector<std::string> simulated_node::ssh_words() const {
  return {"ssh",
          "-F",
          "none",
          "-i",
          key_file(),
          "-p",
          std::to_string(port_),
          "-o",
          "UserKnownHostsFile=" + known_hosts_file().string(),
          "-o",
          "GlobalKnownHostsFile=none",
          "-o",
          "StrictHostKeyChecking=yes",
          "-o",
          "IdentitiesOnly=yes",
          "-o",
          "BatchMode=yes",
          user() + '@' + host()};
}

finished simulated_node::ssh(const std::string& command, std::string_view input) const {
  auto words = ssh_words();
  words.push_back(command);
  return run_program(words, input);
}

finished simulated_node::run(const std::vector<std::string>& argv) const {
  auto words = argv;
  words[0] = root_ / "bin" / argv[0];
  return run_program(words);
}

std::string simulated_node::user() const { return user_name(); }

} // namespace cloudpods::support
