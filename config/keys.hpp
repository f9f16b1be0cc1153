#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "config/rules.hpp"
#include "config/section.hpp"
#include "config/suggestion.hpp"
#include "domain/words.hpp"

/// The kinds of keys that a section is described with. `member` is where the value goes: a pointer
/// to a member, or a function from the section to a reference.
namespace cloudpods::config {

/// Inclusive.
struct range {
  std::int64_t least = 0;
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
};

/// A key that has no default.
template <class Section>
key<Section> required(key<Section> each) {
  each.required = true;
  return each;
}

/// A whole number, into an integer, a duration, or an optional of an integer.
template <class Section, class Member>
key<Section> whole(std::string_view name, Member member, range allowed) {
  return {name, [=](Section& into, const found_value& found) {
            const auto number = found.value.whole();
            auto& target = std::invoke(member, into);
            if (!number)
              found.refuse("must be a whole number");
            else if (*number < allowed.least || *number > allowed.most)
              found.refuse("must lie between " + std::to_string(allowed.least) + " and " +
                           std::to_string(allowed.most));
            else if constexpr (std::integral<std::remove_reference_t<decltype(target)>>)
              target = static_cast<std::remove_reference_t<decltype(target)>>(*number);
            else
              target = std::remove_reference_t<decltype(target)>{*number};
          }};
}

template <class Section, class Member>
key<Section> flag(std::string_view name, Member member) {
  return {name, [=](Section& into, const found_value& found) {
            if (const auto truth = found.value.flag())
              std::invoke(member, into) = *truth;
            else
              found.refuse("must be true or false");
          }};
}

template <class Section, class Member>
key<Section> text(std::string_view name, Member member, text_rule rule = anything) {
  return {name, [=](Section& into, const found_value& found) {
            auto text = found.value.text();
            if (!text)
              return found.refuse("must be a text in quotes");
            if (const auto why = rule(*text); !why.empty())
              return found.refuse(std::string{why});
            std::invoke(member, into) = std::move(*text);
          }};
}

/// A list of texts, each of which keeps to `rule`; not empty where `least` is 1.
template <class Section, class Member>
key<Section> texts(std::string_view name, Member member, text_rule rule, std::size_t least = 0) {
  return {name, [=](Section& into, const found_value& found) {
            auto list = found.value.texts();
            if (!list)
              return found.refuse("must be a list of texts");
            if (list->size() < least)
              return found.refuse("must not be empty");
            bool good = true;
            for (const auto& each : *list)
              if (const auto why = rule(each); !why.empty()) {
                found.refuse("\"" + each + "\" " + std::string{why});
                good = false;
              }
            if (good)
              std::invoke(member, into) = std::move(*list);
          }};
}

/// One of an enumeration's words.
template <class Section, class Member>
key<Section> word(std::string_view name, Member member) {
  return {name, [=](Section& into, const found_value& found) {
            using chosen = std::remove_reference_t<decltype(std::invoke(member, into))>;
            constexpr auto& all = domain::words<chosen>::values;
            const auto text = found.value.text();
            if (const auto value = text ? domain::from_text<chosen>(*text) : std::nullopt) {
              std::invoke(member, into) = *value;
              return;
            }
            const std::vector<std::string_view> known{all.begin(), all.end()};
            found.refuse("must be one of " + quoted_list(known) +
                         (text ? suggestion(*text, known) : std::string{}));
          }};
}

/// A list whose parts are each turned into a value by `make`: `std::expected<Value, std::string>`.
template <class Section, class Member, class Make>
key<Section> values(std::string_view name, Member member, Make make) {
  return {name, [=](Section& into, const found_value& found) {
            const auto list = found.value.texts();
            if (!list)
              return found.refuse("must be a list of texts");
            auto& target = std::invoke(member, into);
            target.clear();
            for (const auto& each : *list)
              if (auto value = make(each))
                target.push_back(std::move(*value));
              else
                found.refuse("\"" + each + "\" " + value.error());
          }};
}

} // namespace cloudpods::config
