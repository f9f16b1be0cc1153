#include "node_sim/commands.hpp"

#include "node_sim/faults.hpp"
#include "node_sim/node.hpp"
#include "node_sim/system.hpp"
#include "node_sim/trace.hpp"
#include "node_sim/waiting.hpp"

#include <cerrno>
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace cloudpods::node_sim {

namespace {

int run_version(const command_line&) {
  out(cat("pve-manager/", setting("pveversion", "9.2.11"),
          "/8d7d2b1f0a3c4e5f (running kernel: 6.14.8-2-pve)\n"));
  return 0;
}

struct program {
  std::string_view name;
  int (*run)(const command_line&);
};

constexpr program programs[] = {
    {"qm", run_qm},
    {"pct", run_pct},
    {"pvesh", run_pvesh},
    {"pvesm", run_pvesm},
    {"sudo", run_sudo},
    {"pveversion", run_version},
    {"cloudpod-create.sh", run_create_script},
    {"cloudpod-destroy.sh", run_destroy_script},
    {"vzdump", run_vzdump},
    {"qmrestore", run_qmrestore},
    {"cloudpod-backup.sh", run_backup_script},
    {"cloudpod-health.sh", run_health_script},
    {"stack-task.sh", run_task_script},
};

const program* find_program(const std::string& name) {
  for (const auto& program : programs)
    if (program.name == name)
      return &program;
  return nullptr;
}

int run_guarded(const program& program, const command_line& line) {
  try {
    strike(fault_point::before);
    const int code = program.run(line);
    spend_latency();
    strike(fault_point::half);
    strike(fault_point::after);
    flush();
    return code;
  } catch (const failure& error) {
    try {
      if (!error.text.empty())
        err(error.text.ends_with('\n') ? error.text : cat(error.text, "\n"));
    } catch (const failure&) {
      return 255;
    }
    return error.status;
  }
}

std::size_t common_words(const command_shape& shape, const command_line& line) {
  const auto names = words(shape.name);
  if (names.size() > line.size())
    return 0;
  for (std::size_t i = 1; i < names.size(); ++i)
    if (names[i] != line[i])
      return 0;
  return names.size();
}

} // namespace

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const auto& program : programs)
    names.emplace_back(program.name);
  return names;
}

int run_subcommand(const std::string& program, const std::vector<subcommand>& table,
                   const command_line& line) {
  for (const auto& entry : table)
    if (const auto size = common_words(entry.shape, line))
      return entry.run(parse(entry.shape, {line.begin() + static_cast<long>(size), line.end()}));
  if (line.size() < 2)
    throw failure{
        cat("ERROR: no command specified\nUSAGE: ", program, " <COMMAND> [ARGS] [OPTIONS]")};
  throw failure{cat("ERROR: unknown command '", program, " ", line[1], "'\nUSAGE: ", program,
                    " <COMMAND> [ARGS] [OPTIONS]")};
}

bool is_command(const std::string& name) { return find_program(name) != nullptr; }

int run_command(command_line line) {
  const auto start = now_ns();
  line[0] = line[0].substr(line[0].rfind('/') + 1);
  // sudo is no command of its own in the trace: what it runs is.
  if (line[0] == "sudo")
    return run_guarded(*find_program("sudo"), line);
  name_command(line);
  arm(join(line, " "));
  const int code = run_guarded(*find_program(line[0]), line);
  trace(line, start, code);
  return code;
}

int run_nested(const command_line& line) {
  flush();
  const auto child = ::fork();
  if (child < 0)
    throw failure{"fork failed"};
  if (child == 0)
    ::_exit(run_command(line));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  check_interrupted();
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace cloudpods::node_sim
