import { accountsText } from './text/accounts.ts';
import { activityText } from './text/activity.ts';
import { addAccountText } from './text/add-account.ts';
import { claimsText } from './text/claims.ts';
import { commonText } from './text/common.ts';
import { confirmationText } from './text/confirmation.ts';
import { connectText, flowText } from './text/connect.ts';
import { failureText } from './text/failure.ts';
import { grantsText } from './text/grants.ts';
import { profilesText } from './text/profiles.ts';
import { promptText } from './text/prompt.ts';
import { sessionText } from './text/session.ts';
import { settingsText } from './text/settings.ts';
import { signInText } from './text/sign-in.ts';
import { toolsText } from './text/tools.ts';

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
  activity: activityText,
  confirmation: confirmationText,
  addAccount: addAccountText,
  claims: claimsText,
  connect: connectText,
  flow: flowText,
  grants: grantsText,
  profiles: profilesText,
  prompt: promptText,
  settings: settingsText,
  signIn: signInText,
  tools: toolsText,
};
