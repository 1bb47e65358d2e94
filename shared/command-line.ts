/**
 * How a program's path is written where some readers split words as a shell does and others hand
 * the line to one: in `credential_process`, for botocore (Python's shlex, no shell) and the other
 * SDKs (`sh -c`, `cmd /C`) alike. Everything that is quoted here means the same to all of them.
 */

/**
 * @param platform `process.platform`
 * @example quoteProgram('/opt/key fob/keyfob', 'linux') // "/opt/key fob/keyfob" in double quotes
 */
export function quoteProgram(path: string, platform: string): string {
  if (platform === 'win32') return `"${path}"`;
  // Within double quotes a shell looks at $ ` \ " and shlex at \ " only; within single ones neither.
  const quote = /[$`\\"]/.test(path) ? "'" : '"';
  const safe = quote === "'" ? path.replaceAll("'", `'"'"'`) : path;
  // A blank before # or ; would begin a comment for the readers of the file, quotes or not.
  return `${quote}${safe.replaceAll(/(\s)(?=[#;])/g, `$1${quote}${quote}`)}${quote}`;
}

/**
 * Why a command can't stand in a configuration file as it is, as the end of a sentence; undefined
 * where it can.
 */
export function commandObstacle(command: string): string | undefined {
  if (/\p{Cc}/u.test(command)) return 'has control characters in it';
  if (!/^["']?(?:[A-Za-z]:\\|\\\\)/.test(command)) return undefined;
  // Windows: the AWS CLI reads the file in the machine's own code page.
  if (/[^\x20-\x7e]/.test(command)) return 'has letters in it that not every tool reads alike';
  return /%[^%]+%/.test(command) ? 'has %…% in it, which Windows replaces' : undefined;
}
