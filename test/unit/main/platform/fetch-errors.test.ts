import { describe, expect, test } from 'vitest';
import { connectionError } from '../../../../main/platform/fetch-errors.ts';
import { KeyfobError } from '../../../../shared/errors.ts';

const target = new URL('https://oidc.eu-west-1.amazonaws.com/token?secret=1');

function withCode(code: string): Error {
  return Object.assign(new Error(`about ${code}`), { code });
}

/** As fetch throws it. */
function failed(cause: unknown): TypeError {
  return new TypeError('fetch failed', { cause });
}

describe('why no answer came', () => {
  test.each([
    ['ENOTFOUND', 'network_error', 'region'],
    ['EAI_AGAIN', 'network_error', 'VPN'],
    ['ECONNREFUSED', 'network_error', 'HTTPS_PROXY'],
    ['ECONNRESET', 'network_error', 'firewall'],
    ['EPIPE', 'network_error', 'firewall'],
    ['UND_ERR_SOCKET', 'network_error', 'firewall'],
    ['ETIMEDOUT', 'network_error', 'VPN'],
    ['UND_ERR_CONNECT_TIMEOUT', 'network_error', 'VPN'],
    ['ENETUNREACH', 'network_error', 'VPN'],
    ['EHOSTUNREACH', 'network_error', 'VPN'],
    ['HPE_INVALID_HEADER_TOKEN', 'network_error', 'proxy'],
    ['SOMETHING_NEW', 'network_error', 'network'],
    ['CERT_HAS_EXPIRED', 'tls_error', 'date and time'],
    ['CERT_NOT_YET_VALID', 'tls_error', 'date and time'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls_error', 'AWS_CA_BUNDLE'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls_error', 'AWS_CA_BUNDLE'],
    ['UNABLE_TO_GET_ISSUER_CERT', 'tls_error', 'AWS_CA_BUNDLE'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls_error', 'AWS_CA_BUNDLE'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls_error', 'AWS_CA_BUNDLE'],
    ['CERT_SIGNATURE_FAILURE', 'tls_error', 'AWS_CA_BUNDLE'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls_error', 'captive portal'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls_error', 'plain http'],
    ['EPROTO', 'tls_error', 'plain http'],
    ['UND_ERR_PRX_CONN', 'proxy_error', 'HTTPS_PROXY'],
    ['UND_ERR_PRX_TLS', 'proxy_error', 'HTTPS_PROXY'],
  ])('%s is %s, with a hint at the %s', (reason, code, hint) => {
    const error = connectionError(failed(withCode(reason)), target);
    expect(error.code).toBe(code);
    expect(error.hint).toContain(hint);
    expect(error.message).toContain(target.host);
    expect(error.details).toEqual({ host: target.host, reason });
    expect(JSON.stringify(error.toInfo())).not.toContain('secret');
  });

  test('is the first of several failures, where each address had its own', () => {
    const several = new AggregateError([withCode('ENETUNREACH'), withCode('ECONNREFUSED')]);
    expect(connectionError(failed(several), target).details?.reason).toBe('ENETUNREACH');
  });

  test('is passed on where it has been explained already', () => {
    const explained = new KeyfobError('proxy_error', 'Known.');
    const cancelled = Object.assign(new DOMException('Request was cancelled.'), {
      cause: explained,
    });
    expect(connectionError(failed(cancelled), target)).toBe(explained);
  });

  test.each([undefined, null, 'text', new Error('no code')])('%s is a network error', (cause) => {
    const error = connectionError(cause, target);
    expect(error.code).toBe('network_error');
    expect(error.details).toEqual({ host: target.host });
  });
});
