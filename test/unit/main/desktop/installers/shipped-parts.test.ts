import { expect, test } from 'vitest';
import { shippedParts } from '../../../../../main/desktop/installers/shipped-parts.ts';

const tool = [{ name: 'cdx:npm:package:development', value: 'true' }];
const all = {
  components: [
    { 'bom-ref': 'react@19', name: 'react' },
    { 'bom-ref': 'electron@45', name: 'electron', properties: tool },
    { 'bom-ref': 'node@24', name: 'node', properties: tool },
    { 'bom-ref': 'vite@8', name: 'vite', properties: tool },
  ],
  dependencies: [
    { ref: 'keyfob@1', dependsOn: ['react@19', 'electron@45', 'vite@8'] },
    { ref: 'electron@45', dependsOn: ['vite@8'] },
    { ref: 'vite@8', dependsOn: [] },
  ],
};

test('what only builds Keyfob is no part of it; Electron and Node are', () => {
  const names = shippedParts(all).components.map(({ name }) => name);
  expect(names).toEqual(['react', 'electron', 'node']);
});

test('nothing depends on what is no part', () => {
  expect(shippedParts(all).dependencies).toEqual([
    { ref: 'keyfob@1', dependsOn: ['react@19', 'electron@45'] },
    { ref: 'electron@45', dependsOn: [] },
  ]);
});
