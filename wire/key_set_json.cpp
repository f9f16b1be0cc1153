#include "wire/key_set_json.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <simdjson.h>

namespace cloudpods::wire {

namespace {

namespace dom = simdjson::dom;

constexpr std::size_t most_keys = 64;

struct text_member {
  std::string_view name;
  std::string json_web_key::*to;
};
constexpr std::array text_members{
    text_member{"kid", &json_web_key::id},    text_member{"kty", &json_web_key::type},
    text_member{"use", &json_web_key::use},   text_member{"alg", &json_web_key::algorithm},
    text_member{"crv", &json_web_key::curve}, text_member{"n", &json_web_key::n},
    text_member{"e", &json_web_key::e},       text_member{"x", &json_web_key::x},
    text_member{"y", &json_web_key::y},
};
constexpr std::array<std::string_view, 8> secret_members{"d",  "p",  "q",   "dp",
                                                         "dq", "qi", "oth", "k"};

using read_key = std::expected<json_web_key, std::string>;

std::unexpected<std::string> wrong(std::string sentence) {
  return std::unexpected(std::move(sentence));
}

bool has_verify(dom::array operations) {
  return std::ranges::any_of(operations, [](dom::element each) {
    std::string_view word;
    return each.get(word) == simdjson::SUCCESS && word == "verify";
  });
}

read_key key_from(dom::element element) {
  dom::object from;
  if (element.get(from) != simdjson::SUCCESS)
    return wrong("is no object");
  json_web_key key;
  std::set<std::string_view> seen;
  for (const auto [name, value] : from) {
    if (!seen.insert(name).second)
      return wrong("has a member twice");
    key.holds_secret |= std::ranges::find(secret_members, name) != secret_members.end();
    const auto* known = std::ranges::find(text_members, name, &text_member::name);
    std::string_view text;
    dom::array operations;
    if (known != text_members.end()) {
      if (value.get(text) != simdjson::SUCCESS)
        return wrong("has " + std::string{known->name} + " that is no text");
      key.*known->to = text;
    } else if (name == "key_ops") {
      key.may_verify = value.get(operations) == simdjson::SUCCESS && has_verify(operations);
    }
  }
  return key;
}

} // namespace

std::expected<std::vector<json_web_key>, std::string> key_set_from_json(std::string_view text) {
  dom::parser parser;
  dom::object document;
  dom::array keys;
  if (parser.parse(simdjson::padded_string{text}).get(document) != simdjson::SUCCESS)
    return wrong("holds no JSON object");
  if (document["keys"].get(keys) != simdjson::SUCCESS)
    return wrong("holds no JSON Web Key Set: it has no list \"keys\"");
  if (keys.size() > most_keys)
    return wrong("holds more than " + std::to_string(most_keys) + " keys");
  std::vector<json_web_key> found;
  for (const auto each : keys) {
    auto key = key_from(each);
    if (!key)
      return wrong("keys[" + std::to_string(found.size()) + "] " + key.error());
    found.push_back(*std::move(key));
  }
  return found;
}

} // namespace cloudpods::wire
