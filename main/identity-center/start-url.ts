import { KeyfobError } from '../../shared/errors.ts';

// As AWS CLI 2.36 has them: portals under a name of their own, and whole hosts.
const portalDomains = [
  '.awsapps.com',
  '.awsapps.cn',
  '.app.aws',
  '.portal.amazonaws.com',
  '.portal.amazonaws.com.cn',
  '.portal.amazonaws.eu',
  '.app.amazonwebservices.com.cn',
  '.api.amazonwebservices.eu',
];
const issuerHosts = [
  'identitycenter.amazonaws.com',
  'identitycenter.amazonaws.com.cn',
  'identitycenter.amazonaws.eu',
];

const where =
  'The start URL is the "AWS access portal URL" on the Settings page of IAM Identity Center; ask whoever administers it.';
const example = 'https://d-1234567890.awsapps.com/start';

/**
 * Checks an AWS access portal's URL and brings it into one form: no query, no fragment, no slash
 * at the end. So an address copied from a signed-in browser (`…/start/#/?tab=accounts`) serves too.
 *
 * https on AWS's own hosts only, also while `AWS_ENDPOINT_URL_SSO_OIDC` points elsewhere: nothing
 * is ever fetched from a start URL, it only names the instance to the endpoint.
 *
 * Rejects with `invalid_start_url`, and a hint at what may have been meant.
 */
export function parseStartUrl(text: string): string {
  const tidy = text.trim();
  if (tidy === '')
    throw invalid('The start URL is empty.', `Give one such as ${example}. ${where}`);
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(tidy)) throw withoutScheme(tidy);
  if (!URL.canParse(tidy))
    throw invalid('The start URL is no URL.', `Give one such as ${example}.`);
  const url = new URL(tidy);
  const { hostname } = url;
  if (url.username !== '' || url.password !== '')
    throw invalid(
      'The start URL has a user name or password in it.',
      'Leave out what is before the @.',
    );
  if (isConsole(hostname))
    throw invalid(
      `${hostname} is the AWS console or its sign-in page, not an access portal.`,
      where,
    );
  if (!isAwsPortal(hostname)) throw foreign(hostname);
  if (url.protocol !== 'https:')
    throw invalid(
      'The start URL must begin with https://.',
      `Did you mean https://${hostname}${url.pathname}?`,
    );
  if (url.port !== '')
    throw invalid(
      'The start URL names a port.',
      `Did you mean https://${hostname}${url.pathname}?`,
    );

  const path = url.pathname.replace(/\/+$/, '');
  if (path === '' && /\.awsapps\.(?:com|cn)$/.test(hostname))
    throw invalid('The start URL lacks its path.', `Did you mean https://${hostname}/start?`);
  if (path === '' && issuerHosts.includes(hostname))
    throw invalid(
      'The start URL lacks the instance.',
      `It goes on with /ssoins- and 16 characters. ${where}`,
    );
  return `https://${hostname}${path}`;
}

function isAwsPortal(hostname: string): boolean {
  return (
    issuerHosts.includes(hostname) ||
    portalDomains.some((domain) => hostname.endsWith(domain) && hostname.length > domain.length)
  );
}

function isConsole(hostname: string): boolean {
  return /(?:^|\.)(?:console|signin)\.(?:aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com|amazonaws-eusc\.eu)$/.test(
    hostname,
  );
}

function withoutScheme(text: string): KeyfobError {
  const guess = `https://${text}`;
  const fits = URL.canParse(guess) && isAwsPortal(new URL(guess).hostname);
  // The bare name of a portal, as the sign-in page of the console asks for it.
  const name = /^[a-z0-9][a-z0-9-]*$/i.test(text);
  const meant = fits ? guess : name ? `https://${text}.awsapps.com/start` : undefined;
  return invalid(
    'The start URL must begin with https://.',
    meant === undefined ? `Give one such as ${example}.` : `Did you mean ${meant}?`,
  );
}

function foreign(hostname: string): KeyfobError {
  return invalid(
    `${hostname} is not a host of AWS access portals.`,
    `Give a URL such as ${example}. If your company has an address of its own for the portal, open it in a browser and copy the one it leads to. ${where}`,
  );
}

function invalid(message: string, hint: string): KeyfobError {
  return new KeyfobError('invalid_start_url', message, { hint });
}
