#include "actors/frame.hpp"

#include "wire/event_json.hpp"

namespace cloudpods::actors {

shared_frame frame_of(const persistence::stored_event& fact) {
  auto frame = std::make_shared<event_frame>();
  frame->seq = fact.event.seq;
  frame->tenant = fact.event.tenant;
  frame->pod = fact.event.pod;
  frame->name = domain::event_name(fact.event.payload);
  frame->category = fact.event.category;
  frame->text = wire::event_frame(fact.event, fact.data);
  return frame;
}

} // namespace cloudpods::actors
