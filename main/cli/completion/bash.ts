import type { CommandNode } from '../tree.ts';
import { another, type Place, placesIn } from './facts.ts';

/** Runs in bash 3.2 (macOS) and later, without the package bash-completion, which it uses where it is. */
export function bashCompletion(program: CommandNode): string {
  const places = placesIn(program);
  return `# bash completion of keyfob. Load it with: source <(keyfob completion bash)
_keyfob_place() {
  commands= options= positions= variadic=
  case $path in
${places.map(placeCase).join('')}  esac
}

_keyfob_value() {
  case "$path $1" in
${places.flatMap(({ path, values }) => values.map(({ option, kind }) => `    ${quoted(`${path} ${option}`)}) kind=${quoted(kind)} ;;\n`)).join('')}    *) return 1 ;;
  esac
}

_keyfob_lead() {
  case "$path $1" in
${places.flatMap(({ path, leads }) => leads.map(({ word, to }) => `    ${quoted(`${path} ${word}`)}) path=${quoted(to)} ;;\n`)).join('')}    *) return 1 ;;
  esac
}

_keyfob() {
  local IFS=$' \\t\\n' program=$1 line token lead plain rest name word path= kind= wanted= ended= behind=0
  local commands options positions variadic position=0 i found names pattern
  COMPREPLY=()
  # The word at the cursor as it was typed: bash takes it apart at colons, equals and at signs.
  line=\${COMP_LINE:0:COMP_POINT}
  pattern='(([^[:space:]\\\\]|\\\\.)*)$'
  [[ $line =~ $pattern ]] && token=\${BASH_REMATCH[1]}
  lead=\${token%"\${COMP_WORDS[COMP_CWORD]}"}

  rest=\${line%"$token"}
  pattern='^[[:space:]]*(([^[:space:]\\\\]|\\\\.)+)(.*)$'
  i=0
  while [[ $rest =~ $pattern ]]; do
    word=\${BASH_REMATCH[1]//\\\\/} rest=\${BASH_REMATCH[3]}
    i=$((i + 1))
    if [[ $i -eq 1 ]]; then
      continue
    elif [[ -n $wanted ]]; then
      wanted=
    elif [[ -z $ended && $word == -- ]]; then
      ended=1
    elif [[ -z $ended && $word == -* ]]; then
      _keyfob_value "$word" && wanted=$word
    elif [[ -n $ended && $path == ${another} ]]; then
      behind=$((behind + 1))
    elif [[ $position -gt 0 ]] || ! _keyfob_lead "$word"; then
      position=$((position + 1))
    fi
  done

  _keyfob_place
  kind= found=
  if [[ -n $ended && $path == ${another} ]]; then
    for ((i = 1; i < COMP_CWORD; i++)); do
      [[ \${COMP_WORDS[i]} == -- ]] && break
    done
    if declare -F _command_offset >/dev/null; then
      _command_offset $((i + 1))
      return
    fi
    kind=file
    [[ $behind -eq 0 ]] && kind=program
  elif [[ -n $wanted ]]; then
    _keyfob_value "$wanted"
  elif [[ $token == --*=* ]]; then
    _keyfob_value "\${token%%=*}" || return 0
    lead=\${token%%=*}=
    [[ \${COMP_WORDS[COMP_CWORD]} == --*=* ]] || lead=
    token=\${token#*=}
  elif [[ -z $ended && $token == -* ]]; then
    found=$options
  else
    [[ $position -eq 0 && -z $ended ]] && found=$commands
    i=0
    for word in $positions; do
      if [[ $i -eq $position ]]; then kind=$word; fi
      i=$((i + 1))
    done
    if [[ -n $variadic && $position -ge $i ]]; then kind=$word; fi
  fi

  plain=\${token//\\\\/}
  for word in $found; do
    [[ $word == "$plain"* ]] && COMPREPLY+=("$word")
  done
  case $kind in
    account | connection) names=$("$program" __names "\${kind}s" 2>/dev/null) ;;
    choices:*) names=\${kind#choices:} names=\${names//,/$'\\n'} ;;
    file) names=$(compgen -f -- "$plain") ;;
    program) names=$(compgen -c -- "$plain" | sort -u) ;;
    *) return 0 ;;
  esac
  IFS=$'\\n'
  for name in $names; do
    [[ $name == "$plain"* ]] || continue
    name=$(printf '%q' "$name")
    COMPREPLY+=("\${name#"$lead"}")
  done
}
complete -F _keyfob keyfob
`;
}

function placeCase({ path, commands, options, positions, variadic }: Place): string {
  const words = (list: readonly { readonly word: string }[]) =>
    quoted(list.map(({ word }) => word).join(' '));
  return `    ${quoted(path)})
      commands=${words(commands)}
      options=${words(options)}
      positions=${quoted(positions.join(' '))}
      variadic=${variadic ? 1 : ''}
      ;;
`;
}

/** For a POSIX shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
