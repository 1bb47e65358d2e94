import type { Socket } from 'node:net';
import type { Check } from '../shared/commands/checks.ts';

/**
 * What the outside provides. The domain folders reach the machine through these alone, so that
 * tests can stand in for every one of them; `main/platform/` holds the real adapters.
 */

/** Time, in epoch milliseconds. */
export interface Clock {
  now(): number;
  /** Runs `task` once after `delayMs`, however long; the returned function cancels it. Never keeps the process alive. */
  after(delayMs: number, task: () => void): () => void;
}

/** With what a client proves itself in the TLS handshake: paths of PEM files, never their contents. */
export interface ClientCertificate {
  readonly certificateFile: string;
  readonly keyFile: string;
}

export interface FetchInit {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** Shown to a server that asks for one. */
  readonly certificate?: ClientCertificate;
}

/**
 * One HTTP exchange. Redirects are returned, not followed. Rejects with KeyfobError
 * `network_error`, `tls_error` or `proxy_error` when no answer came, and with the signal's reason
 * when it was aborted. The body has not been read yet.
 */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>;

/**
 * Where secrets lie. Keys are connection names. Values may be of any length.
 * Rejects with KeyfobError `keychain_unavailable`, `keychain_locked`, `keychain_failed`,
 * `secret_damaged`, `passphrase_required`, `passphrase_wrong`.
 */
export interface SecretStore {
  readonly kind: 'os' | 'file' | 'memory';
  get(key: string): Promise<string | null>;
  /** Resolved means durable: a crash right after does not lose the value, a crash before keeps the old one. */
  set(key: string, value: string): Promise<void>;
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void>;
}

/**
 * Keyfob's own files, by names relative to its state folder (`connections.json`,
 * `accounts/acme.json`). Rejects with KeyfobError `file_unreadable`, `file_write_failed`,
 * `disk_full`, `folder_unsafe`.
 */
