import { credentialProcess, type HotSurroundings, parseCredentialProcess } from './hot.ts';
import { write } from './output.ts';

/**
 * Entry: the `keyfob` command. The hot commands are decided here without loading anything else;
 * all the rest is reached by dynamic imports alone.
 */

const [command, ...args] = process.argv.slice(2);
const hot = command === 'credential-process' ? parseCredentialProcess(args) : undefined;

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
  credentialProcess(hot, surroundings).then(
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
