import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, readdir } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import react from '@vitejs/plugin-react';
import type { EnvironmentOptions, Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import manifest from './package.json' with { type: 'json' };
import { tallyReporter } from './test/support/tally-reporter.ts';

const here = import.meta.dirname;
const dist = join(here, 'dist');
/** What the libraries in a bundle ask for in return lies beside it. */
const license = { fileName: 'licenses.md' };

/** Code that runs on Node: everything bundled, but for the native module and what Node brings along. */
function onNode(options: {
  entry: string;
  outDir: string;
  format: 'es' | 'cjs';
  external: (string | RegExp)[];
  oneFile?: boolean;
}): EnvironmentOptions {
  const extension = options.format === 'es' ? 'js' : 'cjs';
  return {
    consumer: 'server',
    resolve: { noExternal: true, conditions: ['node', 'import', 'default'] },
    build: {
      outDir: join(dist, options.outDir),
      emptyOutDir: true,
      copyPublicDir: false,
      license,
      target: 'node24',
      minify: true,
      rolldownOptions: {
        platform: 'node',
        input: join(here, options.entry),
        external: [...options.external, /^node:/, ...builtinModules],
        output: {
          format: options.format,
          entryFileNames: `[name].${extension}`,
          chunkFileNames: `[name]-[hash].${extension}`,
          ...(options.oneFile ? { codeSplitting: false } : {}),
        },
      },
    },
  };
}

/** Puts the launchers beside the bundles: `dist/keyfob`, and its like for Windows. */
const launchers: Plugin = {
  name: 'keyfob-launchers',
  applyToEnvironment: (environment) => environment.name === 'command',
  async writeBundle() {
    for (const name of ['keyfob', 'docker-credential-keyfob']) {
      for (const file of [name, `${name}.cmd`]) {
        await copyFile(join(here, 'main/cli/launchers', file), join(dist, file));
      }
      await chmod(join(dist, name), 0o755);
    }
  },
};

/** Puts the manual page and what shells complete by beside the command that they are about. */
const manual: Plugin = {
  name: 'keyfob-manual',
  applyToEnvironment: (environment) => environment.name === 'command',
  async writeBundle() {
    const write = (script: string, folder: string) =>
      promisify(execFile)(process.execPath, [join(here, 'main/cli', script), join(dist, folder)]);
    await Promise.all([
      write('write-manual.ts', 'man'),
      write('write-completions.ts', 'completions'),
    ]);
  },
};

/** Tells Node that the helper's bundle is made of modules, wherever it is put. */
const helperManifest: Plugin = {
  name: 'keyfob-helper-manifest',
  applyToEnvironment: (environment) => environment.name === 'helper',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'package.json', source: '{ "type": "module" }\n' });
  },
};

/** Puts the icons of tray and window beside the shell, which names them by path. */
const icons: Plugin = {
  name: 'keyfob-icons',
  applyToEnvironment: (environment) => environment.name === 'desktop',
  async writeBundle() {
    const from = join(here, 'main/desktop/assets');
    const to = join(dist, 'desktop/assets');
    await mkdir(to, { recursive: true });
    for (const name of await readdir(from)) {
      if (/\.(png|ico)$/.test(name)) await copyFile(join(from, name), join(to, name));
    }
  },
};

// A busy machine delays what is waited for; a broken one never brings it.
const poll = { timeout: 30_000, interval: 10 };
// A test that looks at nothing can't fail.
const expectations = { poll, requireAssertions: true };

export default defineConfig(({ mode }) => ({
  // The page's own folder is the root, so that the built page does not repeat it in its path.
  ...(mode === 'test' ? {} : { root: join(here, 'renderer') }),
  base: './',
  publicDir: false,
  define: { KEYFOB_VERSION: JSON.stringify(manifest.version) },
  plugins: [react(), launchers, manual, helperManifest, icons],
  environments: {
    client: {
      build: {
        outDir: join(dist, 'renderer'),
        emptyOutDir: true,
        license,
        target: 'chrome150',
        // Under the page's policy neither data: URLs nor inline scripts are allowed.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        rolldownOptions: { input: join(here, 'renderer/index.html') },
      },
    },
    preload: onNode({
      entry: 'preload/index.ts',
      outDir: 'preload',
      format: 'cjs',
      external: ['electron'],
      oneFile: true,
    }),
    // CommonJS, so that all of it has run before Electron is ready.
    desktop: onNode({
      entry: 'main/desktop/app.ts',
      outDir: 'desktop',
      format: 'cjs',
      external: ['electron', 'keytar'],
    }),
    helper: onNode({
      entry: 'main/daemon.ts',
      outDir: 'helper',
      format: 'es',
      external: ['keytar'],
    }),
    command: onNode({
      entry: 'main/cli/keyfob.ts',
      outDir: 'command',
      format: 'cjs',
      external: ['keytar'],
    }),
    // The little that is put into the command as a program of its own.
    executable: onNode({
      entry: 'main/cli/executable.ts',
      outDir: 'executable',
      format: 'cjs',
      external: [],
      oneFile: true,
    }),
  },
  builder: {
    async buildApp(builder) {
      for (const environment of Object.values(builder.environments)) {
        if (environment.name !== 'ssr') await builder.build(environment);
      }
    },
  },
  test: {
    reporters: ['default', tallyReporter()],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.{ts,tsx}'],
          testTimeout: 60_000,
          expect: expectations,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 180_000,
          expect: expectations,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'packaging',
          include: ['test/packaging/**/*.test.ts', 'test/unit/repository/packaging.test.ts'],
          expect: expectations,
          testTimeout: 60_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
}));
