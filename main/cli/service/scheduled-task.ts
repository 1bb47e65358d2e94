import { win32 } from 'node:path';
import { xml } from './launchd.ts';
import { passedEnvironment, type ServiceFacts, type ServicePlan, writtenBy } from './plan.ts';

const task = 'Keyfob helper';

/**
 * A task that runs the helper from the log-on on, and again after a crash. Its definition is ASCII,
 * so that it reads the same in whatever encoding `schtasks` takes it to be.
 */
export function scheduledTaskPlan(facts: ServiceFacts): ServicePlan {
  const path = win32.join(facts.places.state, 'service.xml');
  return {
    manager: 'Task Scheduler',
    files: [{ path, text: definition(facts) }],
    folders: [],
    probe: ['schtasks', '/Query', '/FO', 'LIST'],
    install: [
      ['schtasks', '/Create', '/TN', task, '/XML', path, '/F'],
      ['schtasks', '/Run', '/TN', task],
    ],
    remove: [
      ['schtasks', '/End', '/TN', task],
      ['schtasks', '/Delete', '/TN', task, '/F'],
    ],
    afterRemove: [],
    isActive: ['schtasks', '/Query', '/TN', task],
  };
}

function definition(facts: ServiceFacts): string {
  const { USERDOMAIN: domain, USERNAME: name = '' } = facts.env;
  const user = domain === undefined || domain === '' ? name : `${domain}\\${name}`;
  return `<?xml version="1.0"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Keyfob, the credential helper. ${writtenBy}.</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <UserId>${xml(user)}</UserId>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>${xml(user)}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>3</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>conhost.exe</Command>
      <Arguments>${xml(commandLine(facts))}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
}

/** Without a console window of its own; `set` passes on what the task's schema has no place for. */
function commandLine({ command, env, places }: ServiceFacts): string {
  const variables = [['KEYFOB_SOCK', places.socket], ...passedEnvironment(env)] as const;
  const settings = variables.map(([name, value]) => `set "${name}=${forCmd(value)}"&&`).join('');
  const words = command.map((word) => `"${forCmd(word)}"`).join(' ');
  return `--headless cmd.exe /d /s /c "${settings}${words} daemon"`;
}

/** A percent sign would begin a variable; no path on Windows holds a double quote. */
function forCmd(text: string): string {
  return text.replaceAll('"', '').replaceAll('%', '%%');
}
