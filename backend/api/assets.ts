/** The page's files, from memory. */
import type { RequestHandler } from 'express';
import { digest } from '../model/digest.ts';
import type { Assets } from './ports.ts';

export function assetsHandler(assets: Assets): RequestHandler {
  const tags = new Map([...assets].map(([path, { body }]) => [path, digestOf(body)]));
  return (request, response, next) => {
    const path = request.path === '/' ? 'index.html' : request.path.slice(1);
    const asset = assets.get(path);
    if (asset === undefined) {
      next();
      return;
    }
    response
      .set('Cache-Control', asset.immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
      .set('Content-Type', asset.type)
      .set('ETag', `"${tags.get(path) ?? ''}"`);
    if (request.fresh) response.status(304).end();
    else response.send(Buffer.from(asset.body));
  };
}

function digestOf(body: Uint8Array): string {
  return digest(Buffer.from(body).toString('latin1'), 16);
}
