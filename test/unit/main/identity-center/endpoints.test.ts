import { SSOClient } from '@aws-sdk/client-sso';
import { SSOOIDCClient } from '@aws-sdk/client-sso-oidc';
import { STSClient } from '@aws-sdk/client-sts';
import { describe, expect, test } from 'vitest';
import { checkRegion, serviceUrl } from '../../../../main/identity-center/endpoints.ts';
import { KeyfobError } from '../../../../shared/errors.ts';

const regions = [
  'us-east-1',
  'eu-central-2',
  'ap-southeast-5',
  'sa-east-1',
  'ca-west-1',
  'me-south-1',
  'af-south-1',
  'il-central-1',
  'mx-central-1',
  'cn-north-1',
  'cn-northwest-1',
  'us-gov-west-1',
  'us-gov-east-1',
  'eusc-de-east-1',
  'us-iso-east-1',
  'us-isob-east-1',
  'eu-isoe-west-1',
  'us-isof-south-1',
];

function failure(run: () => unknown): KeyfobError {
  try {
    run();
  } catch (error) {
    if (error instanceof KeyfobError) return error;
    throw error;
  }
  throw new Error('Expected it to throw.');
}

describe('AWS’s own endpoints', () => {
  test.each(regions)('in %s are those of the AWS SDK, plain, FIPS and dual-stack', (region) => {
    const sdk = {
      oidc: new SSOOIDCClient({ region }).config.endpointProvider,
      portal: new SSOClient({ region }).config.endpointProvider,
      sts: new STSClient({ region }).config.endpointProvider,
    };
    for (const UseFIPS of [false, true]) {
      for (const UseDualStack of [false, true]) {
        const env = {
          AWS_USE_FIPS_ENDPOINT: String(UseFIPS),
          AWS_USE_DUALSTACK_ENDPOINT: String(UseDualStack),
        };
        const parameters = { Region: region, UseFIPS, UseDualStack };
        expect(`${serviceUrl('oidc', region, env)}/`).toBe(sdk.oidc(parameters).url.href);
        expect(`${serviceUrl('portal', region, env)}/`).toBe(sdk.portal(parameters).url.href);
        expect(`${serviceUrl('sts', region, env)}/`).toBe(
          sdk.sts({ ...parameters, UseGlobalEndpoint: false }).url.href,
        );
      }
    }
  });

  test('US GovCloud has FIPS hosts of its own for dual-stack alone', () => {
    const fips = { AWS_USE_FIPS_ENDPOINT: 'true' };
    const both = { ...fips, AWS_USE_DUALSTACK_ENDPOINT: 'TRUE' };
    expect(serviceUrl('oidc', 'us-gov-west-1', fips)).toBe(
      'https://oidc.us-gov-west-1.amazonaws.com',
    );
    expect(serviceUrl('oidc', 'us-gov-west-1', both)).toBe(
      'https://oidc-fips.us-gov-west-1.api.aws',
    );
  });

  test.each(['', 'false', '1', 'yes'])('a switch set to %j is off, as in the AWS CLI', (value) => {
    const env = { AWS_USE_FIPS_ENDPOINT: value, AWS_USE_DUALSTACK_ENDPOINT: value };
    expect(serviceUrl('portal', 'eu-west-1', env)).toBe(
      'https://portal.sso.eu-west-1.amazonaws.com',
    );
  });
});

describe('an endpoint from the environment', () => {
  const env = {
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    AWS_ENDPOINT_URL_SSO_OIDC: 'http://127.0.0.1:4001/oidc/',
    AWS_ENDPOINT_URL_SSO: 'http://[::1]:4002',
    AWS_ENDPOINT_URL_STS: 'https://vpce-0a.sts.eu-west-1.vpce.amazonaws.com/',
  };

  test('moves its service alone, and ends without a slash', () => {
    expect(serviceUrl('oidc', 'eu-west-1', env)).toBe('http://127.0.0.1:4001/oidc');
    expect(serviceUrl('portal', 'eu-west-1', env)).toBe('http://[::1]:4002');
    expect(serviceUrl('sts', 'eu-west-1', env)).toBe(
      'https://vpce-0a.sts.eu-west-1.vpce.amazonaws.com',
    );
    expect(serviceUrl('oidc', 'eu-west-1', { ...env, AWS_ENDPOINT_URL_SSO_OIDC: '' })).toBe(
      'https://oidc.eu-west-1.amazonaws.com',
    );
  });

  test('wins over FIPS and dual-stack', () => {
    const all = { ...env, AWS_USE_FIPS_ENDPOINT: 'true', AWS_USE_DUALSTACK_ENDPOINT: 'true' };
    expect(serviceUrl('oidc', 'eu-west-1', all)).toBe('http://127.0.0.1:4001/oidc');
  });

  test('is ignored where the AWS CLI would ignore it', () => {
    const ignoring = { ...env, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' };
    expect(serviceUrl('oidc', 'eu-west-1', ignoring)).toBe('https://oidc.eu-west-1.amazonaws.com');
  });

  test('does not excuse a wrong region', () => {
    expect(failure(() => serviceUrl('oidc', 'nowhere', env)).code).toBe('invalid_region');
  });

  test.each([
    'oidc.example.com',
    'http://oidc.example.com',
    'http://127.0.0.1.example.com',
    'http://0.0.0.0:80',
    'ftp://127.0.0.1',
    'https://user:SECRET@oidc.example.com',
    'https://oidc.example.com/?token=SECRET',
    'https://oidc.example.com/#SECRET',
  ])('%s is refused without repeating it', (url) => {
    const error = failure(() =>
      serviceUrl('oidc', 'eu-west-1', { AWS_ENDPOINT_URL_SSO_OIDC: url }),
    );
    expect(error.code).toBe('invalid_input');
    expect(error.message).toContain('AWS_ENDPOINT_URL_SSO_OIDC');
    expect(JSON.stringify(error.toInfo())).not.toContain('SECRET');
  });
});

describe('a region', () => {
  test.each(regions)('%s is one', (region) => {
    expect(() => checkRegion(region)).not.toThrow();
  });

  test.each([
    '',
    'ireland',
    'aws-global',
    'eu-west',
    'eu-west-1.evil.example',
    'eu-west-1/..',
    'eu-west-1\n',
    '-west-1',
    'xx-west-1',
    `eu-${'w'.repeat(64)}-1`,
  ])('%j is none', (region) => {
    const error = failure(() => checkRegion(region));
    expect(error.code).toBe('invalid_region');
    expect(error.hint).toContain('Settings');
  });

  test.each([
    ['eu-west-1a', 'eu-west-1'],
    ['EU-West-1', 'eu-west-1'],
    [' us-gov-west-1 ', 'us-gov-west-1'],
  ])('%j gets the hint %s', (region, meant) => {
    expect(failure(() => checkRegion(region)).hint).toContain(`Did you mean ${meant}?`);
  });
});
