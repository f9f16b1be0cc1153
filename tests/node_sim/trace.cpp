#include "node_sim/trace.hpp"

#include "node_sim/json.hpp"
#include "node_sim/locks.hpp"
#include "node_sim/node.hpp"
#include "node_sim/system.hpp"

#include <map>
#include <unistd.h>

namespace cloudpods::node_sim {

namespace {

std::string present_command = "[]";

} // namespace

void name_command(const std::vector<std::string>& command) {
  present_command = json_texts(command);
}

void claim_guest(int vmid) {
  // Kept by the process and those that it forks; a nested command is part of the outer one.
  static std::map<int, held_lock> claims;
  if (claims.contains(vmid))
    return;
  auto lock = held_lock::try_take(cat("busy-", vmid));
  const auto holder = inside(cat("locks/holder-", vmid));
  if (!lock) {
    json_object line;
    line.number("vmid", vmid).number("pid", ::getpid()).number("at", now_ns());
    line.raw("argv", present_command).raw("other", read_text(holder).value_or("[]"));
    append_text(inside("overlaps.jsonl"), cat(line.print(), "\n"));
  } else {
    write_text(holder, present_command);
  }
  claims.emplace(vmid, std::move(lock));
}

void trace(const std::vector<std::string>& command, std::int64_t start_ns, int exit) {
  json_object line;
  line.raw("argv", json_texts(command)).number("start", start_ns).number("end", now_ns());
  line.number("exit", exit).number("pid", ::getpid());
  append_text(inside("trace.jsonl"), cat(line.print(), "\n"));
}

} // namespace cloudpods::node_sim
