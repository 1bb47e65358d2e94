import { dirname, join } from 'node:path/posix';
import { passedEnvironment, type ServiceFacts, type ServicePlan, writtenBy } from './plan.ts';

/**
 * A user unit with socket activation: systemd listens from the log-in on, and starts the helper for
 * the first client (systemd.socket(5), systemd.service(5)).
 */
export function systemdPlan(facts: ServiceFacts): ServicePlan {
  const { env, home } = facts;
  const config = env.XDG_CONFIG_HOME?.startsWith('/') ? env.XDG_CONFIG_HOME : join(home, '.config');
  const folder = join(config, 'systemd/user');
  const systemctl = (...args: string[]) => ['systemctl', '--user', ...args];
  return {
    manager: 'systemd',
    files: [
      { path: join(folder, 'keyfob.socket'), text: socketUnit(facts) },
      { path: join(folder, 'keyfob.service'), text: serviceUnit(facts) },
    ],
    folders: [folder, dirname(folder)],
    probe: systemctl('show-environment'),
    install: [systemctl('daemon-reload'), systemctl('enable', '--now', 'keyfob.socket')],
    remove: [systemctl('disable', '--now', 'keyfob.socket', 'keyfob.service')],
    afterRemove: [systemctl('daemon-reload')],
    isActive: systemctl('is-active', '--quiet', 'keyfob.socket'),
  };
}

/** The socket's unit, at the very place where clients look. */
function socketUnit(facts: ServiceFacts): string {
  return `# ${writtenBy}; \`keyfob service remove\` takes it away.
[Unit]
Description=Keyfob's private socket

[Socket]
ListenStream=${socketPath(facts)}
SocketMode=0600
DirectoryMode=0700
Backlog=4096
FileDescriptorName=keyfob
RemoveOnStop=yes

[Install]
WantedBy=sockets.target
`;
}

function serviceUnit(facts: ServiceFacts): string {
  const environment = passedEnvironment(facts.env).map(
    ([name, value]) => `Environment=${quoted(`${name}=${value}`)}\n`,
  );
  return `# ${writtenBy}; \`keyfob service remove\` takes it away.
[Unit]
Description=Keyfob, the credential helper
Requires=keyfob.socket
After=keyfob.socket

[Service]
Type=exec
ExecStart=${facts.command.map((word) => quoted(word.replaceAll('$', '$$$$'))).join(' ')} daemon
Environment="KEYFOB_SOCK=${socketPath(facts)}"
${environment.join('')}UMask=0077
Restart=on-failure
# A browser that the helper has opened is not to end with it.
KillMode=process
# A keychain may take its time to store what is under way.
TimeoutStopSec=70
`;
}

/** Under the person's runtime folder by systemd's own name for it, since that may move. */
function socketPath({ env, places, uid }: ServiceFacts): string {
  const runtime = `/run/user/${uid}/`;
  const inRuntime = env.XDG_RUNTIME_DIR?.replace(/\/*$/, '/') === runtime;
  return inRuntime && places.socket.startsWith(runtime)
    ? `%t/${escaped(places.socket.slice(runtime.length))}`
    : escaped(places.socket);
}

/** A percent sign would begin a specifier. */
function escaped(text: string): string {
  return text.replaceAll('%', '%%');
}

/** systemd.syntax(7): C-style escapes within double quotes. */
function quoted(text: string): string {
  return `"${escaped(text).replace(/["\\]/g, '\\$&')}"`;
}
