import { describe, expect, test } from 'vitest';
import { type Picture, packIcns, packIco } from '../../../../../main/desktop/assets/containers.ts';

/** Red above, and blue below in the last row. */
function picture(size: number): Picture {
  const rgba = Buffer.alloc(size * size * 4);
  for (let at = 0; at < rgba.length; at += 4) {
    const last = at >= rgba.length - size * 4;
    rgba.set(last ? [0, 0, 255, 255] : [255, 0, 0, 255], at);
  }
  return { size, png: Buffer.from(`png of ${size}`), rgba };
}

describe('a Windows icon', () => {
  const ico = packIco([picture(16), picture(256)]);
  const entry = (index: number) => {
    const at = 6 + 16 * index;
    const offset = ico.readUInt32LE(at + 12);
    const width = ico.readUInt8(at);
    return { width, body: ico.subarray(offset, offset + ico.readUInt32LE(at + 8)) };
  };

  test('lists its pictures, and names 256 pixels as 0', () => {
    expect(ico.readUInt16LE(2)).toBe(1);
    expect(ico.readUInt16LE(4)).toBe(2);
    expect([entry(0).width, entry(1).width]).toEqual([16, 0]);
  });

  test('has small pictures as bitmaps of twice the height, from the bottom up, blue first', () => {
    const { body } = entry(0);
    expect(body.readUInt32LE(0)).toBe(40);
    expect([body.readInt32LE(4), body.readInt32LE(8)]).toEqual([16, 32]);
    expect([...body.subarray(40, 44)]).toEqual([255, 0, 0, 255]);
    expect([...body.subarray(40 + 16 * 4, 44 + 16 * 4)]).toEqual([0, 0, 255, 255]);
    expect(body).toHaveLength(40 + 16 * 16 * 4 + 16 * 4);
  });

  test('has the largest as PNG', () => {
    expect(entry(1).body.toString()).toBe('png of 256');
  });
});

test('an Apple icon tells its own length and that of every part', () => {
  const icns = packIcns([picture(16), picture(32)]);
  expect(icns.toString('ascii', 0, 4)).toBe('icns');
  expect(icns.readUInt32BE(4)).toBe(icns.length);
  const parts: string[] = [];
  for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4)) {
    parts.push(icns.toString('ascii', at, at + 4));
  }
  expect(parts).toEqual(['icp4', 'icp5', 'ic11']);
});
