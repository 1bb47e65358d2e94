import { credentialProcess, type HotSurroundings, parseCredentialProcess } from './hot.ts';
import { parseToken, printToken } from './hot-token.ts';
import { write } from './output.ts';

/**
 * Entry: the `keyfob` command. The hot commands are decided here without loading anything else;
 * all the rest is reached by dynamic imports alone.
 */

/** What a hot command prints; undefined where the cold one has to see to it. */
type Hot = ((surroundings: HotSurroundings) => Promise<string>) | undefined;

function hotCommand([command, ...args]: readonly string[]): Hot {
  if (command === 'credential-process') {
    const given = parseCredentialProcess(args);
    return given && ((surroundings) => credentialProcess(given, surroundings));
  }
  if (command === 'token') {
    const given = parseToken(args);
    return given && ((surroundings) => printToken(given, surroundings));
  }
  return undefined;
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
    (line) => {
      write(1, line);
      process.exit();
    },
    async (error: unknown) => {
      const { reportFailure } = await import('./failure.ts');
      process.exit(reportFailure(error));
    },
  );
}
