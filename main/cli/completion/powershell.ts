import type { CommandNode } from '../tree.ts';
import { type Described, type Place, placesIn } from './facts.ts';

/** For PowerShell 5.1 and later. */
export function powershellCompletion(program: CommandNode): string {
  return `# PowerShell completion of keyfob. Load it with:
#   keyfob completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName @('keyfob', 'keyfob.exe', 'keyfob.cmd') -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $places = @{
${placesIn(program).map(placeEntry).join('')}    }
    $path = ''
    $position = 0
    $wanted = ''
    $ended = $false
    $elements = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition -or ($wordToComplete -eq '' -and $_.Extent.EndOffset -le $cursorPosition) })
    $program = $commandAst.CommandElements[0].ToString()
    foreach ($element in @($elements | Select-Object -Skip 1)) {
        $word = $element.ToString().Trim("'", '"')
        if ($wanted -ne '') { $wanted = '' }
        elseif (-not $ended -and $word -eq '--') { $ended = $true }
        elseif (-not $ended -and $word.StartsWith('-')) {
            if ($places[$path].values.ContainsKey($word)) { $wanted = $word }
        }
        elseif ($position -eq 0 -and $places[$path].leads.ContainsKey($word)) {
            $path = $places[$path].leads[$word]
        }
        else { $position++ }
    }
    $place = $places[$path]
    $kind = ''
    $found = @()
    if ($wanted -ne '') { $kind = $place.values[$wanted] }
    elseif (-not $ended -and $wordToComplete.StartsWith('-')) { $found = $place.options }
    else {
        if ($position -eq 0 -and -not $ended) { $found = $place.commands }
        if ($position -lt $place.positions.Count) { $kind = $place.positions[$position] }
        elseif ($place.variadic) { $kind = $place.positions[-1] }
    }
    $typed = $wordToComplete.Trim("'", '"')
    $found | Where-Object { $_[0].StartsWith($typed) } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
    }
    $names = @()
    if ($kind -eq 'account' -or $kind -eq 'connection') {
        $names = @(& $program __names ($kind + 's') 2>$null)
    }
    elseif ($kind.StartsWith('choices:')) { $names = $kind.Substring(8).Split(',') }
    $names | Where-Object { $_.StartsWith($typed) } | ForEach-Object {
        $text = if ($_ -match '^[\\w./:@-]+$') { $_ } else { "'" + $_.Replace("'", "''") + "'" }
        [System.Management.Automation.CompletionResult]::new($text, $_, 'ParameterValue', $_)
    }
}
`;
}

function placeEntry({
  path,
  commands,
  options,
  positions,
  variadic,
  values,
  leads,
}: Place): string {
  const pairs = (list: readonly (readonly [string, string])[]) =>
    `@{ ${list.map(([key, value]) => `${quoted(key)} = ${quoted(value)}`).join('; ')} }`;
  return `        ${quoted(path)} = @{
            commands = ${described(commands)}
            options = ${described(options)}
            positions = @(${positions.map(quoted).join(', ')})
            variadic = $${variadic}
            values = ${pairs(values.map(({ option, kind }) => [option, kind]))}
            leads = ${pairs(leads.map(({ word, to }) => [word, to]))}
        }
`;
}

/** The comma before each keeps PowerShell from taking the lists apart. */
function described(list: readonly Described[]): string {
  const pairs = list.map(
    ({ word, description }) => `,@(${quoted(word)}, ${quoted(description || word)})`,
  );
  return `@(${pairs.join('; ')})`;
}

function quoted(text: string): string {
  return `'${text.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;
}
