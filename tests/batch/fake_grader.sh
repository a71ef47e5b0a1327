#!/bin/sh
# Stands in for "grader grade": behaves as the last part of the repository says, and writes down
# every call in $FAKE_LOG/calls. Called as: grade OPTION... -- REPOSITORY
set -eu
[ "$1" = grade ]
learner='' out='' identity='' ref='' rubric=''
for word in "$@"; do
    case $word in
    --learner=*) learner=${word#*=} ;;
    --out=*) out=${word#*=} ;;
    --ref=*) ref=${word#*=} ;;
    --rubric=*) rubric=${word#*=} ;;
    --print-identity) identity=1 ;;
    esac
    repository=$word
done
text="fake-1 $learner $repository $ref $rubric $(cat "$FAKE_LOG/version" 2>/dev/null || true)"
if [ -n "$identity" ]; then
    echo "identity $learner" >>"$FAKE_LOG/calls"
    echo "noise that is no identity" >&2
    echo "$text"
    exit 0
fi
echo "grade $learner" >>"$FAKE_LOG/calls"
echo scratch >"$TMPDIR/left-behind"

report() {
    printf '{"schema":"grader-report","identity":"%s","outcome":"%s","score":{"points":%s,"maximum":100000,"pending":12000}}\n' \
        "$text" "$1" "$2" >"$out"
}

once() {
    [ -e "$FAKE_LOG/$learner.once" ] && return 1
    : >"$FAKE_LOG/$learner.once"
}

case ${repository##*/} in
good) report graded 73500 ;;
below) report graded 1000 && exit 1 ;;
hostile) report not_fetched 0 ;;
crash) echo 'about to crash' && kill -SEGV $$ ;;
crash-once) if once; then kill -SEGV $$; else report graded 50000; fi ;;
environment) echo 'grader: no user namespaces' >&2 && exit 3 ;;
environment-once) if once; then exit 3; else report graded 50000; fi ;;
bug) printf 'grader: assertion at https://ada:hunter2@example.org/\ngrader: this is a defect of the grader\n' >&2 && exit 4 ;;
wrong) echo "grader: no such folder" >&2 && exit 2 ;;
no-report) : ;;
half-report) printf '{"identity": "x' >"$out" ;;
other-json) echo '[1, 2]' >"$out" ;;
spew) yes 'a line that is printed without end' | head -c 3000000 && report graded 1 ;;
slow) sleep 60 & echo $! >"$FAKE_LOG/sleeper" && wait && report graded 1 ;;
gauge)
    : >"$FAKE_LOG/running.$learner"
    set -- "$FAKE_LOG"/running.*
    echo $# >>"$FAKE_LOG/gauge"
    sleep 0.3
    rm "$FAKE_LOG/running.$learner"
    report graded 1
    ;;
esac
