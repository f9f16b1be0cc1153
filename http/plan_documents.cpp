#include "http/plan_documents.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "domain/backup_schedule.hpp"
#include "wire/json_writer.hpp"
#include "wire/offer_json.hpp"
#include "wire/platform_json.hpp"
#include "wire/stack_json.hpp"
#include "wire/views_json.hpp"

namespace cloudpods::http {

namespace {

using plans = std::vector<const domain::plan*>;
using wire::json_writer;

/// A line of the comparison: what it is called, and its value for one plan.
struct attribute {
  std::string_view name;
  void (*write)(json_writer&, const domain::plan&);
};

constexpr std::array attributes{
    attribute{"priceMonthly", [](json_writer& out,
                                 const domain::plan& p) { out.hundredths(p.price_monthly_cents); }},
    attribute{"vcpu", [](json_writer& out, const domain::plan& p) { out.value(p.vcpu); }},
    attribute{"ramMb", [](json_writer& out, const domain::plan& p) { out.value(p.ram_mb); }},
    attribute{"storageGb",
              [](json_writer& out, const domain::plan& p) { out.value(p.storage_gb); }},
    attribute{"swapMb", [](json_writer& out, const domain::plan& p) { out.value(p.swap_mb); }},
    attribute{"bandwidthGb",
              [](json_writer& out, const domain::plan& p) { out.value(p.bandwidth_gb); }},
    attribute{"backupPolicy",
              [](json_writer& out, const domain::plan& p) {
                p.backup_policy.empty() ? out.value(nullptr) : out.value(p.backup_policy);
              }},
};

shared_text shared(json_writer& out) { return std::make_shared<const std::string>(out.take()); }

void write_list(json_writer& out, std::string_view name, const plans& list) {
  out.key(name).begin_array();
  for (const auto* each : list)
    wire::write_plan(out, *each);
  out.end_array();
}

/// All on one page.
template <class Item, class Write>
shared_text list_of(const std::vector<Item>& items, Write write) {
  json_writer out;
  out.begin_object().key("items").begin_array();
  for (const auto& each : items)
    write(out, each);
  out.end_array().field("nextCursor", nullptr).end_object();
  return shared(out);
}

/// Writes a blueprint that may be ordered from.
template <auto Write>
void active_ones(json_writer& list, const domain::blueprint& each) {
  if (each.is_active)
    Write(list, each);
}

/// One of them; null where there is none.
shared_text document_of(const domain::blueprint* found,
                        void (*write)(json_writer&, const domain::blueprint&)) {
  if (found == nullptr)
    return nullptr;
  json_writer out;
  write(out, *found);
  return shared(out);
}

shared_text comparison(const plans& list) {
  json_writer out{4096};
  out.begin_object();
  write_list(out, "plans", list);
  out.key("rows").begin_array();
  for (const auto& [name, write] : attributes) {
    out.begin_object().field("attribute", name).key("values").begin_object();
    for (const auto* each : list) {
      out.key(each->code.value);
      write(out, *each);
    }
    out.end_object().end_object();
  }
  out.end_array().end_object();
  return shared(out);
}

} // namespace

plan_documents::plan_documents(std::shared_ptr<const domain::catalogue> offers)
    : offers_(std::move(offers)) {
  for (const auto& each : offers_->plans)
    if (each.is_active)
      active_.push_back(&each);
  std::ranges::stable_sort(active_, {}, &domain::plan::price_monthly_cents);
  json_writer out{4096};
  out.begin_object();
  write_list(out, "items", active_);
  out.end_object();
  list_ = shared(out);
  for (const auto& each : offers_->plans) {
    json_writer one;
    wire::write_plan(one, each);
    by_code_.emplace(each.code.value, shared(one));
  }
  all_compared_ = comparison(active_);
  blueprints_ = list_of(offers_->blueprints, active_ones<wire::write_blueprint>);
  tenant_plans_ = list_of(offers_->tenant_plans, wire::write_tenant_plan);
}

shared_text plan_documents::blueprint(std::string_view code) const {
  return document_of(offers_->find_blueprint(code), wire::write_blueprint);
}

std::string
plan_documents::platform_blueprints(const std::vector<domain::stack_blueprint>& stacks) const {
  json_writer out{4096};
  out.begin_object().key("items").begin_array();
  for (const auto& each : offers_->blueprints)
    active_ones<wire::write_platform_blueprint>(out, each);
  // A name that the file has taken since is the file's.
  for (const auto& each : stacks)
    if (offers_->find_blueprint(each.slug) == nullptr)
      wire::write_stack_blueprint(out, each);
  return out.end_array().field("nextCursor", nullptr).end_object().take();
}

shared_text plan_documents::platform_blueprint(std::string_view slug) const {
  return document_of(offers_->find_blueprint(slug), wire::write_platform_blueprint);
}

std::int64_t plan_documents::backup_days(const domain::plan_code& plan) const {
  const auto* sold = offers_->find_plan(plan.value);
  const auto* policy = sold == nullptr ? nullptr : offers_->find_backup_policy(sold->backup_policy);
  return domain::days_after_end(policy);
}

const domain::plan* plan_documents::offered(std::string_view code) const {
  const auto* found = offers_->find_plan(code);
  return found != nullptr && found->is_active ? found : nullptr;
}

shared_text plan_documents::one(std::string_view code) const {
  const auto* found = offers_->find_plan(code);
  return found == nullptr ? nullptr : by_code_.at(found->code.value);
}

domain::expected<shared_text>
plan_documents::compare(const std::vector<std::string_view>& codes) const {
  if (codes.empty())
    return all_compared_;
  plans chosen;
  for (const auto code : codes) {
    const auto* found = offered(code);
    if (found == nullptr)
      return domain::refused(domain::problem_code::plan_not_found,
                             "there is no plan " + std::string{code.substr(0, 64)});
    if (std::ranges::find(chosen, found) == chosen.end())
      chosen.push_back(found);
  }
  return comparison(chosen);
}

} // namespace cloudpods::http
