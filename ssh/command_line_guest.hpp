#pragma once

#include <string_view>

/// The fixed shell text of operations on a guest that are more than one command; values come as
/// positional parameters. `$1` is always the prefix that makes a node command root's (`sudo -n` or
/// nothing).
namespace cloudpods::ssh::shell {

/// Exit codes of these scripts; each comes with its word on the last line of standard error, since
/// a command of the node may use the same number.
inline constexpr int busy_code = 75;
inline constexpr int not_ours_code = 79;
inline constexpr int unmarked_code = 80;
/// The command says that it succeeded, the guest does not look like it.
inline constexpr int unclear_code = 81;

/// Reads a guest: whose it is, its lock, whether a task works on it. `$2` vm or ct, `$3` vmid, `$4`
/// the mark as `qm config` prints it, `$5` the pod's tag, `$6` 1 if no mark will do, else 0, `$7`
/// the node; what follows is left in `$@`.
inline constexpr std::string_view looking_at_guest =
    R"sh(as_root=$1 kind=$2 id=$3 mark=$4 tag=$5 bare=$6 node=$7
shift 7
verdict() {
  printf "cloudpods: %s\n" "$1" >&2
  exit "$2"
}
case $kind in vm) tool=qm ;; *) tool=pct ;; esac
cr=$(printf "\r")
set -f
look_at_guest() {
  owner=none locked= protected= absent=
  if ! config=$($as_root $tool config "$id" 2>&1); then
    case $config in
    *"onfiguration file "*" does not exist"*)
      absent=1
      return
      ;;
    esac
    printf "%s\n" "$config" >&2
    exit 1
  fi
  while IFS= read -r line; do
    line=${line%"$cr"}
    case $line in
    "description: "*)
      word=${line#description: }
      case ${word%%\%0A*} in
      "$mark") owner=ours ;;
      cloudpods/*) if [ "$owner" = none ]; then owner=another; fi ;;
      esac
      ;;
    "tags: "*)
      IFS=";, "
      for word in ${line#tags: }; do
        if [ "$word" = "$tag" ]; then owner=ours; fi
        if [ "$word" = cloudpods ] && [ "$owner" = none ]; then owner=another; fi
      done
      unset IFS
      ;;
    "lock: "*) locked=${line#lock: } ;;
    "protection: 1") protected=1 ;;
    esac
  done <<END
$config
END
}
must_be_there() {
  if [ -z "$absent" ]; then return; fi
  printf "%s\n" "$config" >&2
  exit 1
}
must_be_ours() {
  case $owner$bare in
  ours? | none1) ;;
  none*) verdict unmarked 80 ;;
  *) verdict not_ours 79 ;;
  esac
}
works_on_it() {
  case $6:$7 in
  *:"$id") return 0 ;;
  vzdump:) [ "$locked" = backup ] && return 0 ;;
  qmclone:* | vzclone:*)
    log=$($as_root pvesh get "/nodes/$node/tasks/$task/log" --limit 9 --output-format json)
    case $log in *"with ID $id"[!0-9]*) return 0 ;; esac
    ;;
  esac
  return 1
}
is_worked_on() {
  tasks=$($as_root pvesh get "/nodes/$node/tasks" --source active --output-format json) || return 0
  IFS="\""
  set -- $tasks
  unset IFS
  for task do
    case $task in UPID:*:*:*:*:*:*:*) ;; *) continue ;; esac
    IFS=:
    set -- $task
    unset IFS
    if works_on_it "$@"; then return 0; fi
  done
  return 1
}
leave_to_living_task() {
  if [ -z "$locked" ]; then return; fi
  if [ "$locked" = migrate ] || is_worked_on; then
    echo "guest $id is locked ($locked) by an operation that lives" >&2
    verdict busy 75
  fi
}
is_stopped() {
  case $($as_root $tool status "$id" 2>&1) in *"status: stopped"*) return 0 ;; esac
  return 1
}
look_at_guest
)sh";

/// After `looking_at_guest`: removes the guest; `$@` is the command that removes a container.
inline constexpr std::string_view destroying = R"sh(if [ -n "$absent" ]; then
  echo "cloudpods: absent"
  exit 0
fi
must_be_ours
if [ -n "$protected" ]; then
  echo "guest $id cannot be removed - protection mode enabled" >&2
  exit 1
fi
leave_to_living_task
skip=
if [ -n "$locked" ]; then skip="--skiplock 1"; fi
if [ "$kind" = vm ]; then
  $as_root qm stop "$id" $skip
  $as_root qm destroy "$id" --purge 1 --destroy-unreferenced-disks 1 $skip
else
  if [ -n "$locked" ]; then $as_root pct unlock "$id"; fi
  $as_root "$@"
fi)sh";

/// After `looking_at_guest`: `$1` and `$2` mark and tag that are replaced, or nothing; `$3` the new
/// tags; the new description comes by standard input.
inline constexpr std::string_view adopting = R"sh(must_be_there
if [ "$owner" = another ] && [ -n "$1" ]; then
  mark=$1 tag=$2
  look_at_guest
fi
must_be_ours
leave_to_living_task
text=$(cat)
$as_root $tool set "$id" --tags "$3" --description "$text")sh";

/// After `looking_at_guest`: `$1` the snapshot. A running container is stopped first, and started
/// again where the rollback was refused before it touched anything.
inline constexpr std::string_view rolling_back = R"sh(name=$1 stopped=
must_be_there
must_be_ours
leave_to_living_task
case $locked in
"") ;;
rollback) $as_root $tool unlock "$id" || exit 1 ;;
*)
  echo "guest $id is locked ($locked), but no task works on it: unlock it on the node" >&2
  verdict busy 75
  ;;
esac
if [ "$kind" = ct ] && ! is_stopped; then
  $as_root pct config "$id" --snapshot "$name" >/dev/null || exit 1
  $as_root pct stop "$id" || is_stopped || exit 1
  stopped=1
fi
$as_root $tool rollback "$id" "$name"
code=$?
look_at_guest
if [ "$code" -ne 0 ]; then
  if [ -n "$stopped" ] && [ -z "$locked" ]; then $as_root pct start "$id" >/dev/null 2>&1; fi
  exit "$code"
fi
if [ -n "$absent$locked" ]; then
  echo "the rollback ended, but guest $id is ${locked:+locked: $locked}${absent:+gone}" >&2
  verdict unclear 81
fi
if is_stopped; then exit 0; fi
$as_root $tool stop "$id"
if ! is_stopped; then
  echo "the rollback ended, but guest $id does not stop" >&2
  verdict unclear 81
fi)sh";

/// `$2` qm or pct, `$3` vmid; what follows is the command that stops it. Proxmox fails for a
/// container that does not run, and only passes the wish on where the guest is highly available.
inline constexpr std::string_view stopping = R"sh(as_root=$1 tool=$2 id=$3
shift 3
$as_root "$@"
code=$?
said=$($as_root $tool status "$id" 2>&1)
case $said in
*"status: stopped"* | *"onfiguration file "*" does not exist"*) exit 0 ;;
esac
if [ "$code" -ne 0 ]; then exit "$code"; fi
printf "%s\n" "the command ended, but guest $id: $said" "cloudpods: unclear" >&2
exit 81)sh";

/// `$2` vmid, `$3` swap in MB; what follows is the command that sets the rest.
inline constexpr std::string_view scaling_container = R"sh(as_root=$1 id=$2 swap=$3
shift 3
if [ "$#" -gt 0 ]; then $as_root "$@" || exit $?; fi
$as_root pct set "$id" --swap "$swap")sh";

/// Frees the volumes in `$@`. `pvesm free` exits 0 even where it failed (then it says so on
/// standard error only), so its word is looked for.
inline constexpr std::string_view freeing_volumes = R"sh(as_root=$1
shift
for volume do
  said=$($as_root pvesm free "$volume") || exit 1
  case $said in
  *"Removed volume"*) echo "$said" ;;
  *) exit 1 ;;
  esac
done)sh";

} // namespace cloudpods::ssh::shell
