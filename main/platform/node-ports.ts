import { join } from 'node:path';
import type { Environment, Places } from '../../shared/places.ts';
import type { Browser, Clipboard, Notifier, Ports, Wake } from '../ports.ts';
import { createAwsConfigReader, createAwsFiles } from './aws-config-file.ts';
import { createBrowser } from './browser.ts';
import { createClock } from './clock.ts';
import { createFetch } from './fetch.ts';
import { createFiles } from './files.ts';
import { createInspect } from './inspect.ts';
import { createJournals } from './journal.ts';
import { createLog } from './log.ts';
import { createLogNotifier } from './notifier.ts';
import { createPassphrase } from './passphrase.ts';
import { createProcessOf } from './process-of.ts';
import { createProgramOf } from './program-of.ts';
import { createRandom } from './random.ts';
import { createSecrets } from './secrets.ts';
import type { AskPassphrase } from './secrets-file.ts';
import { createSockets } from './sockets.ts';
import { createWake } from './wake.ts';

export interface NodePortsOptions {
  readonly env: Environment;
  /** `process.platform`. */
  readonly platform: string;
  readonly places: Places;
  /** A socket that a service manager listens on for us: its file descriptor. */
  readonly handedOver?: number | undefined;
  /** Asks for the passphrase of KEYFOB_KEYCHAIN=file where no file holds it; else nobody is asked. */
  readonly prompt?: AskPassphrase;
  /** The desktop's own; headless, notices go to the log. */
  readonly notifier?: Notifier;
  /** The desktop's own; headless, looked for every few seconds. */
  readonly wake?: Wake;
  /** The desktop's own; headless, the platform's opener. */
  readonly browser?: Browser;
  /** The desktop's own; headless there is none. */
  readonly clipboard?: Clipboard;
}

export interface NodePorts extends Ports {
  /**
   * Ends the process, and does so even while the keychain owes an answer: `process.exit` would
   * wait for that for as long as its prompt is open. Windows and POSIX then show the death by a
   * signal (SIGTERM) instead of `code`. Nothing is flushed: close the helper first.
   */
  exit(code: number): never;
}

/**
 * The ports on plain Node. Loads none of the heavy libraries (keytar, undici, pino) before they
 * are needed. Throws `invalid_input` for an unknown KEYFOB_KEYCHAIN.
 */
export function createNodePorts(options: NodePortsOptions): NodePorts {
  const { env, platform, places } = options;
  const clock = createClock();
  const files = createFiles({ folder: places.state, clock });
  const passphrase = createPassphrase(env, options.prompt);
  const secrets = createSecrets({ env, platform, clock, files, passphrase });
  const log = createLog({ path: join(places.log, 'keyfob.log'), level: env.KEYFOB_LOG_LEVEL });

  return {
    clock,
    fetch: createFetch({ env }),
    secrets,
    files,
    openJournal: createJournals(places.state),
    browser: options.browser ?? createBrowser({ env, platform, clock }),
    notifier: options.notifier ?? createLogNotifier(log),
    log,
    random: createRandom(),
    wake: options.wake ?? createWake(clock),
    sockets: createSockets(platform, [places.state], options.handedOver),
    inspect: createInspect(places, env),
    readAwsConfig: createAwsConfigReader(env, platform),
    awsFiles: createAwsFiles(env, platform, clock),
    ...(platform === 'linux' ? { programOf: createProgramOf(), processOf: createProcessOf() } : {}),
    ...(options.clipboard === undefined ? {} : { clipboard: options.clipboard }),
    env,
    exit(code) {
      if (secrets.busy) {
        process.removeAllListeners('SIGTERM');
        process.kill(process.pid, 'SIGTERM');
      }
      process.exit(code);
    },
  };
}
