import { KeyfobError } from '../../shared/errors.ts';

/** The first file descriptor that a service manager hands over: after stdin, stdout and stderr. */
const firstFd = 3;

/**
 * The socket that systemd listens on for us (sd_listen_fds(3)): its file descriptor, or undefined
 * where there is none. The variables that say so are taken out of `env`, so that no child believes
 * it is meant. Throws `socket_unusable` where there is more than one.
 */
export function takeHandedOver(env: NodeJS.ProcessEnv, pid: number): number | undefined {
  const { LISTEN_FDS: count, LISTEN_PID: owner } = env;
  for (const name of ['LISTEN_FDS', 'LISTEN_PID', 'LISTEN_FDNAMES', 'LISTEN_PIDFDID']) {
    delete env[name];
  }
  // Inherited from a parent that was meant.
  if (count === undefined || owner !== String(pid)) return undefined;
  if (count === '1') return firstFd;
  throw new KeyfobError('socket_unusable', `${count} sockets were handed over, instead of one.`, {
    hint: 'Write the unit with `keyfob service install`: it has one ListenStream.',
  });
}
