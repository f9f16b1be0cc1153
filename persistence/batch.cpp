#include "persistence/batch.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>

#include "persistence/event_ids.hpp"
#include "persistence/event_row.hpp"
#include "persistence/projection.hpp"
#include "persistence/request_rows.hpp"
#include "wire/event_json.hpp"

namespace cloudpods::persistence {

namespace {

/// Makes the events of one decision out of what was decided.
struct numbering {
  std::int64_t seq;
  domain::instant at;
  counters& count;
  const std::function<std::uint64_t()>& random;

  stored_event number(const domain::new_event& fact, const decision& from) {
    stored_event out;
    out.data = wire::encode_payload(fact.payload);
    auto& made = out.event;
    made.seq = ++seq;
    made.id = new_event_id(at, random);
    made.stream = fact.stream;
    made.stream_version = count.next_of_stream(fact.stream);
    made.tenant = fact.tenant;
    if (!fact.tenant.empty())
      made.tenant_seq = count.next_of_tenant(fact.tenant.value);
    made.pod = fact.pod;
    made.guest = fact.guest;
    made.job = fact.job;
    made.category = fact.category;
    made.message = fact.message;
    made.actor = from.actor;
    made.request = from.request;
    made.at = at;
    made.payload = fact.payload;
    return out;
  }
};

std::vector<const stored_event*> flat(const batch& it) {
  std::vector<const stored_event*> all;
  for (const auto& each : it.decisions)
    for (const auto& fact : each)
      all.push_back(&fact);
  return all;
}

void note_new_names(batch& made, std::span<const stored_event* const> events,
                    const event_names& known) {
  array_parameter names{wire_type::text};
  array_parameter versions{wire_type::integer};
  array_parameter seqs{wire_type::integer};
  for (const auto* each : events) {
    std::pair name{std::string{domain::event_name(each->event.payload)}, domain::event_version};
    if (known.contains(name) || !made.new_names.insert(name).second)
      continue;
    names.push(name.first);
    versions.push(std::int64_t{name.second});
    seqs.push(each->event.seq);
  }
  if (made.new_names.empty())
    return;
  made.statements.push_back({"INSERT INTO cloud_pod_event_names (name, version, first_seq) "
                             "SELECT * FROM unnest($1, $2, $3) ON CONFLICT DO NOTHING",
                             {}});
  made.statements.back().values.add(names).add(versions).add(seqs);
}

} // namespace

statement batch::advance(const log_head& before) const {
  statement move{"SELECT cloud_pod_log_advance($1, $2, $3, $4)", {}};
  move.values.add(before.epoch).add(before.seq).add(after.seq).add_bytes(after.hash);
  return move;
}

batch make_batch(std::span<const decision> decisions, const batch_start& start, domain::instant now,
                 counters& count, hash_chain& chain, const std::function<std::uint64_t()>& random) {
  batch made;
  made.last_time = std::max(now, start.last_time);
  made.after = start.head;
  numbering numbers{start.head.seq, made.last_time, count, random};
  for (const auto& each : decisions) {
    auto& events = made.decisions.emplace_back();
    for (const auto& fact : each.events)
      events.push_back(numbers.number(fact, each));
    made.ends.push_back(numbers.seq);
  }
  const auto events = flat(made);
  std::vector<std::string> hashes;
  projection rows;
  for (const auto* each : events) {
    hashes.push_back(chain.next(made.after.hash, hashed_event{*each}.fields()));
    made.after.hash = hashes.back();
    rows.add(each->event);
  }
  made.after.seq = numbers.seq;
  if (!events.empty())
    made.statements.push_back(insert_events(events, hashes));
  note_new_names(made, events, start.known_names);
  std::ranges::move(rows.take_statements(), std::back_inserter(made.statements));
  append_request_rows(decisions, made, made.statements);
  return made;
}

} // namespace cloudpods::persistence
