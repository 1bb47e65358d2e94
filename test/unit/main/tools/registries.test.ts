import { expect, test } from 'vitest';
import { createRegistries } from '../../../../main/tools/registries.ts';
import { createFakePorts } from '../../../support/fake-ports.ts';

const one = { host: 'Registry.example.com', account: 'corp/access' };

test('who answers for a registry is kept, and found whatever the letters of its host', async () => {
  const ports = createFakePorts();
  const registries = createRegistries(ports, () => undefined);
  expect(await registries.set(one)).toEqual({ ...one, host: 'registry.example.com' });
  await registries.set({ host: 'b:5000', account: 'corp/b', username: 'u' });
  expect(await registries.find('REGISTRY.EXAMPLE.COM')).toMatchObject({ account: 'corp/access' });
  const another = createRegistries(ports, () => undefined);
  expect(await another.list()).toHaveLength(2);
  await another.set({ ...one, account: 'corp/other' });
  expect(await another.list()).toHaveLength(2);
  expect(await another.find('registry.example.com')).toMatchObject({ account: 'corp/other' });
  await another.remove('b:5000');
  await expect(another.find('b:5000')).rejects.toMatchObject({
    code: 'not_found',
    hint: expect.stringContaining('keyfob docker install'),
  });
  await expect(another.remove('b:5000')).rejects.toMatchObject({ code: 'not_found' });
});

test('a damaged file is set aside and told', async () => {
  const ports = createFakePorts();
  ports.files.contents.set('registries.json', '{');
  const told: string[] = [];
  const registries = createRegistries(ports, ({ code }) => told.push(code));
  expect(await registries.list()).toEqual([]);
  expect(told).toEqual(['file_damaged']);
});
