import { describe, expect, test } from 'vitest';
import { parseStartUrl } from '../../../../main/identity-center/start-url.ts';
import { KeyfobError } from '../../../../shared/errors.ts';

function failure(text: string): KeyfobError {
  try {
    parseStartUrl(text);
  } catch (error) {
    if (error instanceof KeyfobError) return error;
    throw error;
  }
  throw new Error('Expected it to throw.');
}

describe('a start URL', () => {
  test.each([
    'https://acme.awsapps.com/start',
    'https://d-1234567890.awsapps.com/start',
    'https://start.us-gov-home.awsapps.com/directory/acme',
    'https://start.home.awsapps.cn/directory/acme',
    'https://ssoins-0123456789abcdef.portal.eu-west-1.app.aws',
    'https://ssoins-0123456789abcdef.eu-west-1.portal.amazonaws.com',
    'https://ssoins-0123456789abcdef.cn-north-1.portal.amazonaws.com.cn',
    'https://ssoins-0123456789abcdef.eusc-de-east-1.portal.amazonaws.eu',
    'https://ssoins-0123456789abcdef.portal.cn-north-1.app.amazonwebservices.com.cn',
    'https://ssoins-0123456789abcdef.portal.eusc-de-east-1.api.amazonwebservices.eu',
    'https://identitycenter.amazonaws.com/ssoins-0123456789abcdef',
  ])('%s is kept as it is', (url) => {
    expect(parseStartUrl(url)).toBe(url);
  });

  test.each([
    'https://acme.awsapps.com/start/',
    'https://acme.awsapps.com/start#/',
    'https://acme.awsapps.com/start/#/',
    'https://acme.awsapps.com/start/#/?tab=accounts',
    'https://acme.awsapps.com/start/#/device?user_code=ABCD-EFGH',
    'https://acme.awsapps.com/start/?tab=accounts',
    '  https://ACME.awsapps.com/start  ',
    'https://acme.awsapps.com:443/start',
  ])('%s, as it is copied from a browser, means the same', (url) => {
    expect(parseStartUrl(url)).toBe('https://acme.awsapps.com/start');
  });
});

describe('what is refused, with a hint', () => {
  test.each([
    ['', 'https://d-1234567890.awsapps.com/start'],
    ['acme.awsapps.com/start', 'Did you mean https://acme.awsapps.com/start?'],
    ['acme', 'Did you mean https://acme.awsapps.com/start?'],
    ['hello world', 'https://d-1234567890.awsapps.com/start'],
    ['http://acme.awsapps.com/start', 'Did you mean https://acme.awsapps.com/start?'],
    ['https://acme.awsapps.com', 'Did you mean https://acme.awsapps.com/start?'],
    ['https://acme.awsapps.com/#/', 'Did you mean https://acme.awsapps.com/start?'],
    ['https://acme.awsapps.com:8443/start', 'Did you mean https://acme.awsapps.com/start?'],
    ['https://identitycenter.amazonaws.com', '/ssoins-'],
    ['https://console.aws.amazon.com/singlesignon', 'AWS access portal URL'],
    ['https://eu-west-1.console.aws.amazon.com/singlesignon', 'AWS access portal URL'],
    ['https://123456789012.signin.aws.amazon.com/console', 'AWS access portal URL'],
    ['https://login.acme.com/aws', 'copy the one it leads to'],
    ['https://127.0.0.1:8080/start', 'AWS access portal URL'],
    ['http://localhost/start', 'AWS access portal URL'],
    ['https://', 'https://d-1234567890.awsapps.com/start'],
    ['https://acme.awsapps.com@evil.example/start', 'before the @'],
  ])('%j', (text, hint) => {
    const error = failure(text);
    expect(error.code).toBe('invalid_start_url');
    expect(error.hint).toContain(hint);
  });

  test.each([
    'https://awsapps.com/start',
    'https://.awsapps.com/start',
    'https://evilawsapps.com/start',
    'https://acme.awsapps.com.evil.example/start',
    'https://acme.awsapps.com.:443/start',
    'https://evil.example/acme.awsapps.com/start',
    'https://evil.example\\.awsapps.com/start',
    'https://evil.identitycenter.amazonaws.com/ssoins-1',
    'file:///etc/passwd',
    'javascript://acme.awsapps.com/%0aalert(1)',
  ])('%s, which only looks like AWS', (text) => {
    expect(failure(text).code).toBe('invalid_start_url');
  });
});
