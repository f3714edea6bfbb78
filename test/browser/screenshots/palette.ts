/** PNG with a palette of 256 colours: a third of the size, and nobody sees it in a page of few colours. */
import { deflateSync, crc32 } from 'node:zlib';
import type { Page } from 'playwright-core';

/** `blank`: a page of the browser to decode and count in. */
export async function withPalette(blank: Page, png: Buffer): Promise<Buffer> {
  const { width, height, palette, indexes } = await blank.evaluate(reduce, png.toString('base64'));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits, by palette.
  header.set([8, 3, 0, 0, 0], 8);
  const pixels = Buffer.from(indexes, 'base64');
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) pixels.copy(lines, y * (width + 1) + 1, y * width, (y + 1) * width);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette)),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

interface Reduced {
  readonly width: number;
  readonly height: number;
  readonly palette: number[];
  /** One byte a pixel, base64. */
  readonly indexes: string;
}

/** Runs in the page: the colours that are most frequent, and for every other one the nearest of them. */
async function reduce(png: string): Promise<Reduced> {
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const { width, height } = image;
  const canvas = new OffscreenCanvas(width, height).getContext('2d');
  if (canvas === null) throw new Error('no canvas');
  canvas.drawImage(image, 0, 0);
  const { data } = canvas.getImageData(0, 0, width, height);
  const view = new DataView(data.buffer);
  const colourAt = (pixel: number): number => view.getUint32(pixel * 4) >>> 8;
  const counts = new Map<number, number>();
  for (let pixel = 0; pixel < width * height; pixel += 1)
    counts.set(colourAt(pixel), (counts.get(colourAt(pixel)) ?? 0) + 1);
  const byCount = [...counts].sort((one, other) => other[1] - one[1]).map(([colour]) => colour);
  // One of each neighbourhood first: a small sign in a colour of its own must not take another's.
  const neighbourhoods = new Map<number, number>();
  for (const colour of byCount)
    if (!neighbourhoods.has(colour & 0xe0e0e0)) neighbourhoods.set(colour & 0xe0e0e0, colour);
  const kept = [...new Set([...[...neighbourhoods.values()].slice(0, 160), ...byCount])].slice(0, 256);
  const parts = (colour: number): readonly number[] => [colour >> 16, (colour >> 8) & 255, colour & 255];
  const distance = (a: number, b: number): number =>
    ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;
  const nearestTo = (colour: number): number => {
    const far = kept.map((each) => distance(colour, each));
    return far.indexOf(Math.min(...far));
  };
  const nearest = new Map([...counts.keys()].map((colour) => [colour, nearestTo(colour)] as const));
  let text = '';
  for (let pixel = 0; pixel < width * height; pixel += 1)
    text += String.fromCharCode(nearest.get(colourAt(pixel)) ?? 0);
  return { width, height, palette: kept.flatMap(parts), indexes: btoa(text) };
}
