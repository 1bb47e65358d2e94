import { isKeyfobError, KeyfobError } from '../../shared/errors.ts';
import type { AwsCredentials } from '../accounts/source.ts';
import type { Ports } from '../ports.ts';
import { type ConsoleWish, consoleAddress } from './federation.ts';
import { lendAddress } from './lend-address.ts';

/**
 * Opens the AWS console in the browser, signed in as `credentials`. Rejects as `consoleAddress`,
 * and with `browser_failed`.
 */
export async function openConsole(
  credentials: AwsCredentials,
  wish: ConsoleWish,
  browser: string | undefined,
  ports: Ports,
  signal: AbortSignal,
): Promise<void> {
  const address = await consoleAddress(credentials, wish, ports, signal);
  const lent = await lendAddress(address, ports);
  try {
    await ports.browser.open(lent.url, browser);
  } catch (error) {
    lent.takeBack();
    if (!isKeyfobError(error, 'browser_failed')) throw error;
    throw new KeyfobError('browser_failed', error.message, {
      hint: 'Print the address with `keyfob console --print`, or choose another command that opens pages: in the settings, or in KEYFOB_BROWSER.',
      cause: error,
    });
  }
}
