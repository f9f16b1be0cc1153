#pragma once

#include "client/session.hpp"

namespace cloudpods::client {

/// Waits for the job of an accepted action, and says how the pod is then (`shop-1 is active`), or
/// where it can be followed. Takes `{"pod","job"}` or a job by itself.
expected<void> end_action(session& with, expected<json::value> accepted);

/// Sends an action of a pod, `POST /{ref}/{verb}`, and ends it.
expected<void> act(session& with, const std::string& ref, std::string_view verb,
                   const json::object& body);

/// Puts what was given for an option into a body under its API name.
void put_text(json::object& body, std::string_view name, const arguments& given,
              std::string_view option);
void put_whole(json::object& body, std::string_view name, const arguments& given,
               std::string_view option);
void put_flag(json::object& body, std::string_view name, const arguments& given,
              std::string_view option);
/// `KEY=VALUE` pairs, as an object; fails on one without a key.
expected<void> put_pairs(json::object& body, std::string_view name, const arguments& given,
                         std::string_view option);

} // namespace cloudpods::client
