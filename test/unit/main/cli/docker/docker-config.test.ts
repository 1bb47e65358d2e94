import { expect, test } from 'vitest';
import {
  helperBefore,
  installRegistry,
  removeRegistry,
} from '../../../../../main/cli/docker/docker-config.ts';

const host = 'registry.example.com';
const config = `{
\t"auths": {
\t\t"https://index.docker.io/v1/": {}
\t},
\t"credsStore": "desktop",
\t"psFormat": "{{.ID}}",
\t"somethingNew": [1, 2]
}`;

test('one registry is asked of Keyfob, and all that is not known stays', () => {
  const changed = installRegistry(config, host);
  expect(JSON.parse(changed)).toEqual({ ...JSON.parse(config), credHelpers: { [host]: 'keyfob' } });
  expect(Object.keys(JSON.parse(changed)).slice(0, 4)).toEqual(Object.keys(JSON.parse(config)));
  expect(changed).toContain('\t"credsStore": "desktop",\n');
  expect(installRegistry(changed, host)).toBe(changed);
});

test('taken back, only what was there before is there', () => {
  const changed = installRegistry(installRegistry(config, host), 'another.example.com');
  const one = removeRegistry(changed, host);
  expect(JSON.parse(one).credHelpers).toEqual({ 'another.example.com': 'keyfob' });
  expect(JSON.parse(removeRegistry(one, 'another.example.com'))).toEqual(JSON.parse(config));
  const others = '{"credHelpers": {"gcr.io": "gcloud"}}\n';
  expect(removeRegistry(others, 'gcr.io')).toBe(others);
});

test('another helper that the registry had is asked again', () => {
  const others = '{\n  "credHelpers": {\n    "gcr.io": "gcloud"\n  }\n}\n';
  expect(helperBefore(others, 'gcr.io')).toBe('gcloud');
  const changed = installRegistry(others, 'gcr.io');
  expect(helperBefore(changed, 'gcr.io')).toBeUndefined();
  expect(removeRegistry(changed, 'gcr.io', 'gcloud')).toBe(others);
  expect(removeRegistry(others, 'gcr.io', 'gcloud')).toBe(others);
  expect(helperBefore(null, host)).toBeUndefined();
});

test('no file, and an empty one, become one', () => {
  for (const nothing of [null, '', '\n']) {
    expect(JSON.parse(installRegistry(nothing, host))).toEqual({
      credHelpers: { [host]: 'keyfob' },
    });
  }
});

test.each(['[]', '{', 'null', '{"credHelpers": []}', '{"credHelpers": "x"}'])(
  '%s is left alone',
  (text) => {
    expect(() => installRegistry(text, host)).toThrow(
      expect.objectContaining({ code: 'invalid_input', hint: expect.any(String) }),
    );
  },
);
