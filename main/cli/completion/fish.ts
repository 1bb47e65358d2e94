import type { CommandNode } from '../tree.ts';
import { another, type Place, placesIn } from './facts.ts';

/** For fish 3 and later. */
export function fishCompletion(program: CommandNode): string {
  const places = placesIn(program);
  const valued = places.flatMap(({ path, values }) =>
    values.map(({ option }) => quoted(`${path} ${option}`)),
  );
  const leads = places.flatMap(({ path, leads }) =>
    leads.map(
      ({ word, to }) =>
        `        case ${quoted(`${path} ${word}`)}\n            echo ${quoted(to)}\n`,
    ),
  );
  return `# fish completion of keyfob. Load it with: keyfob completion fish | source
function __keyfob_lead
    switch "$argv[1] $argv[2]"
${leads.join('')}        case '*'
            return 1
    end
end

# Whether the cursor is behind this command, and at this argument of it if one is named.
function __keyfob_at --argument-names wanted position
    set -l tokens (commandline -opc)
    set -e tokens[1]
    set -l path ''
    set -l count 0
    set -l skip 0
    for token in $tokens
        if test $skip = 1
            set skip 0
        else if test "$path $token" = '${another} --'
            set path '${another} --'
            break
        else if string match -q -- '-*' $token
            if contains -- "$path $token" ${valued.join(' ')}
                set skip 1
            end
        else
            set -l next
            if test $count = 0
                set next (__keyfob_lead $path $token)
            end
            if set -q next[1]
                set path $next
            else
                set count (math $count + 1)
            end
        end
    end
    test "$path" = "$wanted"; or return 1
    test -z "$position"; or test $position = $count; or begin
        string match -q -- '*+' $position
        and test $count -ge (string replace -- + '' $position)
    end
end

function __keyfob_names
    set -l program (commandline -opc)[1]
    $program __names $argv[1] 2>/dev/null
end

function __keyfob_program
    set -l tokens (commandline -opc)
    set -e tokens[1..(contains -i -- -- $tokens)]
    complete -C (string join ' ' -- (string escape -- $tokens) (commandline -ct))
end

complete -c keyfob -f
complete -c keyfob -n "__keyfob_at '${another} --'" -a '(__keyfob_program)'
${places.map(placeLines).join('')}`;
}

function placeLines({ path, commands, options, positions, variadic, values }: Place): string {
  const at = (position: string) => `-n ${quoted(`__keyfob_at ${quoted(path)} ${position}`.trim())}`;
  const kinds = new Map(values.map(({ option, kind }) => [option, kind]));
  const lines = [
    ...commands.map(
      ({ word, description }) => `${at('0')} -a ${quoted(word)} -d ${quoted(description)}`,
    ),
    ...positions.flatMap((kind, n) => {
      const last = variadic && n === positions.length - 1;
      const offered = offer(kind);
      return offered === '' ? [] : [`${at(last ? `${n}+` : String(n))} ${offered}`];
    }),
    ...options.map(({ word, description }) => {
      const flag = word.startsWith('--') ? `-l ${word.slice(2)}` : `-s ${word.slice(1)}`;
      const kind = kinds.get(word);
      const value = kind === undefined ? '' : ` -r ${offer(kind)}`.trimEnd();
      return `${at('')} ${flag}${value} -d ${quoted(description)}`;
    }),
  ];
  return lines.map((line) => `complete -c keyfob ${line}\n`).join('');
}

function offer(kind: string): string {
  if (kind === 'account' || kind === 'connection') return `-f -a '(__keyfob_names ${kind}s)'`;
  if (kind === 'file') return '-F';
  if (kind.startsWith('choices:')) {
    return `-f -a ${quoted(kind.slice('choices:'.length).replaceAll(',', ' '))}`;
  }
  return '';
}

/** Within single quotes fish knows two escapes. */
function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
