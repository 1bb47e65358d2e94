import { expect, test } from 'vitest';
import { prepareFailure, prepareJson, send } from '../../../../main/endpoint/answers.ts';
import { readJsonBody } from '../../../../main/endpoint/body.ts';
import { asKeyfobError } from '../../../../shared/errors.ts';
import { openEndpoint, requestBytes, sendBytes } from '../../../support/endpoint-stage.ts';

async function post(body: string | Buffer, headers: Record<string, string> = {}) {
  const { socket } = await openEndpoint((request, response) => {
    readJsonBody(request).then(
      (value) => send(response, prepareJson(200, { value })),
      (error) => send(response, prepareFailure(asKeyfobError(error))),
    );
  });
  const length = { 'Content-Length': String(Buffer.byteLength(body)) };
  const head = requestBytes('/', { ...length, ...headers }, { method: 'POST' });
  const answer = await sendBytes(socket, head, body);
  return { status: answer.status, body: JSON.parse(answer.body) };
}

test.each([
  ['{"a":1}', { a: 1 }],
  ['', {}],
  ['  \n', {}],
  ['null', null],
  ['"\\u00e9"', '\u00e9'],
])('%j is read as %j', async (text, value) => {
  expect((await post(text)).body.value).toEqual(value);
});

test.each([['{'], ['{"a":1}}'], ["{'a':1}"], ['undefined'], ['{"a":NaN}']])(
  '%j is no JSON',
  async (text) => {
    const { status, body } = await post(text);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'invalid_input', hint: expect.any(String) });
  },
);

test('bytes that are no UTF-8 are refused, not replaced', async () => {
  const { status, body } = await post(Buffer.from([0x22, 0xff, 0x22]));
  expect(status).toBe(400);
  expect(body.code).toBe('invalid_input');
});

test('what was sent is not repeated in the error', async () => {
  const { body } = await post('{"token": "hunter2"');
  expect(JSON.stringify(body)).not.toContain('hunter2');
});

test('a chunked body that grows beyond the limit is refused', async () => {
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  const { socket } = await openEndpoint((request, response) => {
    readJsonBody(request).catch((error) =>
      send(response, prepareFailure(asKeyfobError(error), { headers: ['Connection', 'close'] })),
    );
  });
  const head = requestBytes('/', { 'Transfer-Encoding': 'chunked' }, { method: 'POST' });
  // It never ends: the answer comes while it is still being sent.
  const answer = await sendBytes(socket, head, chunk, chunk, chunk);
  expect(answer.status).toBe(413);
  expect(JSON.parse(answer.body).code).toBe('too_large');
});

test('a body that breaks off is an error, not a shorter body', async () => {
  const failed = Promise.withResolvers<unknown>();
  const { socket } = await openEndpoint((request) => {
    readJsonBody(request).then(failed.resolve, failed.reject);
    request.socket.destroy();
  });
  const expected = expect(failed.promise).rejects.toMatchObject({ code: 'invalid_input' });
  await sendBytes(socket, requestBytes('/', { 'Content-Length': '10' }, { method: 'POST' }), '{}');
  await expected;
});
