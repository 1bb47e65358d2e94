import { KeyfobError } from '../../shared/errors.ts';
import { isLoopback } from '../../shared/loopback.ts';

/**
 * Why no answer came, as `network_error`, `tls_error` or `proxy_error` with a hint. The codes are
 * those of Node, OpenSSL and undici; details.reason holds the one that was met.
 */
export function connectionError(error: unknown, target: URL): KeyfobError {
  const cause = rootOf(error);
  if (cause instanceof KeyfobError) return cause;
  const refused = refusedByProxy(cause);
  if (refused !== undefined) return proxyRefusal(refused, target);
  const reason = reasonOf(cause);
  const { host } = target;
  const details = { host, ...(reason === undefined ? {} : { reason }) };
  if (reason?.startsWith('UND_ERR_PRX')) {
    return new KeyfobError('proxy_error', `The proxy on the way to ${host} broke off.`, {
      hint: proxyHint,
      details,
      cause,
    });
  }
  const tls = tlsProblem(reason);
  if (tls !== undefined) {
    return new KeyfobError('tls_error', `No trusted connection to ${host}: ${tls.what}.`, {
      hint: tls.hint,
      details,
      cause,
    });
  }
  const { what, hint } = networkProblem(reason, target);
  return new KeyfobError('network_error', `${host} ${what}.`, { hint, details, cause });
}

/** Why the proxy itself could not be reached. `proxy` is host and port: it may have a password. */
export function proxyUnreachable(error: unknown, proxy: string): KeyfobError {
  const reason = reasonOf(error);
  const tls = tlsProblem(reason);
  const what = tls === undefined ? 'could not be reached' : `is not trusted: ${tls.what}`;
  return new KeyfobError('proxy_error', `The proxy ${proxy} ${what}.`, {
    hint: tls?.hint ?? proxyHint,
    details: { proxy, ...(reason === undefined ? {} : { reason }) },
    cause: error,
  });
}

const proxyHint =
  'Check HTTPS_PROXY, and whether you are on the network that the proxy belongs to. NO_PROXY names hosts that need none.';

function proxyRefusal(status: number, { host }: URL): KeyfobError {
  return new KeyfobError('proxy_error', `The proxy refused the way to ${host} (HTTP ${status}).`, {
    hint:
      status === 407
        ? 'It wants you to sign in: put the name and password into HTTPS_PROXY, as in http://name:password@proxy:3128.'
        : 'Ask whoever runs the proxy to allow this host, or name it in NO_PROXY.',
    details: { host, status },
  });
}

interface Problem {
  readonly what: string;
  readonly hint: string;
}

const bundleHint =
  'If your network inspects TLS, set AWS_CA_BUNDLE to the file with its CA certificate, and restart the helper: end it with `keyfob daemon --stop`.';

function tlsProblem(reason = ''): Problem | undefined {
  switch (reason) {
    case 'CERT_HAS_EXPIRED':
      return {
        what: 'its certificate has expired',
        hint: "Check this machine's date and time. If they are right, the certificate is for its owner to renew.",
      };
    case 'CERT_NOT_YET_VALID':
      return {
        what: 'its certificate is not valid yet',
        hint: "Check this machine's date and time.",
      };
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return { what: 'its certificate is self-signed', hint: bundleHint };
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return {
        what: 'its certificate is for another name',
        hint: 'A proxy or a captive portal may have answered instead. Check AWS_ENDPOINT_URL_* too.',
      };
    case 'EPROTO':
      return notTls;
    default:
      if (/^ERR_SSL_\w+_ALERT_(?:\w*CERTIFICATE\w*|UNKNOWN_CA)$/.test(reason)) return wantsClient;
      if (/^ERR_SSL_/.test(reason)) return notTls;
      return /^(?:CERT_|ERR_TLS_|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_)/.test(reason)
        ? { what: 'its certificate comes from an unknown issuer', hint: bundleHint }
        : undefined;
  }
}

const wantsClient: Problem = {
  what: 'it does not accept the client certificate that was shown, or none was',
  hint: 'Give the certificate that the provider has registered for this client, and its key, with the connection.',
};

const notTls: Problem = {
  what: 'it does not speak TLS as we do',
  hint: 'Check the proxy (HTTPS_PROXY) and AWS_ENDPOINT_URL_*: an https URL may lead to a plain http server.',
};

function networkProblem(reason = '', target: URL): Problem {
  switch (reason) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NODATA':
      return {
        what: 'could not be found',
        hint: "Check the network and the VPN, and that the connection's region or issuer is right.",
      };
    case 'ECONNREFUSED':
      return {
        what: 'refused the connection',
        hint: isLoopback(target.hostname)
          ? 'Nothing listens there: check the addresses of the connection, and what AWS_ENDPOINT_URL_* points to.'
          : 'Check the network, the VPN, and whether a proxy is needed (HTTPS_PROXY).',
      };
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return {
        what: 'closed the connection without an answer',
        hint: 'Try again. If it stays, a firewall or proxy may be in the way.',
      };
    default:
      if (reason.startsWith('HPE_')) {
        return {
          what: 'answered with something that is not HTTP',
          hint: 'Check AWS_ENDPOINT_URL_* and the proxy.',
        };
      }
      return {
        what: 'could not be reached',
        hint: 'Check the network, the VPN, and whether a proxy is needed (HTTPS_PROXY).',
      };
  }
}

/** fetch wraps what happened in a TypeError, and that in a DOMException where it was cancelled. */
function rootOf(error: unknown): unknown {
  const wrapped = error instanceof TypeError || error instanceof DOMException;
  return wrapped && error.cause !== undefined ? rootOf(error.cause) : error;
}

function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  // undici leaves the code out where the very first bytes are no HTTP.
  if (error.name === 'HTTPParserError') return 'HPE_INVALID_RESPONSE';
  // Happy Eyeballs: one failure for each address.
  return error instanceof AggregateError ? reasonOf(error.errors[0]) : undefined;
}

/** undici tells the status of a failed CONNECT in its message alone. */
function refusedByProxy(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const status = /^Proxy response \((\d{3})\) !== 200/.exec(error.message)?.[1];
  return status === undefined ? undefined : Number(status);
}
