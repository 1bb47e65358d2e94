import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Check } from '../../shared/commands/checks.ts';
import type { Environment, Places } from '../../shared/places.ts';
import type { Inspect } from '../ports.ts';

/** Looks at the folders' owners and modes, and at the certificate files that variables name. */
export function createInspect(places: Places, env: Environment): Inspect {
  const runtime = isPipe(places.socket) ? undefined : dirname(places.socket);
  return async () => {
    const found = await Promise.all([
      inspectFolder('folder.state', places.state),
      runtime === undefined || runtime === places.state
        ? undefined
        : inspectFolder('folder.socket', runtime),
      inspectFile('AWS_CA_BUNDLE', env),
      inspectFile('NODE_EXTRA_CA_CERTS', env),
    ]);
    return found.filter((check) => check !== undefined);
  };
}

function isPipe(path: string): boolean {
  return path.startsWith('\\\\');
}

async function inspectFolder(id: string, folder: string): Promise<Check | undefined> {
  if (process.getuid === undefined) return undefined;
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) {
    return failure(id, `${folder} can't be looked at.`, 'Check its owner and its permissions.');
  }
  if (found.uid !== process.getuid()) {
    return failure(id, `${folder} belongs to another user.`, 'Use a folder of your own.');
  }
  if ((found.mode & 0o077) !== 0) {
    return failure(id, `${folder} is open to other users.`, `Run \`chmod 700 ${folder}\`.`);
  }
  const writable = await access(folder, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!writable) {
    return failure(id, `${folder} can't be written to.`, `Run \`chmod 700 ${folder}\`.`);
  }
  return { id, status: 'ok', message: `${folder} is yours alone.` };
}

async function inspectFile(variable: string, env: Environment): Promise<Check | undefined> {
  const path = env[variable];
  if (path === undefined || path === '') return undefined;
  const readable = await access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
  if (readable) {
    return { id: `ca.${variable}`, status: 'ok', message: `${variable} names a readable file.` };
  }
  return failure(
    `ca.${variable}`,
    `${variable} names ${path}, which can't be read.`,
    'Correct the path or unset the variable, then restart the helper: end it with `keyfob daemon --stop`.',
  );
}

function failure(id: string, message: string, hint: string): Check {
  return { id, status: 'failure', message, hint };
}
