#include "ssh/error_catalogue.hpp"

#include <algorithm>
#include <array>

#include "ssh/node_text.hpp"

namespace cloudpods::ssh {

namespace {

using domain::failure_class;

/// `then` must follow `text` in the same line.
struct entry {
  std::string_view text;
  std::string_view then;
  meaning means = meaning::failure;
  failure_class why = failure_class::permanent;
};

constexpr entry busy(std::string_view text, std::string_view then = {}) {
  return {text, then, meaning::failure, failure_class::busy};
}
constexpr entry transient(std::string_view text, std::string_view then = {}) {
  return {text, then, meaning::failure, failure_class::transient};
}
constexpr entry permanent(std::string_view text, std::string_view then = {}) {
  return {text, then, meaning::failure, failure_class::permanent};
}
constexpr entry state(meaning means, std::string_view text, std::string_view then = {}) {
  return {text, then, means, failure_class::permanent};
}

/// The first that fits counts: the particular before the general.
constexpr std::array catalogue{
    state(meaning::guest_absent, "onfiguration file '", "' does not exist"),
    state(meaning::guest_absent, "[!] CT ", " does not exist"),
    state(meaning::guest_exists, "config file already exists"),
    state(meaning::guest_exists, "already exists on node"),
    state(meaning::guest_exists, "close (rename) atomic file", "File exists"),
    state(meaning::guest_exists, "[!] VMID ", " already exists"),
    state(meaning::guest_exists, "vmid: VM ", " already exists"),
    state(meaning::already_started, " already running"),
    state(meaning::already_member, "is already a pool member"),
    state(meaning::already_sized, "disk is already at specified size"),
    state(meaning::not_running, "CT ", " not running"),
    state(meaning::disobeyed, "quit/powerdown failed"),
    state(meaning::disobeyed, "container did not stop"),
    state(meaning::disobeyed, "is paused - cannot shutdown"),
    state(meaning::left_waiting, "hotplug problem - "),
    state(meaning::interrupted, "interrupted by signal"),
    state(meaning::interrupted, "received interrupt"),
    state(meaning::interrupted, "broken pipe"),
    state(meaning::interrupted, "unexpected status"),
    transient("no quorum"),
    busy("can't lock file", "got timeout"),
    busy("cfs-lock", "got lock request timeout"),
    busy("VM is locked"),
    busy("CT is locked"),
    busy("got lock timeout"),
    busy("can't acquire lock", "got timeout"),
    transient("locked command timed out"),
    transient("unexpected state change"),
    transient("dataset is busy"),
    transient("no zvol device link"),
    transient("is running - destroy failed"),
    transient("container is running"),
    transient("vm is running"),
    transient("can't overwrite running container"),
    transient("is not online"),
    transient("could not activate storage"),
    transient("QEMU guest agent is not running"),
    permanent("No QEMU guest agent configured"),
    transient("proxy handler failed"),
    permanent("out of space"),
    permanent("No space left on device"),
    permanent("Insufficient free space"),
    permanent("Disk quota exceeded"),
    permanent("protection mode enabled"),
    permanent("is still in use by linked clone"),
    permanent("if it's a template"),
    permanent("is not most recent snapshot"),
    permanent("incomplete snapshot"),
    permanent("snapshot feature is not available"),
    permanent("snapshot name '", "' already used"),
    permanent("snapshot '", "' does not exist"),
    permanent("wrong content type"),
    permanent("max backup limit"),
    permanent("unable to find archive"),
    permanent("volume '", "' does not exist"),
    permanent("unable to find VM '"),
    permanent("can't remove protected archive"),
    permanent("is no backup of guest"),
    permanent("storage '", "' does not exist"),
    permanent("storage '", "' is disabled"),
    permanent("storage '", "' is not available on node"),
    permanent("storage '", "' does not support"),
    permanent("[!] Storage '", "' not found"),
    permanent("clone feature"),
    permanent("not allowed for linked clones"),
    permanent("only possible from a snapshot"),
    permanent("pool '", "' does not exist"),
    permanent("no such cluster node"),
    permanent("no such directory "),
    permanent("hostname lookup"),
    permanent("disk '", "' does not exist"),
    permanent("shrinking disks is not supported"),
    permanent("unable to shrink disk size"),
    permanent("bridge '", "' does not exist"),
    permanent("Cannot allocate memory"),
    permanent("vcpus allowed per VM on this node"),
    permanent("Permission check failed"),
    permanent("Only root may use this option"),
    permanent("dataset already exists"),
    permanent("[!] Unknown option"),
    permanent("[!] Invalid IP address"),
    permanent("[!] No free IPs available"),
    permanent("[!] Template CT ", " not found"),
    permanent("[!] Cannot destroy the golden template"),
    permanent("already responds to ping"),
    transient("got timeout"),
    transient("timeout after"),
    transient("Connection timed out"),
    permanent("400 Parameter verification failed"),
    permanent("400 "),
    permanent("Unknown option: "),
    permanent("ERROR: unknown command"),
    permanent("exit code 1"),
};

constexpr std::array<std::string_view, 6> sudo_refusals{
    "sudo: a password is required", "is not allowed to execute", "is not in the sudoers file",
    "sudo: a terminal is required", "may not run sudo",          "sudo: command not found"};

const entry* find_entry(std::string_view line) {
  const auto found = std::ranges::find_if(catalogue, [&](const entry& each) {
    const auto at = line.find(each.text);
    return at != std::string_view::npos &&
           (each.then.empty() ||
            line.find(each.then, at + each.text.size()) != std::string_view::npos);
  });
  return found == catalogue.end() ? nullptr : &*found;
}

const entry* find_in(std::string_view text) {
  const auto lines = lines_of(text);
  for (auto line = lines.rbegin(); line != lines.rend(); ++line)
    if (!is_noise(*line))
      if (const auto* found = find_entry(*line))
        return found;
  return nullptr;
}

bool sudo_refused(std::string_view err) {
  return std::ranges::any_of(sudo_refusals,
                             [&](std::string_view each) { return err.contains(each); });
}

bool is_death_by_signal(int code) {
  constexpr std::array signals{1, 2, 6, 9, 11, 13, 15};
  return std::ranges::find(signals, code - 128) != signals.end();
}

/// A parameter error says what is wrong in the line after its headline.
std::string message_of(std::string_view out, std::string_view err) {
  const auto headline = err.find("400 Parameter verification failed.");
  if (headline != std::string_view::npos) {
    const auto lines = lines_of(err.substr(headline));
    return std::string{lines[0]} + (lines.size() > 1 ? " " + std::string{trimmed(lines[1])} : "");
  }
  const auto word = last_word(err);
  return std::string{word.empty() ? last_word(out) : word};
}

std::string with_advice(const std::string& advice, const std::string& said) {
  return said.empty() ? advice : advice + " (the node said: " + said + ")";
}

} // namespace

verdict judged(int code, std::string_view out, std::string_view err) {
  auto said = message_of(out, err);
  if (sudo_refused(err) || sudo_refused(last_word(out)))
    return {meaning::failure, failure_class::permanent,
            with_advice("sudo on the node refuses this command: add a NOPASSWD rule for the SSH "
                        "user, or set [ssh] sudo = false",
                        said)};
  if (code == 127)
    return {meaning::failure, failure_class::permanent,
            with_advice("a program is missing on the node: is this a Proxmox host, and is it in "
                        "the SSH user's PATH?",
                        said)};
  if (code == 126)
    return {meaning::failure, failure_class::permanent,
            with_advice("a program on the node may not be executed by the SSH user", said)};
  const auto* found = find_in(err);
  if (!found)
    found = find_in(out);
  if (found)
    return {found->means, found->why, std::move(said)};
  if (is_death_by_signal(code))
    return {meaning::interrupted, failure_class::transient,
            with_advice("the command was ended by signal " + std::to_string(code - 128), said)};
  if (said.empty())
    said = "the command failed with exit code " + std::to_string(code) + " and said nothing";
  return {meaning::unheard, failure_class::transient, std::move(said)};
}

bool says_guest_is_absent(std::string_view err) {
  const auto* found = find_in(err);
  return found && found->means == meaning::guest_absent;
}

} // namespace cloudpods::ssh
