import { reportFailure } from './failure.ts';
import { credentialProcess, type HotSurroundings, parseCredentialProcess } from './hot.ts';
import { answerDocker, parseDocker } from './hot-docker.ts';
import type { HotEnding } from './hot-ending.ts';
import { answerGit, parseGit } from './hot-git.ts';
import { kubeToken, parseKubeToken } from './hot-kube.ts';
import { parseNames, printNames } from './hot-names.ts';
import { parseToken, printToken } from './hot-token.ts';
import { write } from './output.ts';

/**
 * Entry: the `keyfob` command. The hot commands are decided here without loading anything else;
 * all the rest is reached by dynamic imports alone.
 */

/** What a hot command prints; undefined where the cold one has to see to it. */
type Hot = ((surroundings: HotSurroundings) => Promise<string | HotEnding>) | undefined;

function hotCommand([command, ...args]: readonly string[]): Hot {
  if (command === 'credential-process') {
    const given = parseCredentialProcess(args);
    return given && ((surroundings) => credentialProcess(given, surroundings));
  }
  if (command === 'token') {
    const given = parseToken(args);
    return given && ((surroundings) => printToken(given, surroundings));
  }
  if (command === 'kube') {
    const given = parseKubeToken(args);
    return given && ((surroundings) => kubeToken(given, surroundings));
  }
  if (command === 'git') {
    const given = parseGit(args);
    return given && ((surroundings) => answerGit(given, surroundings));
  }
  if (command === 'docker') {
    const given = parseDocker(args);
    return given && ((surroundings) => answerDocker(given, surroundings));
  }
  if (command === '__names') {
    const of = parseNames(args);
    return of && ((surroundings) => printNames(of, surroundings));
  }
  return undefined;
}

function end(ending: HotEnding): never {
  write(1, ending.out);
  if (ending.failure === undefined) process.exit(ending.exitCode ?? 0);
  process.exit(ending.exitCode ?? reportFailure(ending.failure));
}

const hot = hotCommand(process.argv.slice(2));

if (hot === undefined) {
  import('./cold.ts').then(({ runCold }) => runCold(process.argv.slice(2), import.meta.url));
} else {
  const surroundings: HotSurroundings = {
    env: process.env,
    platform: process.platform,
    startHelper: async (places) => {
      const { startHelper } = await import('./autostart.ts');
      await startHelper({ places, entry: import.meta.url });
    },
  };
  hot(surroundings).then(
    (ended) => end(typeof ended === 'string' ? { out: ended } : ended),
    (failure: unknown) => end({ out: '', failure }),
  );
}
