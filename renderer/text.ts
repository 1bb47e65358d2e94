import { accountsText } from './text/accounts.ts';
import { commonText } from './text/common.ts';
import { failureText } from './text/failure.ts';
import { sessionText } from './text/session.ts';

/**
 * Every word that the window says, by view. A string, or a function of what varies; dates and
 * numbers come formatted from times.ts and numbers.ts. A translation is another object of this
 * shape.
 */
export const text = {
  common: commonText,
  failure: failureText,
  session: sessionText,
  accounts: accountsText,
};
