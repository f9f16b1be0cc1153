#pragma once

#include "domain/pod.hpp"

namespace cloudpods::actors {

/// How far an item is, 0 to 99, its running step being `of_step` percent done. For people: copying
/// the template is most of a create. Never falls while steps end, but where a create is undone.
int percent_of(const domain::queue_item& item, int of_step);

/// The job of an item.
domain::job_id job_of(const domain::pod_record& record, const domain::item_id& item);

} // namespace cloudpods::actors
