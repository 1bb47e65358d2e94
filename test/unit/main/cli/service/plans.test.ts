import { expect, test } from 'vitest';
import { launchdPlan, xml } from '../../../../../main/cli/service/launchd.ts';
import type { ServiceFacts } from '../../../../../main/cli/service/plan.ts';
import { scheduledTaskPlan } from '../../../../../main/cli/service/scheduled-task.ts';
import { systemdPlan } from '../../../../../main/cli/service/systemd.ts';
import { type Environment, resolvePlaces } from '../../../../../shared/places.ts';

function facts(env: Environment, platform = 'linux', home = '/home/jo'): ServiceFacts {
  const command =
    platform === 'win32' ? ['C:\\Program Files\\Keyfob\\keyfob.exe'] : ['/opt/key fob/keyfob'];
  return { env, places: resolvePlaces(env, platform, home), home, command, uid: 1000 };
}

function units(env: Environment) {
  const [socket, service] = systemdPlan(facts(env)).files;
  return { socket: socket?.text ?? '', service: service?.text ?? '', path: socket?.path };
}

const secretly = { HTTPS_PROXY: 'http://jo:hunter2@proxy:3128', AWS_SECRET_ACCESS_KEY: 'hunter2' };

test.each<[string, Environment, string]>([
  ['the runtime folder', { XDG_RUNTIME_DIR: '/run/user/1000' }, '%t/keyfob/helper.sock'],
  ['another runtime folder', { XDG_RUNTIME_DIR: '/tmp/run' }, '/tmp/run/keyfob/helper.sock'],
  ['no runtime folder', {}, '/home/jo/.local/state/keyfob/helper.sock'],
  [
    'KEYFOB_HOME',
    { KEYFOB_HOME: '/srv/100%', XDG_RUNTIME_DIR: '/run/user/1000' },
    '/srv/100%%/helper.sock',
  ],
  [
    'KEYFOB_SOCK',
    { KEYFOB_SOCK: '/run/user/1000/own/k.sock', XDG_RUNTIME_DIR: '/run/user/1000/' },
    '%t/own/k.sock',
  ],
])('systemd listens where clients look: %s', (_what, env, path) => {
  const { socket, service } = units(env);
  expect(socket).toContain(`\nListenStream=${path}\n`);
  expect(service).toContain(`\nEnvironment="KEYFOB_SOCK=${path}"\n`);
});

test('the unit lies where systemd reads the units of a person', () => {
  expect(units({}).path).toBe('/home/jo/.config/systemd/user/keyfob.socket');
  expect(units({ XDG_CONFIG_HOME: '/cfg' }).path).toBe('/cfg/systemd/user/keyfob.socket');
});

test('words are quoted as systemd reads them', () => {
  const plan = systemdPlan({ ...facts({}), command: ['/opt/a "b" $c %d \\e/node', '/k.ts'] });
  expect(plan.files[1]?.text).toContain(
    '\nExecStart="/opt/a \\"b\\" $$c %%d \\\\e/node" "/k.ts" daemon\n',
  );
});

test.each(['linux', 'darwin', 'win32'])(
  '%s: no secret of the environment is written',
  (platform) => {
    const all = facts({ ...secretly, KEYFOB_KEYCHAIN: 'file', USERNAME: 'jo' }, platform);
    const plans = [systemdPlan(all), launchdPlan(all), scheduledTaskPlan(all)];
    for (const plan of plans) {
      const text = plan.files.map((file) => file.text).join('');
      expect(text).not.toContain('hunter2');
      expect(text).toContain('KEYFOB_KEYCHAIN');
    }
  },
);

test('launchd gets a property list of plain words', () => {
  const plan = launchdPlan(facts({ KEYFOB_HOME: '/Users/jo/a & b' }, 'darwin', '/Users/jo'));
  const [file] = plan.files;
  expect(file?.path).toBe('/Users/jo/Library/LaunchAgents/dev.keyfob.helper.plist');
  expect(file?.text).toContain(
    '<array>\n    <string>/opt/key fob/keyfob</string>\n    <string>daemon</string>\n  </array>',
  );
  expect(file?.text).toContain(
    '<key>KEYFOB_SOCK</key>\n    <string>/Users/jo/a &amp; b/helper.sock</string>',
  );
  expect(plan.install).toEqual([['launchctl', 'bootstrap', 'gui/1000', file?.path]]);
});

test('Windows gets a task of the person’s own, without a window', () => {
  const env = {
    USERDOMAIN: 'CORP',
    USERNAME: 'Zoë',
    LOCALAPPDATA: 'C:\\Users\\Zoë\\AppData\\Local',
  };
  const plan = scheduledTaskPlan(facts(env, 'win32', 'C:\\Users\\Zoë'));
  const [file] = plan.files;
  expect(file?.path).toBe('C:\\Users\\Zoë\\AppData\\Local\\Keyfob\\service.xml');
  expect(file?.text).toMatch(/^[\x20-\x7e\n]*$/);
  expect(file?.text).toContain('<UserId>CORP\\Zo&#235;</UserId>');
  expect(file?.text).toContain('<Command>conhost.exe</Command>');
  expect(file?.text).toContain(
    '&quot;C:\\Program Files\\Keyfob\\keyfob.exe&quot; daemon&quot;</Arguments>',
  );
  expect(plan.install[0]).toEqual([
    'schtasks',
    '/Create',
    '/TN',
    'Keyfob helper',
    '/XML',
    file?.path,
    '/F',
  ]);
});

test('XML stays XML, whatever a name holds', () => {
  expect(xml('<a b="c">&é😀')).toBe('&lt;a b=&quot;c&quot;&gt;&amp;&#233;&#128512;');
});
