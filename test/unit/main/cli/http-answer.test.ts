import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createHttpAnswerReader, type HttpAnswer } from '../../../../main/cli/http-answer.ts';

const maxBytes = 1_000;

function read(text: string | Buffer, options: { pieces?: number[]; close?: boolean } = {}) {
  const bytes = Buffer.from(text);
  const reader = createHttpAnswerReader(maxBytes);
  let at = 0;
  let answer: HttpAnswer | undefined;
  for (const size of [...(options.pieces ?? []), bytes.length]) {
    answer ??= reader.push(bytes.subarray(at, at + size));
    at += size;
    if (at >= bytes.length) break;
  }
  if (answer === undefined && options.close !== false) answer = reader.end();
  return answer;
}

const sized = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Thing:  a b \r\n\r\nhello';
const chunked =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;name=value\r\nlo\r\n0\r\n\r\n';

describe('an answer', () => {
  test('is read by its length, without waiting for the end of the connection', () => {
    const answer = read(sized, { close: false });
    expect(answer?.status).toBe(200);
    expect(answer?.body).toBe('hello');
    expect(answer?.headers.get('x-thing')).toBe('a b');
  });

  test('is read by its chunks, without waiting for the end of the connection', () => {
    expect(read(chunked, { close: false })?.body).toBe('hello');
  });

  test('with trailers after its chunks is read when the connection ends', () => {
    const withTrailer = chunked.replace('0\r\n\r\n', '0\r\nX-Sum: 1\r\n\r\n');
    expect(read(withTrailer)?.body).toBe('hello');
  });

  test('without any length lasts until the connection ends', () => {
    const text = 'HTTP/1.0 404 Not Found\r\n\r\nhello';
    expect(read(text, { close: false })).toBeUndefined();
    expect(read(text)).toMatchObject({ status: 404, body: 'hello' });
  });

  test('is the same however its bytes are split', () => {
    for (const text of [sized, chunked]) {
      for (let at = 1; at < text.length; at += 1) {
        expect(read(text, { pieces: [at], close: false })?.body).toBe('hello');
      }
      expect(read(text, { pieces: Array(text.length).fill(1), close: false })?.body).toBe('hello');
    }
  });

  test('keeps any body whole, also where a character is cut in two', () => {
    fc.assert(
      fc.property(
        // What the framing itself is made of, and characters of one to four bytes.
        fc.array(fc.constantFrom('a', 'é', '日', '👍', '\r\n', '0\r\n\r\n', '5\r\n'), {
          maxLength: 30,
        }),
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }),
        fc.boolean(),
        (body, pieces, chunkSizes, inChunks) => {
          const bytes = Buffer.from(body.join(''));
          const wire = inChunks ? inChunksOf(bytes, chunkSizes) : inOnePiece(bytes);
          expect(read(wire, { pieces, close: false })?.body).toBe(bytes.toString());
        },
      ),
    );
  });

  test('that is interim is skipped', () => {
    const text = `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${sized}`;
    expect(read(text, { close: false })?.body).toBe('hello');
    expect(read(text, { pieces: Array(text.length).fill(1), close: false })?.body).toBe('hello');
  });

  test('with no content ends with its head', () => {
    expect(read('HTTP/1.1 204 No Content\r\n\r\n', { close: false })?.body).toBe('');
  });
});

describe('what is broken is refused:', () => {
  test.each([
    ['nothing at all', ''],
    ['half a head', 'HTTP/1.1 200 OK\r\nContent-Le'],
    ['half a body', sized.slice(0, -1)],
    ['half a chunk', chunked.slice(0, -12)],
    ['chunks without a last one', chunked.replace('0\r\n\r\n', '')],
    ['an interim answer alone', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ])('%s is truncated', (_name, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'response_truncated' }));
  });

  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['noise', Buffer.from([0, 255, 1, 2, 3, 4])],
    ['a bad status line', 'HTTP/1.1 OK\r\n\r\n'],
    ['HTTP/2 in words', 'HTTP/2.0 200 OK\r\n\r\n'],
    ['a header without a colon', 'HTTP/1.1 200 OK\r\nContent\r\n\r\n'],
    ['a length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\nhello'],
    ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello'],
    ['a chunk size that is no number', chunked.replace('3\r\nhel', 'x\r\nhel')],
    ['a chunk longer than announced', chunked.replace('3\r\nhel', '2\r\nhel')],
    ['a head without an end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(70_000)}`],
    ['a head that is too long', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`],
  ])('%s is no helper', (_name, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'response_invalid' }));
  });

  test.each([
    ['an announced body', `HTTP/1.1 200 OK\r\nContent-Length: ${maxBytes + 1}\r\n\r\n`],
    ['a body without length', `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(maxBytes + 1)}`],
    ['chunks', inChunksOf(Buffer.alloc(maxBytes + 1, 'x'), [100])],
    [
      'endless chunks',
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(2 * maxBytes)}`,
    ],
  ])('%s above the limit is too large', (_name, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'response_too_large' }));
  });

  test('every refusal says what to do', () => {
    for (const text of ['', 'SSH-2.0\r\n', `HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n`]) {
      expect(() => read(text)).toThrow(expect.objectContaining({ hint: expect.any(String) }));
    }
  });
});

function inOnePiece(body: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`),
    body,
  ]);
}

function inChunksOf(body: Buffer, sizes: readonly number[]): Buffer {
  const parts: Buffer[] = [Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')];
  let at = 0;
  for (let n = 0; at < body.length; n += 1) {
    const piece = body.subarray(at, at + (sizes[n % sizes.length] ?? 1));
    parts.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'));
    at += piece.length;
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}
