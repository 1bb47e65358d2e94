import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { KeyfobError } from '../../../shared/errors.ts';

/** Edits of a kubeconfig: a user whose tokens come from Keyfob, and the contexts that use it. */

export interface KubeUser {
  readonly context: string;
  /** Its name in the kubeconfig; begins with `keyfob:`. */
  readonly user: string;
  readonly command: string;
  readonly args: readonly string[];
}

const prefix = 'keyfob:';
/** Known to every kubectl since 1.11; what it asks for decides what it gets. */
const execVersion = 'client.authentication.k8s.io/v1beta1';

/** What the user is called in a kubeconfig that signs in as this account. */
export function userName(account: string, cluster: string | undefined): string {
  return `${prefix}${account}${cluster === undefined ? '' : `:${cluster}`}`;
}

/** The context that kubectl uses by itself. */
export function currentContext(text: string): string | undefined {
  const name = read(text).get('current-context');
  return typeof name === 'string' && name !== '' ? name : undefined;
}

function contextNames(text: string): readonly string[] {
  return entries(read(text), 'contexts').map(nameOf);
}

/**
 * Puts the user in, and has the context use it; which one it used before is kept in the context.
 * Throws `invalid_input` where there is no such context, and for what is no kubeconfig.
 */
export function installUser(text: string, wanted: KubeUser): string {
  const document = read(text);
  const context = entries(document, 'contexts').find((one) => nameOf(one) === wanted.context);
  const inner = context?.get('context');
  if (context === undefined || !isMap(inner)) throw noContext(wanted.context, text);
  const before = inner.get('user');
  if (typeof before === 'string' && !before.startsWith(prefix)) remember(document, inner, before);
  inner.set('user', wanted.user);
  const users = listOf(document, 'users');
  const entry = document.createNode({
    name: wanted.user,
    user: {
      exec: {
        apiVersion: execVersion,
        command: wanted.command,
        args: wanted.args,
        interactiveMode: 'Never',
        provideClusterInfo: false,
      },
    },
  });
  const at = users.items.findIndex((one) => isMap(one) && nameOf(one) === wanted.user);
  if (at === -1) users.items.push(entry);
  else users.items[at] = entry;
  const used = entries(document, 'contexts').map((one) => one.getIn(['context', 'user']));
  if (typeof before === 'string' && before.startsWith(prefix) && !used.includes(before)) {
    users.items = users.items.filter((one) => !isMap(one) || nameOf(one) !== before);
  }
  return write(document, text);
}

/** What Keyfob has put in, one for each context. */
export function installedUsers(text: string): readonly KubeUser[] {
  const document = read(text);
  const users = entries(document, 'users');
  return entries(document, 'contexts').flatMap((context) => {
    const user = context.getIn(['context', 'user']);
    if (typeof user !== 'string' || !user.startsWith(prefix)) return [];
    const found = users.find((one) => nameOf(one) === user);
    const exec = found?.getIn(['user', 'exec']);
    if (!isMap(exec)) return [];
    const { command = '', args = [] } = exec.toJSON() as { command?: string; args?: string[] };
    return [{ context: nameOf(context), user, command, args }];
  });
}

/** Takes out what `installUser` put in: of one context, or of all. */
export function removeUsers(text: string, only?: string): string {
  const document = read(text);
  let changed = false;
  for (const context of entries(document, 'contexts')) {
    const inner = context.get('context');
    const user = isMap(inner) ? inner.get('user') : undefined;
    const ours = typeof user === 'string' && user.startsWith(prefix);
    if (!isMap(inner) || !ours || (only !== undefined && nameOf(context) !== only)) continue;
    restore(inner);
    changed = true;
  }
  const used = new Set(
    entries(document, 'contexts').map((context) => context.getIn(['context', 'user'])),
  );
  const users = document.get('users');
  if (isSeq(users)) {
    const kept = users.items.filter((one) => {
      const name = isMap(one) ? nameOf(one) : '';
      return !name.startsWith(prefix) || used.has(name);
    });
    changed ||= kept.length !== users.items.length;
    users.items = kept;
  }
  return changed ? write(document, text) : text;
}

function remember(document: Document, context: YAMLMap, user: string): void {
  const extensions = context.get('extensions');
  const entry = document.createNode({ name: 'keyfob', extension: { user } });
  if (isSeq(extensions)) extensions.items.push(entry);
  else context.set('extensions', document.createNode([{ name: 'keyfob', extension: { user } }]));
}

function restore(context: YAMLMap): void {
  const extensions = context.get('extensions');
  const items = isSeq(extensions) ? extensions.items : [];
  const own = items.find((one) => isMap(one) && one.get('name') === 'keyfob');
  const before = isMap(own) ? own.getIn(['extension', 'user']) : undefined;
  if (typeof before === 'string') context.set('user', before);
  else context.delete('user');
  if (!isSeq(extensions)) return;
  extensions.items = items.filter((one) => one !== own);
  if (extensions.items.length === 0) context.delete('extensions');
}

function read(text: string): Document {
  const document = parseDocument(text);
  if (document.errors.length === 0 && isMap(document.contents)) return document;
  throw new KeyfobError('invalid_input', 'This is no kubeconfig that can be read.', {
    hint: 'See what kubectl says to it: `kubectl config view`. Name another with --kubeconfig.',
  });
}

function entries(document: Document, name: string): readonly YAMLMap[] {
  const list = document.get(name);
  return isSeq(list) ? list.items.filter((one) => isMap(one)) : [];
}

function listOf(document: Document, name: string): YAMLSeq {
  const list = document.get(name);
  if (isSeq(list)) {
    // An empty list is written as `[]`; what comes into it is not.
    if (list.items.length === 0) list.flow = false;
    return list;
  }
  const made = document.createNode([]) as YAMLSeq;
  made.flow = false;
  document.set(name, made);
  return made;
}

function nameOf(entry: YAMLMap): string {
  const name = entry.get('name', true);
  return isScalar(name) ? String(name.value) : '';
}

/**
 * In the file's own way: how far it indents, and whether lists stand further in than their names.
 * The text as it was where it says the same already.
 */
function write(document: Document, before: string): string {
  const original = parseDocument(before);
  if (JSON.stringify(document) === JSON.stringify(original)) return before;
  const text = document.toString({
    lineWidth: 0,
    indent: indentIn(original, before),
    indentSeq: /^[\w-]+:[ \t]*\r?\n[ ]+- /m.test(before),
    flowCollectionPadding: !/\{\S/.test(before),
  });
  return before.includes('\r\n') ? text.replaceAll(/\r?\n/g, '\r\n') : text;
}

/** By the first mapping within another: what follows a list's hyphen stands further in than that. */
function indentIn(document: Document, text: string): number {
  const column = (node: unknown) => {
    const at = isScalar(node) ? (node.range?.[0] ?? 0) : 0;
    return at - (text.lastIndexOf('\n', at - 1) + 1);
  };
  let indent = 2;
  visit(document, {
    Pair(_index, { key, value }) {
      if (!isMap(value) || value.flow || value.items[0] === undefined) return undefined;
      indent = column(value.items[0].key) - column(key);
      return visit.BREAK;
    },
  });
  return Math.max(indent, 1);
}

function noContext(name: string, text: string): KeyfobError {
  const names = contextNames(text);
  return new KeyfobError('invalid_input', `There is no context ${name}.`, {
    hint:
      names.length === 0
        ? 'The kubeconfig has none. Make one with `kubectl config set-cluster` and `set-context`.'
        : `There are: ${names.slice(0, 20).join(', ')}.`,
  });
}
