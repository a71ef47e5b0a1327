# Bash completion for grader; installed as share/bash-completion/completions/grader.
# shellcheck shell=bash

# The options of a command, one a line.
_grader_options() {
    local grading='--rubric --out --format --feedback --pass --task --seed --quiet'
    case $1 in
    check) echo "$grading" ;;
    grade) echo "$grading --ref --learner --key" ;;
    batch) echo '--out --jobs --rubric --key --feedback --timeout --again --keep-going' ;;
    show) echo '--format --brief --colour --width' ;;
    esac
    echo '--help --usage'
}

# Words or file names for the value of an option; false when the option takes none.
# Usage: _grader_value COMMAND OPTION WORD
_grader_value() {
    case $1:$2 in
    check:--rubric | grade:--rubric | batch:--rubric | batch:--out | batch:-o)
        mapfile -t COMPREPLY < <(compgen -A directory -- "$3")
        compopt -o filenames 2>/dev/null
        ;;
    check:--out | grade:--out | grade:--key | batch:--key)
        mapfile -t COMPREPLY < <(compgen -A file -- "$3")
        compopt -o filenames 2>/dev/null
        ;;
    *:--format) mapfile -t COMPREPLY < <(compgen -W 'text json junit markdown' -- "$3") ;;
    *:--feedback) mapfile -t COMPREPLY < <(compgen -W 'verdict hint values full learner ci instructor' -- "$3") ;;
    *:--colour) mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$3") ;;
    *:--pass | *:--task | *:--seed | *:--ref | *:--learner | *:--jobs | *:-j | *:--timeout | *:--width)
        COMPREPLY=() # anything
        ;;
    *) return 1 ;;
    esac
}

# What a command works on.
_grader_argument() {
    local pattern
    case $1 in
    check | grade)
        mapfile -t COMPREPLY < <(compgen -A directory -- "$2")
        compopt -o filenames 2>/dev/null
        return
        ;;
    batch) pattern='!*.csv' ;;
    show) pattern='!*.json' ;;
    *) return ;;
    esac
    mapfile -t COMPREPLY < <(
        compgen -A file -X "$pattern" -- "$2"
        compgen -A directory -- "$2"
    )
    compopt -o filenames 2>/dev/null
}

_grader() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local command=${COMP_WORDS[1]}
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W 'check grade batch show --help --version' -- "$word")
        return
    fi
    # Bash takes "--out=x" apart at the "=".
    if [[ $word == '=' ]]; then
        word=''
    elif [[ $before == '=' ]]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    if ((COMP_CWORD > 2)) && _grader_value "$command" "$before" "$word"; then
        return
    fi
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_grader_options "$command")" -- "$word")
        return
    fi
    _grader_argument "$command" "$word"
}

complete -F _grader grader
