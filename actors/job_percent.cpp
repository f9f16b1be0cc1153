#include "actors/job_percent.hpp"

#include <algorithm>

#include "domain/item_steps.hpp"

namespace cloudpods::actors {

namespace {

struct share {
  domain::step which;
  int from;
  int to;
};

constexpr share create_shares[] = {
    {domain::step::register_address, 0, 2}, {domain::step::write_snippet, 2, 4},
    {domain::step::clone, 4, 75},           {domain::step::create, 0, 80},
    {domain::step::configure, 75, 80},      {domain::step::mark, 80, 83},
    {domain::step::pool, 83, 85},           {domain::step::keys, 85, 87},
    {domain::step::resize, 87, 90},         {domain::step::start, 90, 95},
    {domain::step::wait, 95, 99},
};

constexpr share removal_shares[] = {
    {domain::step::destroy, 0, 80},         {domain::step::absent, 80, 95},
    {domain::step::free_volumes, 85, 95},   {domain::step::release_address, 95, 97},
    {domain::step::remove_snippet, 97, 99},
};

/// Of whatever is done to a pod that stands; each takes a part of these.
constexpr share action_shares[] = {
    {domain::step::look, 0, 5},         {domain::step::space, 5, 7},
    {domain::step::find_archive, 5, 7}, {domain::step::check, 5, 99},
    {domain::step::snapshot, 5, 99},    {domain::step::delete_snapshot, 5, 99},
    {domain::step::backup, 7, 60},      {domain::step::archive, 60, 65},
    {domain::step::prune, 65, 99},      {domain::step::roll_back, 5, 60},
    {domain::step::restore, 15, 70},    {domain::step::set_size, 70, 75},
    {domain::step::resize, 75, 80},     {domain::step::look_again, 80, 82},
    {domain::step::start, 85, 95},      {domain::step::wait, 95, 99},
    {domain::step::task, 5, 99},
};

template <std::size_t Size>
int percent_in(const share (&shares)[Size], const domain::queue_item& item, int of_step) {
  int made = 0;
  for (const auto& each : shares) {
    if (item.open && each.which == item.open->which)
      made = std::max(made, each.from + (each.to - each.from) * std::clamp(of_step, 0, 100) / 100);
    // What is done again is no progress, and no step back either.
    if (std::ranges::find(item.passed, each.which) != item.passed.end())
      made = std::max(made, each.to);
  }
  return made;
}

} // namespace

int percent_of(const domain::queue_item& item, int of_step) {
  const bool creates = item.action == domain::item_action::create;
  if (domain::only_removes(item.action) || (creates && item.undoing))
    return percent_in(removal_shares, item, of_step);
  return creates ? percent_in(create_shares, item, of_step)
                 : percent_in(action_shares, item, of_step);
}

domain::job_id job_of(const domain::pod_record& record, const domain::item_id& item) {
  for (const auto& each : record.jobs)
    if (each.find(item) != nullptr)
      return each.id;
  return {};
}

} // namespace cloudpods::actors
