#include "client/job_wait.hpp"
#include "client/key_lines.hpp"
#include "client/pod_text.hpp"
#include "client/text.hpp"

namespace cloudpods::client {

namespace {

void put(json::object& into, std::string_view name, const std::string& text) {
  if (!text.empty())
    into[name] = text;
}

/// The `options` of the order, with the files that the user named read.
expected<json::object> options_of(const order_options& options) {
  json::object made;
  json::array keys;
  for (const auto& file : options.ssh_key_files) {
    const auto content = content_of(file);
    if (!content)
      return std::unexpected(content.error());
    const auto lines = key_lines(*content, file);
    if (!lines)
      return std::unexpected(lines.error());
    for (const auto& line : *lines)
      keys.emplace_back(line);
  }
  if (!keys.empty())
    made["sshKeys"] = std::move(keys);
  put(made, "node", options.node);
  put(made, "region", options.region);
  if (!options.user_data_file.empty()) {
    const auto content = content_of(options.user_data_file);
    if (!content)
      return std::unexpected(content.error());
    made["userData"] = *content;
  }
  return made;
}

/// The body of `POST /order` (contract 6).
expected<json::value> body_of(const order_options& options) {
  auto extra = options_of(options);
  if (!extra)
    return std::unexpected(extra.error());
  json::object body;
  put(body, "planCode", options.plan);
  put(body, "blueprint", options.blueprint);
  put(body, "name", options.name);
  put(body, "primaryDomain", options.domain);
  put(body, "subscriptionId", options.subscription);
  if (!extra->empty())
    body["options"] = std::move(*extra);
  json::object metadata;
  for (const auto& [key, value] : options.metadata)
    metadata[key] = value;
  if (!metadata.empty())
    body["metadata"] = std::move(metadata);
  return body;
}

} // namespace

expected<void> run_order(session& with, const order_options& options) {
  const auto body = body_of(options);
  if (!body)
    return std::unexpected(body.error());
  auto accepted = with.daemon.post("/order", *body);
  if (!accepted)
    return std::unexpected(accepted.error());
  if (!member(*accepted, "pod").is_object())
    return failed("The answer names no pod: is CLOUDPODS_URL the address of cloudpodsd?");
  const auto ended = finish(with, std::move(*accepted));
  if (!ended)
    return std::unexpected(ended.error());
  if (with.flags.json)
    return {};
  write_pod(with.around.out, member(*ended, "pod"), with.around.now());
  if (!with.flags.wait)
    with.around.out << "Follow it with: cloudpodsctl jobs "
                    << printable(text_at(member(*ended, "job"), "id")) << '\n';
  return {};
}

} // namespace cloudpods::client
