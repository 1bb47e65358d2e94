import { KeyfobError } from '../../../shared/errors.ts';

/** Edits of Docker's `config.json`: which registries it asks which helper for. */

const helperName = 'keyfob';

type Json = Record<string, unknown>;

/** Has Docker ask Keyfob for the registry; all else stays, in its order and its indentation. */
export function installRegistry(text: string | null, host: string): string {
  const config = read(text);
  const helpers = helpersIn(config);
  if (helpers[host] === helperName) return text ?? '';
  return write({ ...config, credHelpers: { ...helpers, [host]: helperName } }, text);
}

/** The helper of somebody else that Docker asks for the registry; undefined where there is none. */
export function helperBefore(text: string | null, host: string): string | undefined {
  const found = helpersIn(read(text))[host];
  return typeof found === 'string' && found !== helperName ? found : undefined;
}

/** Takes that back. @param before the helper that the registry had */
export function removeRegistry(text: string, host: string, before?: string): string {
  const config = read(text);
  const helpers = helpersIn(config);
  const { [host]: found, ...others } = helpers;
  if (found !== helperName) return text;
  if (before !== undefined) {
    return write({ ...config, credHelpers: { ...helpers, [host]: before } }, text);
  }
  const { credHelpers: _, ...rest } = config;
  return write(Object.keys(others).length === 0 ? rest : { ...config, credHelpers: others }, text);
}

function read(text: string | null): Json {
  if (text === null || text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (isObject(value)) return value;
  } catch {
    // Told below.
  }
  throw unreadable();
}

function helpersIn(config: Json): Json {
  const { credHelpers = {} } = config;
  if (isObject(credHelpers)) return credHelpers;
  throw unreadable();
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function write(config: Json, before: string | null): string {
  const indent = before === null ? '\t' : (/^([ \t]+)"/m.exec(before)?.[1] ?? '');
  const end = before === null || before.endsWith('\n') ? '\n' : '';
  const text = `${JSON.stringify(config, null, indent)}${end}`;
  return before?.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text;
}

function unreadable(): KeyfobError {
  return new KeyfobError('invalid_input', "Docker's config.json can't be read.", {
    hint: 'Mend it, or name the folder of another with --config. Nothing was changed.',
  });
}
