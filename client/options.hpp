#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// The words of the command line, as values.
namespace cloudpods::client {

/// `order`
struct order_options {
  std::string plan;
  std::string blueprint;
  std::string name;
  std::vector<std::string> ssh_key_files;
  std::string domain;
  std::string node;
  std::string region;
  std::string user_data_file;
  std::string subscription;
  std::vector<std::pair<std::string, std::string>> metadata;
};

/// `list`
struct list_options {
  std::vector<std::string> statuses;
  std::string kind;
  std::string name;
};

/// `show`
struct show_options {
  std::string ref;
};

/// `destroy`
struct destroy_options {
  std::string ref;
  std::string reason;
  bool is_confirmed = false;
};

/// `jobs`
struct jobs_options {
  std::string id; ///< "": a list of the newest
  std::string status;
  std::string type;
  std::size_t most = 50;
};

/// `quota`
struct quota_options {
  std::string plan; ///< "": what is held and allowed
  std::string blueprint;
};

/// `plans`
struct plans_options {
  std::string code; ///< "": all of them
};

/// `events`
struct events_options {
  std::optional<std::int64_t> since;
  bool follow = false;
  std::optional<std::size_t> most;
};

using command = std::variant<order_options, list_options, show_options, destroy_options,
                             jobs_options, quota_options, plans_options, events_options>;

/// What holds for every command.
struct common_options {
  std::string url; ///< "": `CLOUDPODS_URL`
  std::string tenant;
  bool json = false;
  bool wait = true;
  std::chrono::seconds patience{3600}; ///< how long to wait for a job
};

struct invocation {
  common_options common;
  command what;
};

/// Nothing to be done: help was asked for (0), or the words make no sense (2).
struct early_end {
  int exit_code = 0;
  std::string text;
};

std::expected<invocation, early_end> parse_arguments(int count, const char* const* arguments);

} // namespace cloudpods::client
