import { join } from 'node:path/posix';
import { passedEnvironment, type ServiceFacts, type ServicePlan, writtenBy } from './plan.ts';

const launchdLabel = 'dev.keyfob.helper';

/** A launch agent: the helper runs from the log-in on, and again after a crash (launchd.plist(5)). */
export function launchdPlan(facts: ServiceFacts): ServicePlan {
  const { home, uid } = facts;
  const path = join(home, 'Library/LaunchAgents', `${launchdLabel}.plist`);
  const target = `gui/${uid}`;
  return {
    manager: 'launchd',
    files: [{ path, text: agent(facts) }],
    folders: [],
    probe: ['launchctl', 'print', target],
    install: [['launchctl', 'bootstrap', target, path]],
    remove: [['launchctl', 'bootout', `${target}/${launchdLabel}`]],
    afterRemove: [],
    isActive: ['launchctl', 'print', `${target}/${launchdLabel}`],
  };
}

function agent(facts: ServiceFacts): string {
  const words = [...facts.command, 'daemon'].map((word) => `    ${string(word)}\n`);
  const variables: string[] = (
    [['KEYFOB_SOCK', facts.places.socket], ...passedEnvironment(facts.env)] as const
  ).map(([name, value]) => `    <key>${xml(name)}</key>\n    ${string(value)}\n`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- ${writtenBy}; \`keyfob service remove\` takes it away. -->
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${launchdLabel}</string>
  <key>ProgramArguments</key>
  <array>
${words.join('')}  </array>
  <key>EnvironmentVariables</key>
  <dict>
${variables.join('')}  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <!-- One that the desktop app has asked to leave stays away. -->
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ProcessType</key>
  <string>Background</string>
  <key>AbandonProcessGroup</key>
  <true/>
  <key>Umask</key>
  <integer>63</integer>
  <key>ExitTimeOut</key>
  <integer>70</integer>
</dict>
</plist>
`;
}

function string(text: string): string {
  return `<string>${xml(text)}</string>`;
}

/** XML 1.0, in which a name may stand that is anything but ASCII. */
export function xml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[^\x20-\x7e]/gu, (character) => `&#${character.codePointAt(0)};`);
}
