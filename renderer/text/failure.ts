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
};
