/**
 * Loaded before a helper (`node --import`): its wall clock goes by what the parent process says. At
 * first it is as many milliseconds ahead as the query of this module's address says.
 */
import { setAhead } from './moved-clock.ts';

setAhead(Number(new URL(import.meta.url).search.slice(1)));
process.on('message', (message: { readonly ahead: number }) => {
  setAhead(message.ahead);
  process.send?.(message);
});
// The way to the parent keeps nobody alive.
process.channel?.unref();
