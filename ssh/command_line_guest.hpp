#pragma once

#include <string_view>

/// The fixed shell text of operations that are more than one command; values come as positional
/// parameters. `$1` is always the prefix that makes a node command root's (`sudo -n` or nothing).
namespace cloudpods::ssh::shell {

/// Exit codes of `destroying`; each comes with its word on the last line of standard error, since
/// a script of the node may use the same number.
inline constexpr int busy_code = 75;
inline constexpr int not_ours_code = 79;
inline constexpr int unmarked_code = 80;

/// Removes a guest after the mark was checked. `$2` vm or ct, `$3` vmid, `$4` the mark as
/// `qm config` prints it, `$5` the pod's tag, `$6` 1 if no mark will do, `$7` the node; what
/// follows is the command that removes a container.
inline constexpr std::string_view destroying =
    R"sh(as_root=$1 kind=$2 id=$3 mark=$4 tag=$5 bare=$6 node=$7
shift 7
verdict() {
  printf "cloudpods: %s\n" "$1" >&2
  exit "$2"
}
case $kind in vm) tool=qm ;; *) tool=pct ;; esac
if ! config=$($as_root $tool config "$id" 2>&1); then
  case $config in
  *"onfiguration file "*" does not exist"*)
    echo "cloudpods: absent"
    exit 0
    ;;
  esac
  printf "%s\n" "$config" >&2
  exit 1
fi
owner=none locked= protected=
cr=$(printf "\r")
set -f
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
case $owner$bare in
ours? | none1) ;;
none*) verdict unmarked 80 ;;
*) verdict not_ours 79 ;;
esac
if [ -n "$protected" ]; then
  echo "guest $id cannot be removed - protection mode enabled" >&2
  exit 1
fi
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
skip=
if [ -n "$locked" ]; then
  if [ "$locked" = migrate ] || is_worked_on; then
    echo "guest $id is locked ($locked) by an operation that lives" >&2
    verdict busy 75
  fi
  skip="--skiplock 1"
fi
if [ "$kind" = vm ]; then
  $as_root qm stop "$id" $skip
  $as_root qm destroy "$id" --purge 1 --destroy-unreferenced-disks 1 $skip
else
  if [ -n "$locked" ]; then $as_root pct unlock "$id"; fi
  $as_root "$@"
fi)sh";

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

/// Runs the words after `$2` as they are where directory `$2` can be written, else as root.
inline constexpr std::string_view writing_as = R"sh(as_root=$1 where=$2
shift 2
if [ -w "$where" ]; then exec "$@"; fi
exec $as_root "$@")sh";

/// `$1` enter or leave, `$2` the IPAM file, `$3` the address. Its own lock file, because the file
/// itself is replaced.
inline constexpr std::string_view changing_ipam = R"sh(verb=$1 address=$3
file=$(readlink -f "$2") || exit 1
exec 8>>"$file.lock" || exit 1
flock -w 10 8 || { echo "can't lock file '$file.lock' - got timeout" >&2; exit 1; }
if [ "$verb" = leave ] && [ ! -e "$file" ]; then exit 0; fi
if [ -e "$file" ]; then grep -qxF -e "$address" "$file"; else (exit 1); fi
case $?$verb in
0enter | 1leave) exit 0 ;;
0* | 1*) ;;
*) exit 1 ;;
esac
new=$file.new.$$
trap "rm -f \"\$new\"" EXIT
if [ -e "$file" ]; then cp -p "$file" "$new" || exit 1; else : >"$new"; fi
if [ "$verb" = enter ]; then
  if [ -s "$new" ] && [ -n "$(tail -c 1 "$new")" ]; then echo >>"$new"; fi
  printf "%s\n" "$address" >>"$new" || exit 1
else
  grep -vxF -e "$address" "$file" >"$new"
  [ $? -le 1 ] || exit 1
fi
mv "$new" "$file")sh";

/// `$2` write or remove, `$3` the volume. The content comes by standard input.
inline constexpr std::string_view changing_snippet = R"sh(as_root=$1 verb=$2
path=$($as_root pvesm path "$3") || exit 1
path=${path%"$(printf "\r")"}
path=${path##*
}
case $path in
/*/*) ;;
*)
  echo "storage has no path for $3" >&2
  exit 1
  ;;
esac
if [ -w "${path%/*}" ]; then as_root=; fi
if [ "$verb" = remove ]; then
  $as_root rm -f "$path"
else
  $as_root sh -c "umask 077; mkdir -p \"\${1%/*}\" && cat >\"\$1.new\" && mv \"\$1.new\" \"\$1\"" sh "$path"
fi)sh";

/// Runs inside a container; the keys come by standard input, one a line.
inline constexpr std::string_view adding_keys = R"sh(umask 077
mkdir -p /root/.ssh || exit 1
file=/root/.ssh/authorized_keys
touch "$file" || exit 1
if [ -s "$file" ] && [ -n "$(tail -c 1 "$file")" ]; then echo >>"$file"; fi
while IFS= read -r key; do
  grep -qxF -e "$key" "$file" || printf "%s\n" "$key" >>"$file" || exit 1
done)sh";

/// Says what a read printed, with its exit code and length: what a guest's configuration holds
/// cannot be taken for the next part.
inline constexpr std::string_view sectioning = R"sh(section() {
  printf '\n@@%s %s %s\n%s\n' "$1" "$2" "${#3}" "$3"
}
)sh";

/// `$as_root`, `$tool`, `$id`
inline constexpr std::string_view reading_guest = R"sh(text=$($as_root $tool config "$id")
section config $? "$text"
text=$($as_root $tool status "$id")
section status $? "$text"
)sh";

/// `$as_root`, `$id`. A storage that cannot be read is said to have failed: its volumes are not
/// known, which is not the same as none.
inline constexpr std::string_view listing_volumes =
    R"sh(images=$($as_root pvesm status --content images)
failed=$?
storages=$($as_root pvesm status --content rootdir) || failed=1
section status $failed "$storages"
seen=" "
while read -r name type state rest; do
  case $seen in *" $name "*) continue ;; esac
  seen="$seen$name "
  case $state in
  active)
    text=$($as_root pvesm list "$name" --vmid "$id")
    section "volumes:$name" $? "$text"
    ;;
  inactive) section "volumes:$name" 1 "" ;;
  esac
done <<END
$images
$storages
END
)sh";

/// `$as_root`, `$node`
inline constexpr std::string_view reading_capacity =
    R"sh(text=$($as_root pvesh get "/nodes/$node/status" --output-format json)
section status $? "$text"
text=$($as_root pvesh get "/nodes/$node/storage" --output-format json)
section storages $? "$text"
)sh";

/// `$as_root`: without it everything is allowed.
inline constexpr std::string_view reading_sudo = R"sh(if [ -z "$as_root" ]; then
  section rights 0 "    (root) ALL"
else
  text=$($as_root -l)
  section rights $? "$text"
fi
)sh";

/// `$work`, `$age` in minutes: items by the names of their attempts' directories.
inline constexpr std::string_view listing_attempts = R"sh(text=
if [ -d "$work" ]; then
  text=$(find "$work" -mindepth 1 -maxdepth 1 -type d -name 'q-*.*.*' -mmin "+$age")
fi
section attempts $? "$text"
)sh";

} // namespace cloudpods::ssh::shell
