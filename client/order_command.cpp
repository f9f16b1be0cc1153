#include "client/action.hpp"
#include "client/commands.hpp"
#include "client/job_wait.hpp"
#include "client/key_lines.hpp"
#include "client/pod_text.hpp"
#include "client/text.hpp"

namespace cloudpods::client {

namespace {

/// The `options` of the order, with the files that the user named read.
expected<json::object> options_of(const arguments& given) {
  json::object made;
  json::array keys;
  for (const auto& file : given.texts("--ssh-key")) {
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
  put_text(made, "node", given, "--node");
  put_text(made, "region", given, "--region");
  if (given.has("--user-data")) {
    const auto content = content_of(given.text("--user-data"));
    if (!content)
      return std::unexpected(content.error());
    made["userData"] = *content;
  }
  return made;
}

/// The body of `POST /order` (contract 6).
expected<json::value> body_of(const arguments& given) {
  auto extra = options_of(given);
  if (!extra)
    return std::unexpected(extra.error());
  json::object body;
  put_text(body, "planCode", given, "--plan");
  put_text(body, "blueprint", given, "--blueprint");
  put_text(body, "name", given, "--name");
  put_text(body, "primaryDomain", given, "--domain");
  put_text(body, "subscriptionId", given, "--subscription");
  if (!extra->empty())
    body["options"] = std::move(*extra);
  if (const auto taken = put_pairs(body, "metadata", given, "--metadata"); !taken)
    return std::unexpected(taken.error());
  return body;
}

} // namespace

expected<void> run_order(session& with, const arguments& given) {
  const auto body = body_of(given);
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
