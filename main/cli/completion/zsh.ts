import type { CommandNode } from '../tree.ts';
import { quoted } from './bash.ts';
import { another, type Described, type Place, placesIn } from './facts.ts';

/** For a file `_keyfob` in a folder of `fpath`, or to be sourced after `compinit`. */
export function zshCompletion(program: CommandNode): string {
  const places = placesIn(program);
  return `#compdef keyfob
# zsh completion of keyfob. Load it with: source <(keyfob completion zsh)
_keyfob_place() {
  subcommands=() flags=() positions=() variadic=
  case $path_ in
${places.map(placeCase).join('')}  esac
}

_keyfob_value() {
  case "$path_ $1" in
${places.flatMap(({ path, values }) => values.map(({ option, kind }) => `    (${quoted(`${path} ${option}`)}) kind=${quoted(kind)} ;;\n`)).join('')}    (*) return 1 ;;
  esac
}

_keyfob_lead() {
  case "$path_ $1" in
${places.flatMap(({ path, leads }) => leads.map(({ word, to }) => `    (${quoted(`${path} ${word}`)}) path_=${quoted(to)} ;;\n`)).join('')}    (*) return 1 ;;
  esac
}

_keyfob_offer() {
  local -a names
  case $1 in
    (account | connection)
      names=("\${(@f)$("\${(Q)words[1]}" __names "\${1}s" 2>/dev/null)}")
      compadd -a names
      ;;
    (choices:*)
      names=("\${(@s:,:)1#choices:}")
      compadd -a names
      ;;
    (file) _files ;;
  esac
}

_keyfob() {
  local path_= kind= wanted= ended= word variadic
  # Not \`commands\` and \`options\`: zsh's own completions look into its arrays of that name.
  local -a subcommands flags positions
  local -i position=0 i
  for ((i = 2; i < CURRENT; i++)); do
    word=\${(Q)words[i]}
    if [[ -n $wanted ]]; then
      wanted=
    elif [[ -z $ended && $word == -- ]]; then
      ended=$i
    elif [[ -z $ended && $word == -* ]]; then
      _keyfob_value "$word" && wanted=$word
    elif ((position > 0)) || ! _keyfob_lead "$word"; then
      ((position += 1))
    fi
  done

  if [[ -n $ended && $path_ == ${another} ]]; then
    shift $ended words
    ((CURRENT -= ended))
    _normal
    return
  fi

  _keyfob_place
  kind=
  if [[ -n $wanted ]]; then
    _keyfob_value "$wanted" && _keyfob_offer "$kind"
    return
  fi
  word=\${words[CURRENT]}
  if [[ -z $ended && $word == --*=* ]]; then
    _keyfob_value "\${word%%=*}" || return 1
    compset -P 1 '*='
    _keyfob_offer "$kind"
    return
  fi
  if [[ -z $ended && $word == -* ]]; then
    _describe -o option flags
    return
  fi
  if ((position == 0)) && [[ -z $ended ]] && (($#subcommands)); then
    _describe command subcommands
  fi
  if ((position < $#positions)); then
    _keyfob_offer "\${positions[position + 1]}"
  elif [[ -n $variadic ]]; then
    _keyfob_offer "\${positions[-1]}"
  fi
}

# Sourced, it registers itself; from fpath, zsh calls it the first time.
if [[ \${funcstack[1]-} == _keyfob ]]; then
  _keyfob "$@"
else
  compdef _keyfob keyfob
fi
`;
}

function placeCase({ path, commands, options, positions, variadic }: Place): string {
  return `    (${quoted(path)})
      subcommands=(${described(commands)})
      flags=(${described(options)})
      positions=(${positions.map(quoted).join(' ')})
      variadic=${variadic ? 1 : ''}
      ;;
`;
}

/** As `_describe` takes them: a colon parts the word from its description. */
function described(list: readonly Described[]): string {
  return list
    .map(({ word, description }) => quoted(`${word.replaceAll(':', '\\:')}:${description}`))
    .join(' ');
}
