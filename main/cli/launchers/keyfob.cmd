@echo off
setlocal
set "node=%~dp0..\node_modules\node\bin\node.exe"
if not exist "%node%" set "node=node.exe"
"%node%" "%~dp0command\keyfob.cjs" %*
