#include "actors/tenant_life.hpp"
#include "domain/drift_decisions.hpp"

namespace cloudpods::actors {

namespace {

command_reply refusal(domain::problem why) { return {std::unexpected{std::move(why)}}; }

} // namespace

void tenant_life::begin(note_drift& news, command_promise promise) {
  const auto record = pod_for(news.pod, std::nullopt, promise);
  if (!record)
    return;
  const domain::drift_ids ids{domain::job_id{engine_->new_id("job-")},
                              domain::item_id{engine_->new_id("q-")}};
  auto facts = domain::note_drift(*record, news.report, ids, engine_->now());
  pending_answer answer{record->pod.id, {}, promise, std::nullopt, 200};
  if (facts.empty())
    answer_as_is(news.by, std::move(answer));
  else
    append_for(std::move(facts), news.by, std::move(answer));
}

void tenant_life::begin(ignore_drift& wish, command_promise promise) {
  const auto record = pod_for(wish.pod, std::nullopt, promise);
  if (!record)
    return;
  auto decided = domain::ignore_drift(*record, wish.kind, wish.reason);
  pending_answer answer{record->pod.id, {}, promise, std::nullopt, 200};
  if (!decided)
    promise.deliver(refusal(std::move(decided.error())));
  else if (decided->empty())
    answer_as_is(wish.by, std::move(answer));
  else
    append_for(std::move(*decided), wish.by, std::move(answer));
}

bool tenant_life::answer_word(const operators_word& word, command_promise promise) {
  if (answer_again(word.key, promise))
    return true;
  if (word.is_over)
    promise.deliver(refused(domain::problem_code::invalid_state, "The difference is over."));
  return word.is_over;
}

void tenant_life::begin(forget_pod& wish, command_promise promise) {
  if (answer_word(wish.word, promise))
    return;
  const auto record = pod_for(wish.pod, wish.word.versions, promise);
  if (!record)
    return;
  auto decided = domain::forget(*record);
  if (!decided)
    promise.deliver(refusal(std::move(decided.error())));
  else
    append_for(std::move(*decided), wish.word.by,
               {record->pod.id, {}, promise, wish.word.key, 200});
}

void tenant_life::begin(adopt_pod& wish, command_promise promise) {
  if (answer_word(wish.word, promise))
    return;
  const auto record = pod_for(wish.pod, wish.word.versions, promise);
  if (!record)
    return;
  const domain::drift_ids ids{domain::job_id{engine_->new_id("job-")},
                              domain::item_id{engine_->new_id("q-")}};
  auto decided =
      domain::adopt(state_, *record, *engine_->offers, wish.kind, wish.guest, wish.word.user, ids);
  if (!decided) {
    promise.deliver(refusal(std::move(decided.error())));
    return;
  }
  const bool has_job = wish.kind != domain::drift_kind::power;
  append_for(std::move(*decided), wish.word.by,
             {record->pod.id, has_job ? ids.job : domain::job_id{}, promise, wish.word.key,
              has_job ? 202 : 200});
}

void tenant_life::begin(adopt_found& wish, command_promise promise) {
  if (answer_word(wish.word, promise))
    return;
  const domain::pod_id pod{engine_->new_id("pod-")};
  const domain::drift_ids ids{domain::job_id{engine_->new_id("job-")},
                              domain::item_id{engine_->new_id("q-")}};
  auto decided = domain::adopt(state_, *engine_->offers, wish.found, wish.word.user, pod, ids);
  if (!decided)
    promise.deliver(refusal(std::move(decided.error())));
  else
    append_for(std::move(*decided), wish.word.by, {pod, ids.job, promise, wish.word.key});
}

} // namespace cloudpods::actors
