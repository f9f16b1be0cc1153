#include "config/load.hpp"

#include <string_view>

#include "config/document.hpp"
#include "config/key_file.hpp"
#include "config/sections.hpp"

namespace cloudpods::config {

namespace {

const std::vector<std::string_view> sections{
    "http",         "auth",        "postgres",  "ssh",        "nodes",    "defaults",
    "quota",        "jobs",        "health",    "webhooks",   "backup",   "backup_policies",
    "focalpilot",   "plans",       "log",       "blueprints", "ip_pools", "scripts",
    "tenant_plans", "post_create", "reconcile", "rate_limit",
};

std::unexpected<std::vector<fault>> refused(fault why) {
  return std::unexpected(std::vector{std::move(why)});
}

} // namespace

std::expected<settings, std::vector<fault>> load(const std::filesystem::path& file,
                                                 const environment& variables) {
  const auto content = content_of(file);
  if (!content)
    return refused({{}, {}, {}, content.error()});
  const auto document = parse_toml(*content);
  if (!document)
    return refused(document.error());

  report faults;
  reading context{*document->as_table(), variables, file.parent_path(), faults, {}};
  settings all;
  refuse_unknown(context, {&*document, {}, {}}, sections);
  refuse_placeholders(faults, *document, {});
  read_server(context, all);
  read_work(context, all);
  read_catalogue(context, all);
  read_nodes(context, all);
  refuse_unknown_variables(context, sections);
  check_catalogue(faults, all);
  check_networks(faults, all);
  if (auto found = faults.take(); !found.empty())
    return std::unexpected(std::move(found));
  return all;
}

} // namespace cloudpods::config
