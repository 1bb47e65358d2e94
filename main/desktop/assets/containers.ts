/** The two containers that systems want their icons in. */

/** A square picture. */
export interface Picture {
  /** Width and height in pixels. */
  readonly size: number;
  readonly png: Buffer;
  /** Rows from the top, four bytes a pixel, opacity not multiplied in. */
  readonly rgba: Buffer;
}

/**
 * A Windows icon. Pictures up to 128 pixels are bitmaps, which every reader of the format takes;
 * larger ones are PNG, as Windows itself has it since Vista.
 *
 * @see https://learn.microsoft.com/previous-versions/ms997538(v=msdn.10)
 */
export function packIco(pictures: readonly Picture[]): Buffer {
  const head = Buffer.alloc(6 + 16 * pictures.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  const bodies = pictures.map((picture) => (picture.size > 128 ? picture.png : bitmap(picture)));
  let offset = head.length;
  for (const [index, body] of bodies.entries()) {
    const at = 6 + 16 * index;
    const size = pictures[index]?.size ?? 0;
    // A byte each: 256 is written as 0.
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(body.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += body.length;
  }
  return Buffer.concat([head, ...bodies]);
}

/** BITMAPINFOHEADER, the pixels from the bottom up as BGRA, and a mask in which nothing is masked. */
function bitmap({ size, rgba }: Picture): Buffer {
  const maskRow = Math.ceil(size / 32) * 4;
  const body = Buffer.alloc(40 + size * size * 4 + maskRow * size);
  body.writeUInt32LE(40, 0);
  body.writeInt32LE(size, 4);
  // Twice the height: the mask counts.
  body.writeInt32LE(size * 2, 8);
  body.writeUInt16LE(1, 12);
  body.writeUInt16LE(32, 14);
  const row = size * 4;
  for (let y = 0; y < size; y++) {
    const pixels = Buffer.from(rgba.subarray(y * row, (y + 1) * row));
    for (let x = 0; x < row; x += 4) {
      const red = pixels.readUInt8(x);
      pixels.writeUInt8(pixels.readUInt8(x + 2), x);
      pixels.writeUInt8(red, x + 2);
    }
    pixels.copy(body, 40 + (size - 1 - y) * row);
  }
  return body;
}

/** Apple's names of the sizes in pixels; the second of each is the doubled size of a smaller one. */
const icnsTypes: Readonly<Record<number, readonly string[]>> = {
  16: ['icp4'],
  32: ['icp5', 'ic11'],
  64: ['ic12'],
  128: ['ic07'],
  256: ['ic08', 'ic13'],
  512: ['ic09', 'ic14'],
  1024: ['ic10'],
};

/** An Apple icon: a list of named PNGs. */
export function packIcns(pictures: readonly Picture[]): Buffer {
  const entries = pictures.flatMap(({ size, png }) =>
    (icnsTypes[size] ?? []).map((type) => Buffer.concat([chunkHead(type, png.length), png])),
  );
  const length = entries.reduce((sum, entry) => sum + entry.length, 0);
  return Buffer.concat([chunkHead('icns', length), ...entries]);
}

function chunkHead(type: string, length: number): Buffer {
  const head = Buffer.alloc(8, type, 'ascii');
  head.writeUInt32BE(length + 8, 4);
  return head;
}
