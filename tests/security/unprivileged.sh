# Runs the attacks as a user without rights: sh unprivileged.sh SECURITY_TEST
[ "$(id -u)" = 0 ] || exit 77
run="setpriv --reuid=70000 --regid=70000 --clear-groups"
$run test -x "$1" || exit 77
exec $run env -u HOME "$1" --gtest_brief=1
