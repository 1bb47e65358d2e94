import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { app } from 'electron';
import { desktopPlaces, prepareApp } from './before-ready.ts';
import { type Desktop, openDesktop, showWhyNot } from './desktop.ts';

/** Entry: the desktop app. */

// Whatever is created, also by a library, is for its owner alone.
process.umask(0o077);
// Options meant for somebody's own program must not reach the browser or whatever else is started.
delete process.env.NODE_OPTIONS;

const { env, platform, argv } = process;
const places = desktopPlaces(env, platform, homedir());
let desktop: Desktop | undefined;

if (prepareApp(places, platform, () => desktop?.windows.open())) {
  const dist = dirname(import.meta.dirname);
  app
    .whenReady()
    .then(() => openDesktop({ env: { ...env }, platform, places, argv, dist }))
    .then((opened) => {
      desktop = opened;
    })
    .catch((error: unknown) => {
      showWhyNot(error);
      app.exit(1);
    });
}
