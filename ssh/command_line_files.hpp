#pragma once

#include <string_view>

/// The fixed shell text of what is written into files of a node or of a guest. Values come as
/// positional parameters.
namespace cloudpods::ssh::shell {

/// Runs the words after `$2` as they are where directory `$2` can be written, else as root; neither
/// where there is no such directory.
inline constexpr std::string_view writing_as = R"sh(as_root=$1 where=$2
shift 2
if [ -w "$where" ]; then exec "$@"; fi
case $(LC_ALL=C ls -d -- "$where" 2>&1) in
*": No such file or directory")
  echo "no such directory ${where%/}" >&2
  exit 1
  ;;
esac
exec $as_root "$@")sh";

/// `$1` enter or leave, `$2` the IPAM file, `$3` the address. Its own lock file, because the file
/// itself is replaced.
inline constexpr std::string_view changing_ipam = R"sh(verb=$1 address=$3
file=$(readlink -f "$2") || { echo "no such directory ${2%/*}" >&2; exit 1; }
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

} // namespace cloudpods::ssh::shell
