/**
 * The words of the command that opens `url`: KEYFOB_BROWSER with the URL as its last argument,
 * else the person's choice likewise, else the first entry of BROWSER (where `%s` stands for the
 * URL, if it is there), else what the platform has for it.
 *
 * @param platform as `process.platform`, or `wsl`
 * @param chosen a command that the person has set in Keyfob
 */
export function browserCommand(
  url: string,
  env: Readonly<Record<string, string | undefined>>,
  platform: string,
  chosen = '',
): [command: string, ...args: string[]] {
  for (const words of [env.KEYFOB_BROWSER ?? '', chosen]) {
    const [command, ...args] = splitWords(words);
    if (command !== undefined) return [command, ...args, url];
  }

  // A colon separates entries; on Windows it follows a drive.
  const first = platform === 'win32' ? env.BROWSER : env.BROWSER?.split(':')[0];
  const [browser, ...rest] = splitWords(first ?? '');
  if (browser !== undefined) {
    const filled = rest.map((word) => word.replaceAll('%s', () => url));
    return rest.some((word) => word.includes('%s'))
      ? [browser, ...filled]
      : [browser, ...rest, url];
  }

  switch (platform) {
    case 'darwin':
      return ['/usr/bin/open', url];
    case 'win32':
      return ['rundll32', 'url.dll,FileProtocolHandler', url];
    case 'wsl':
      return ['wslview', url];
    default:
      return ['xdg-open', url];
  }
}

/** Splits at spaces, except within quotes. No variables, no escapes: there is no shell here. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  for (const [, double, single, plain] of text.matchAll(/"([^"]*)"|'([^']*)'|([^\s"']+)/g)) {
    words.push(double ?? single ?? plain ?? '');
  }
  return words;
}
