/** How a hot command ends where printing a line is not all. */
export interface HotEnding {
  /** For stdout. */
  readonly out: string;
  /** Told on stderr; then the exit code is the failure's, unless one is given. */
  readonly failure?: unknown;
  readonly exitCode?: number;
}
