/** What a failure's button says; the failure itself brings its message and hint along. */
export const failureText = {
  signIn: 'Sign in',
  tryAgain: 'Try again',
  settings: 'Open settings',
  connect: 'Add a connection',
  sync: 'Fetch the accounts again',
  unexpected: 'Something in this window failed.',
  unexpectedHint: 'Show the view again. If it stays, quit Keyfob and start it again.',
  showAgain: 'Show it again',
  /** What to do here, where the failure’s own hint names something to type at a command line. */
  hints: {
    sign_in_required: 'Sign in to go on.',
    sign_in_failed: 'Start the sign-in again.',
    no_pending_sign_in: 'Start the sign-in again.',
    browser_failed: 'Copy the link into a browser, or sign in with a code instead.',
    invalid_grant: 'Sign in again.',
    expired_token: 'Sign in again.',
    unauthorized: 'Sign in again.',
    unauthorized_client: 'Sign in again.',
    secret_damaged: 'Sign in again; that replaces what is damaged.',
    forbidden:
      'The role is probably no longer assigned to you. Fetch the accounts again, or ask whoever assigns roles.',
    unknown_connection: 'It may have been removed. Add it again, or choose another.',
    connection_exists: 'Choose another name; capital and small letters count as the same.',
    no_active_account: 'Choose one from the list.',
    unknown_account: 'Choose another from the list, or fetch the list again.',
    keychain_failed: 'Try again. If it stays, see Health in the settings.',
    upstream_error: 'Try again. If it stays, see Health in the settings.',
    internal: 'Try again. If it stays, see Health in the settings.',
  } as Readonly<Record<string, string | undefined>>,
};
