# Puts the folder of this file on the user's PATH, or takes it off. Every other entry stays as it
# was written, variables in it included.
param([Parameter(Mandatory)][ValidateSet('add', 'remove')][string]$Action)
$ErrorActionPreference = 'Stop'

$folder = $PSScriptRoot.TrimEnd('\')
$key = [Microsoft.Win32.Registry]::CurrentUser.OpenSubKey('Environment', $true)
$kind = 'ExpandString'
if ($key.GetValueNames() -contains 'Path') { $kind = $key.GetValueKind('Path') }
$path = [string]$key.GetValue('Path', '', 'DoNotExpandEnvironmentNames')

$entries = @($path -split ';' | Where-Object { $_ -ne '' -and $_.TrimEnd('\') -ne $folder })
if ($Action -eq 'add') { $entries += $folder }
$key.SetValue('Path', ($entries -join ';'), $kind)
$key.Close()

# Tells running programs that the environment has changed; there is no such variable to delete.
[Environment]::SetEnvironmentVariable('KEYFOB_PATH_CHANGED', $null, 'User')
