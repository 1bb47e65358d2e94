/**
 * Just enough of D-Bus to ask a question: connect, say hello, call methods that take strings.
 * https://dbus.freedesktop.org/doc/dbus-specification.html
 */
import { createConnection, type Socket } from 'node:net';
import { type BusReply, encodeCall, type MethodCall, takeMessage } from './session-bus-message.ts';

export interface SessionBus {
  /** The reply's body; rejects where the answer is an error. */
  call(call: MethodCall): Promise<BusReply>;
  close(): void;
}

/**
 * The addresses to try, as paths for `net.connect`: DBUS_SESSION_BUS_ADDRESS, else systemd's
 * place for it. Abstract sockets start with a NUL.
 */
export function sessionBusPaths(env: Readonly<Record<string, string | undefined>>): string[] {
  const address = env.DBUS_SESSION_BUS_ADDRESS;
  if (address === undefined || address === '') {
    return env.XDG_RUNTIME_DIR ? [`${env.XDG_RUNTIME_DIR}/bus`] : [];
  }
  const paths: string[] = [];
  for (const one of address.split(';')) {
    if (!one.startsWith('unix:')) continue;
    for (const pair of one.slice('unix:'.length).split(',')) {
      const [name, value = ''] = pair.split('=', 2);
      if (name === 'path') paths.push(decodeURIComponent(value));
      if (name === 'abstract') paths.push(`\0${decodeURIComponent(value)}`);
    }
  }
  return paths;
}

/** Connects; rejects after `timeoutMs` without an answer, as does every call. */
export async function connectSessionBus(path: string, timeoutMs = 5_000): Promise<SessionBus> {
  const socket = createConnection(path);
  let failed: Error | undefined;
  let received: Buffer = Buffer.alloc(0);
  let wake: (() => void) | undefined;
  const fail = (error: Error) => {
    failed ??= error;
    wake?.();
  };
  socket.setTimeout(timeoutMs, () => fail(new Error('The session bus did not answer.')));
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('The session bus closed the connection.')));
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    wake?.();
  });

  /** Waits until `parse` finds what it looks for at the start of what has come. */
  async function next<T>(parse: (bytes: Buffer) => { value: T; rest: Buffer } | undefined) {
    for (;;) {
      const found = parse(received);
      if (found !== undefined) {
        received = found.rest;
        return found.value;
      }
      if (failed !== undefined) throw failed;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  let serial = 0;
  async function call(message: MethodCall): Promise<BusReply> {
    const mine = ++serial;
    socket.write(encodeCall(message, mine));
    for (;;) {
      const reply = await next(takeMessage);
      if (reply.replySerial !== mine) continue;
      if (reply.type === 'error') throw new Error(`${message.member} failed on the session bus.`);
      return reply;
    }
  }

  try {
    await authenticate(socket, next);
    await call({
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
      member: 'Hello',
      strings: [],
    });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return { call, close: () => socket.destroy() };
}

type Next = <T>(parse: (bytes: Buffer) => { value: T; rest: Buffer } | undefined) => Promise<T>;

/** SASL EXTERNAL: the kernel tells the bus who we are, we say the same. */
async function authenticate(socket: Socket, next: Next): Promise<void> {
  const uid = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex');
  socket.write(`\0AUTH EXTERNAL ${uid}\r\n`);
  const line = await next((bytes) => {
    const end = bytes.indexOf('\r\n');
    if (end === -1) return undefined;
    return { value: bytes.toString('latin1', 0, end), rest: bytes.subarray(end + 2) };
  });
  if (!line.startsWith('OK ')) throw new Error('The session bus refused us.');
  socket.write('BEGIN\r\n');
}
