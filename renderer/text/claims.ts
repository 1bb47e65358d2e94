/** What an ID token says of a person: OpenID Connect Core section 5.1, and common extensions. */
export const claimsText = {
  title: 'Signed in as',
  names: {
    sub: 'Subject',
    name: 'Name',
    given_name: 'Given name',
    family_name: 'Family name',
    preferred_username: 'User name',
    email: 'E-mail',
    email_verified: 'E-mail verified',
    iss: 'Issuer',
    aud: 'Audience',
    azp: 'Authorized party',
    auth_time: 'Signed in at',
    acr: 'Assurance',
    amr: 'Methods',
    groups: 'Groups',
    session_index: 'Session',
  } as Readonly<Record<string, string | undefined>>,
};
