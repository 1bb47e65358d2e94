; What the installer does beside electron-builder's own steps: the command is found by its name.

!macro keyfobPath action
  nsExec::ExecToLog '"$SYSDIR\WindowsPowerShell\v1.0\powershell.exe" -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "$INSTDIR\resources\bin\path.ps1" ${action}'
  Pop $0
!macroend

!macro customInstall
  !insertmacro keyfobPath add
!macroend

!macro customUnInstall
  ; An update takes the old version away first; the folder stays the same.
  ${ifNot} ${isUpdated}
    !insertmacro keyfobPath remove
    ; What "Open at login" has left behind, under the app's id.
    DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "${APP_ID}"
    DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run" "${APP_ID}"
  ${endIf}
!macroend