export interface Files {
  read(name: string): Promise<string | null>;
  /** Atomic: after a crash or a full disk the old content is still there. Mode 0600. */
  write(name: string, text: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** Moves a damaged file out of the way and returns the full path where it now lies. */
  setAside(name: string): Promise<string>;
}

/** A record of lines that only grows at its end, in files of a bounded size and number, mode 0600. */
export interface Journal {
  /**
   * Adds whole lines after all earlier ones. Resolved means that they outlive this process, a kill
   * included. Rejects with `file_write_failed`, `disk_full`, `folder_unsafe`.
   */
  append(lines: readonly string[]): Promise<void>;
  /**
   * The lines, oldest first: of all files, or of the newest file's last `tailBytes`. Rejects with
   * `file_unreadable`, `folder_unsafe`.
   */
  read(tailBytes?: number): Promise<readonly string[]>;
}

export interface JournalOptions {
  /** Of the newest file; a full one is put beside the older ones. */
  readonly maxBytes: number;
  /** How many full files are kept. */
  readonly keep: number;
  /** What is kept of a full file's lines. */
  readonly compact: (lines: readonly string[]) => readonly string[];
}

/** Opens a journal by its name in Keyfob's state folder. */
export type OpenJournal = (name: string, options: JournalOptions) => Journal;

/** The user's browser. */
export interface Browser {
  /** Whether a browser can be expected to open and reach this machine's loopback. */
  readonly available: boolean;
  /**
   * Opens a page with `command` (words, to which the URL is added), else with the system's
   * browser; KEYFOB_BROWSER goes before both. Rejects with KeyfobError `browser_failed`.
   */
  open(url: string, command?: string): Promise<void>;
}

/** The clipboard of a desktop. */
export interface Clipboard {
  /** `secret`: kept out of clipboard histories where the platform can, and cleared after a while. */
  write(text: string, kind: 'plain' | 'secret'): Promise<void>;
}

/** Says which program is at the other end of a local connection; undefined where nobody knows. */
export type ProgramOf = (socket: Socket) => Promise<string | undefined>;

/** What a file of another program held when it was read. */
export interface ForeignFileVersion {
  /** Where it lies, symlinks followed. */
  readonly path: string;
  /** As it is, a byte order mark included; null where there is none. */
  readonly text: string | null;
  /** Equal as long as the content is. */
  readonly identity: string;
}

/** A file of another program, which Keyfob changes when the person has seen how. */
export interface ForeignFile {
  /** Rejects with `file_unreadable`, also for what is not UTF-8. */
  read(): Promise<ForeignFileVersion>;
  /**
   * Replaces the content that was read. Whoever reads meanwhile, and after a crash, finds the old
   * content or the new; symlink, mode and owner stay; the old content is in `backup`, beside the
   * file, unless there was none. Rejects with `file_changed` where it is no longer what was read,
   * `file_write_failed`, `disk_full`, `file_unreadable`; then it is as it was.
   */
  write(
    text: string,
    since: ForeignFileVersion,
  ): Promise<{ readonly path: string; readonly backup: string | null }>;
}

/** A process of this machine, by the ids of processes. */
export interface LocalProcess {
  /** It, what started it, what started that, and so on. */
  readonly lineage: readonly number[];
  /** It, and those for whom it acts: the script that called it, say. */
  readonly acting: readonly number[];
}

/**
 * Says which process is at the other end of a local connection: undefined where the platform does
 * not tell, null where the connection is nobody's in particular. Never rejects.
 */
export type ProcessOf = (socket: Socket) => Promise<LocalProcess | null | undefined>;

/** AWS's own configuration file, or null where there is none. Rejects with `file_unreadable`. */
export type ReadAwsConfig = () => Promise<string | null>;

/** The files that the AWS tools read. */
export interface AwsFiles {
  /** AWS_CONFIG_FILE, else `~/.aws/config`. */
  readonly config: ForeignFile;
  /**
   * The names of the profiles in `~/.aws/credentials` (or AWS_SHARED_CREDENTIALS_FILE), whose keys
   * go before those of the configuration. Nothing else of it is kept. Rejects with `file_unreadable`.
   */
  credentialsProfiles(): Promise<readonly string[]>;
  /** The configuration of aws-sso-cli, or null where there is none. Rejects with `file_unreadable`. */
  readAwsSsoCliConfig(): Promise<string | null>;
}

export interface Notice {
  readonly kind: 'sign_in_required' | 'signed_in' | 'expiring' | 'confirmation' | 'mfa';
  readonly connection: string;
  readonly message: string;
  /** The id of the question, for `confirmation`. */
  readonly confirmation?: string;
}

/** Tells the person something once. What the person wants to hear of has been decided before. */
export interface Notifier {
  notify(notice: Notice): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** `event` is a constant; `facts` may hold names, codes, counts, durations. Never a secret. */
export type Log = (
  level: LogLevel,
  event: string,
  facts?: Readonly<Record<string, unknown>>,
) => void;

/** Cryptographically strong. */
export interface Random {
  bytes(length: number): Uint8Array;
  /** A number in [0, 1), for jitter. */
  fraction(): number;
}

/** Tells when the machine woke from sleep or its network came back. */
export interface Wake {
  subscribe(listener: () => void): () => void;
}

/** What the endpoint does with a socket's path while no other helper can claim it. */
export interface SocketClaim {
  /** Whether somebody listens at `path`. */
  readonly inUse: (path: string) => Promise<boolean>;
  /** Starts to listen at `path`. */
  readonly listen: (path: string) => Promise<void>;
}

/** Where the private socket lies. */
export interface Sockets {
  /**
   * Listens at `path`, a UNIX socket or a named pipe, unless somebody else does already; then
   * resolves null. A socket left behind by a killed process is replaced. From its first moment at
   * `path` the socket is open to its owner alone. Resolves to the way to remove it, which does
   * nothing once it has been replaced.
   *
   * Rejects with KeyfobError `folder_unsafe`, `socket_unusable`.
   */
  claim(path: string, claim: SocketClaim): Promise<(() => Promise<void>) | null>;
  /**
   * Makes sure that nobody else can reach `path`, where a service manager has put a socket for us.
   * Rejects as `claim`.
   */
  checkPlace(path: string): Promise<void>;
  /** Whether a process of that number runs. */
  isRunning(pid: number): boolean;
  /**
   * The file descriptor of a socket that listens already: a service manager's, who started us for
   * the first client that came. Absent where nobody handed one over.
   */
  readonly handedOver?: number;
}

/** What is wrong, or right, with the machine itself: folders, and files that variables name. */
export type Inspect = () => Promise<readonly Check[]>;

export interface Ports {
  readonly clock: Clock;
  readonly fetch: Fetch;
  readonly secrets: SecretStore;
  readonly files: Files;
  readonly openJournal: OpenJournal;
  readonly browser: Browser;
  readonly notifier: Notifier;
  readonly log: Log;
  readonly random: Random;
  readonly wake: Wake;
  readonly sockets: Sockets;
  readonly inspect: Inspect;
  readonly readAwsConfig: ReadAwsConfig;
  readonly awsFiles: AwsFiles;
  /** Absent where nobody sits at a desktop. */
  readonly clipboard?: Clipboard;
  /** Absent where the platform does not tell. */
  readonly programOf?: ProgramOf;
  /** Absent where the platform does not tell. */
  readonly processOf?: ProcessOf;
  /** Environment variables; endpoint overrides and the like are read from here, not from `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
}
