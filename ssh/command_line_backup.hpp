#pragma once

#include <string_view>

/// The fixed shell text of snapshots, backups and restores. All but `deleting_backups` follow
/// `looking_at_guest` of command_line_guest.hpp and use its words and exit codes.
namespace cloudpods::ssh::shell {

/// `$1` take or delete, `$2` the snapshot; what follows are options of taking it. One that was
/// left unfinished, with the lock of the task that died over it, is removed by force; but a delete
/// that was ended is not begun again.
inline constexpr std::string_view changing_snapshot = R"sh(verb=$1 name=$2
shift 2
must_be_there
look_at_snapshot() {
  if said=$($as_root $tool config "$id" --snapshot "$name" 2>&1); then
    case "
$said" in
    *"
snapstate: "*) state=broken ;;
    *"
snaptime: "*) state=whole ;;
    *) state= ;;
    esac
  else
    case $said in *"snapshot '$name' does not exist"*) state=none ;; *) state= ;; esac
  fi
  if [ -n "$state" ]; then return; fi
  printf "%s\n" "$said" "snapshot $name cannot be read" >&2
  exit 1
}
drop() {
  leave_to_living_task
  case $state:$locked in
  broken:snapshot | broken:snapshot-delete) $as_root $tool unlock "$id" || exit 1 ;;
  esac
  $as_root $tool delsnapshot "$id" "$name" "$@"
}
look_at_snapshot
if [ "$verb$state" = takewhole ] || [ "$verb$state" = deletenone ]; then
  echo "cloudpods: done before"
  exit 0
fi
if [ "$verb" = take ]; then
  wanted=whole
  if [ "$state" = broken ]; then drop --force 1 || exit $?; fi
  $as_root $tool snapshot "$id" "$name" "$@"
  code=$?
else
  wanted=none
  if [ "$state" = broken ]; then set -- --force 1; fi
  exec 3>&1
  text=$(drop "$@" 2>&1 >&3)
  code=$?
  printf "%s\n" "$text" >&2
  look_at_guest
  look_at_snapshot
  case $state:$#:$text in
  broken:0:*interrupt* | broken:0:*"broken pipe"* | broken:0:*"unexpected status"*) ;;
  broken:0:*)
    drop --force 1
    code=$?
    ;;
  esac
fi
look_at_snapshot
if [ "$state" = "$wanted" ]; then exit 0; fi
if [ "$code" -ne 0 ]; then exit "$code"; fi
echo "the command ended, but snapshot $name is $state" >&2
verdict unclear 81)sh";

/// `$@` is the command; it takes the shell's place, so that a TERM is its own to clean up after.
/// The lock of a backup that died would refuse every other one.
inline constexpr std::string_view backing_up = R"sh(if [ "$locked" = backup ]; then
  leave_to_living_task
  if [ "$owner" != none ]; then $as_root $tool unlock "$id" || exit 1; fi
fi
exec $as_root "$@")sh";

/// `$@` is the command. An earlier try that broke leaves its lock, or no guest at all.
inline constexpr std::string_view restoring = R"sh(if [ "$bare" != 1 ]; then must_be_there; fi
if [ -z "$absent" ]; then must_be_ours; fi
leave_to_living_task
if [ -n "$locked" ]; then
  if [ "$bare" != 1 ]; then
    echo "guest $id is locked ($locked), but no task works on it: unlock it on the node" >&2
    verdict busy 75
  fi
  $as_root $tool unlock "$id" || exit 1
fi
$as_root "$@" || exit $?
look_at_guest
if [ -n "$absent$locked" ]; then
  echo "the restore ended, but guest $id is ${locked:+locked: $locked}${absent:+gone}" >&2
  verdict unclear 81
fi)sh";

/// `$1` the prefix, `$2` vmid, then the volumes; none is touched where one is another guest's.
/// `pvesm free` exits 0 even where it failed, so its word is looked for, else the storage is read.
inline constexpr std::string_view deleting_backups = R"sh(as_root=$1 id=$2
shift 2
for volume do
  case $volume in
  *:backup/vzdump-qemu-"$id"-* | *:backup/vzdump-lxc-"$id"-*) ;;
  *:backup/vm/"$id"/* | *:backup/ct/"$id"/*) ;;
  *)
    echo "$volume is no backup of guest $id" >&2
    exit 1
    ;;
  esac
done
for volume do
  said=$($as_root pvesm free "$volume")
  case $said in
  *"Removed volume"*)
    echo "$said"
    continue
    ;;
  esac
  left=$($as_root pvesm list "${volume%%:*}" --content backup --vmid "$id") || exit 1
  case $left in
  *"$volume"*) exit 1 ;;
  *Volid*) ;;
  *)
    echo "the backups on ${volume%%:*} cannot be read" >&2
    exit 1
    ;;
  esac
done)sh";

} // namespace cloudpods::ssh::shell
