import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { chromiumArgs, chromiumPath } from '../../../test/support/chromium.ts';
import { type Picture, packIcns, packIco } from './containers.ts';

/**
 * Draws every icon anew from `src/*.svg`, in a browser: `npm run icons`. The results are committed,
 * so that nobody needs a browser to build Keyfob. Not part of the app.
 */

const assets = import.meta.dirname;
const installers = join(assets, '../installers');

const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumArgs });
try {
  const page = await browser.newPage();

  /** Draws one source at a size in pixels. */
  async function draw(source: string, size: number): Promise<Picture> {
    const svg = await readFile(join(assets, 'src', `${source}.svg`), 'utf8');
    const [png, pixels] = await page.evaluate(
      async ([text, edge]) => {
        const image = new Image();
        image.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
        image.width = edge;
        image.height = edge;
        await image.decode();
        const canvas = new OffscreenCanvas(edge, edge);
        const context = canvas.getContext('2d');
        if (context === null) throw new Error('This browser draws nothing.');
        context.drawImage(image, 0, 0, edge, edge);
        const blob = await canvas.convertToBlob({ type: 'image/png' });
        const pixels = context.getImageData(0, 0, edge, edge).data;
        const inBase64 = (content: Blob) =>
          new Promise<string>((resolve) => {
            const reader = new FileReader();
            reader.onload = () => resolve(String(reader.result).replace(/^.*,/, ''));
            reader.readAsDataURL(content);
          });
        return [await inBase64(blob), await inBase64(new Blob([pixels]))] as const;
      },
      [svg, size] as const,
    );
    return { size, png: Buffer.from(png, 'base64'), rgba: Buffer.from(pixels, 'base64') };
  }

  async function drawAll(source: string, sizes: readonly number[]): Promise<Picture[]> {
    const drawn: Picture[] = [];
    for (const size of sizes) drawn.push(await draw(source, size));
    return drawn;
  }

  async function png(file: string, source: string, size: number): Promise<void> {
    await writeFile(file, (await draw(source, size)).png);
  }

  // macOS colours a template itself, by its opacity alone.
  for (const [name, source] of [
    ['tray', 'fob'],
    ['trayAttention', 'fob-attention'],
  ] as const) {
    await png(join(assets, `${name}Template.png`), source, 16);
    await png(join(assets, `${name}Template@2x.png`), source, 32);
  }
  // Windows and Linux tell nobody whether the panel is light: light lines with a dark edge suit both.
  for (const source of ['tray', 'tray-attention']) {
    await png(join(assets, `${source}.png`), source, 32);
    await writeFile(
      join(assets, `${source}.ico`),
      packIco(await drawAll(source, [16, 20, 24, 32, 40, 48])),
    );
  }
  await png(join(assets, 'icon.png'), 'icon', 512);

  await mkdir(join(installers, 'icons'), { recursive: true });
  const small = await drawAll('icon-small', [16, 24, 32]);
  const large = await drawAll('icon', [48, 64, 128, 256, 512]);
  for (const { size, png } of [...small, ...large]) {
    await writeFile(join(installers, 'icons', `${size}x${size}.png`), png);
  }
  const windows = [...small, ...large].filter(({ size }) => size <= 256);
  await writeFile(join(installers, 'icon.ico'), packIco(windows));
  // macOS keeps a margin around every icon, at every size.
  const mac = await drawAll('icon', [16, 32, 64, 128, 256, 512, 1024]);
  await writeFile(join(installers, 'icon.icns'), packIcns(mac));
} finally {
  await browser.close();
}
