import type { Fetch, FetchInit } from '../../main/ports.ts';

export interface RecordedRequest extends FetchInit {
  readonly url: string;
  /** The body parsed as JSON; undefined where there is none or it is no JSON. */
  readonly json: unknown;
}

/** What a request is recognised by: the start of its URL, a pattern on it, or a test of your own. */
export type Match = string | RegExp | ((request: RecordedRequest) => boolean);

/** What it gets: an answer, a failure, or a function that makes one. */
export type Answer =
  | Response
  | Error
  | ((request: RecordedRequest) => Response | Error | Promise<Response | Error>);

/** A Fetch that answers from a script. What no line of the script expects, rejects. */
export interface FakeFetch extends Fetch {
  /** Every request so far, the unexpected ones too. */
  readonly requests: RecordedRequest[];
  /** Those that nothing expected. A test that ends with any left here fails. */
  readonly unexpected: RecordedRequest[];
  /** Answers every such request. The latest `on` that matches wins. Returns the way to withdraw it. */
  on(match: Match, answer: Answer): () => void;
  /** Answers one such request, in the order given, before any `on`. */
  once(match: Match, answer: Answer): void;
  /** The requests that match. */
  to(match: Match): RecordedRequest[];
}

/** A JSON answer. */
export function jsonResponse(
  body: unknown,
  init: { status?: number; headers?: Record<string, string> } = {},
): Response {
  return new Response(JSON.stringify(body), {
    status: init.status ?? 200,
    headers: { 'Content-Type': 'application/json', ...init.headers },
  });
}

export function createFakeFetch(): FakeFetch {
  interface Line {
    readonly match: Match;
    readonly answer: Answer;
  }
  const requests: RecordedRequest[] = [];
  const unexpected: RecordedRequest[] = [];
  const always: Line[] = [];
  const single: Line[] = [];

  function take(request: RecordedRequest): Answer | undefined {
    const index = single.findIndex((line) => matches(line.match, request));
    if (index !== -1) return single.splice(index, 1)[0]?.answer;
    return always.findLast((line) => matches(line.match, request))?.answer;
  }

  async function answerTo(request: RecordedRequest): Promise<Response> {
    const answer = take(request);
    if (answer === undefined) {
      unexpected.push(request);
      throw new Error(`Unexpected request: ${request.method} ${request.url}`);
    }
    const given = typeof answer === 'function' ? await answer(request) : answer;
    if (given instanceof Error) throw given;
    // A body can be read once only, and the same answer may serve again.
    return given === answer ? given.clone() : given;
  }

  const fetch: Fetch = async (url, init) => {
    init.signal?.throwIfAborted();
    const request = { ...init, url, json: parse(init.body) };
    requests.push(request);
    return await abortable(answerTo(request), init.signal);
  };

  return Object.assign(fetch, {
    requests,
    unexpected,
    on(match: Match, answer: Answer) {
      const line = { match, answer };
      always.push(line);
      return () => {
        const index = always.indexOf(line);
        if (index !== -1) always.splice(index, 1);
      };
    },
    once(match: Match, answer: Answer) {
      single.push({ match, answer });
    },
    to: (match: Match) => requests.filter((request) => matches(match, request)),
  });
}

function matches(match: Match, request: RecordedRequest): boolean {
  if (typeof match === 'string') return request.url.startsWith(match);
  if (match instanceof RegExp) return match.test(request.url);
  return match(request);
}

function parse(body: string | undefined): unknown {
  if (body === undefined) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await promise;
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
