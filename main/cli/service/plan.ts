import type { Environment, Places } from '../../../shared/places.ts';

/** What a service manager has to be told of: the helper, as it is to run on this machine. */
export interface ServiceFacts {
  readonly env: Environment;
  readonly places: Places;
  readonly home: string;
  /** How the `keyfob` command is called: program and first arguments, by full paths. */
  readonly command: readonly string[];
  /** The person's number on POSIX systems. */
  readonly uid: number;
}

/** Files to write, and what has to be run then. Every word of a command is an argument of its own. */
export interface ServicePlan {
  /** What does it: `systemd`, `launchd`, `Task Scheduler`. */
  readonly manager: string;
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** Folders that are taken away with the files if nothing else is in them, innermost first. */
  readonly folders: readonly string[];
  /** Fails where the manager can't be spoken to. */
  readonly probe: readonly string[];
  readonly install: readonly (readonly string[])[];
  readonly remove: readonly (readonly string[])[];
  /** Run when the files are gone. */
  readonly afterRemove: readonly (readonly string[])[];
  /** Succeeds while the service is on. */
  readonly isActive: readonly string[];
}

/** In each file, so that ours are told from others'. */
export const writtenBy = 'Written by `keyfob service install`';

/**
 * Variables that the helper reads and that have no secret in them. The addresses of proxies may
 * have: they belong into the service manager's own environment.
 */
const passedOn = [
  'KEYFOB_HOME',
  'KEYFOB_KEYCHAIN',
  'KEYFOB_PASSPHRASE_FILE',
  'KEYFOB_BROWSER',
  'KEYFOB_LOG_LEVEL',
  'AWS_CA_BUNDLE',
  'AWS_CONFIG_FILE',
  'AWS_USE_DUALSTACK_ENDPOINT',
  'AWS_USE_FIPS_ENDPOINT',
  'NODE_EXTRA_CA_CERTS',
] as const;

/** What of the present environment the helper is to have as a service. */
export function passedEnvironment(env: Environment): readonly (readonly [string, string])[] {
  return passedOn.flatMap((name) => {
    const value = env[name];
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
}
