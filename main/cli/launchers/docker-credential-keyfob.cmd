@echo off
"%~dp0keyfob.cmd" docker %*
