/**
 * The container's health check, as a program of its own: exit status 0 when `/livez` answers at KUBESYNC_LISTEN
 * (default 127.0.0.1:8080), by HTTP or else by HTTPS.
 */
import { get as askHttp } from 'node:http';
import { get as askHttps } from 'node:https';

const [, host = '127.0.0.1', port = '8080'] =
  /^(?:(.*):)?(\d+)$/.exec(process.env['KUBESYNC_LISTEN'] ?? '') ?? [];
const everywhere = ['', '0.0.0.0', '[::]'].includes(host);
const target = {
  host: everywhere ? '127.0.0.1' : host.replace(/[[\]]/g, ''),
  port,
  path: '/livez',
  timeout: 4000,
  rejectUnauthorized: false, // eslint-disable-line no-restricted-syntax -- asks itself, whatever name its certificate is for; sends nothing
};

async function lives(ask: typeof askHttp): Promise<boolean> {
  const status = await new Promise((resolve) => {
    ask(target, (reply) => {
      resolve(reply.statusCode);
    })
      .on('timeout', resolve)
      .on('error', resolve);
  });
  return status === 200;
}

process.exit((await lives(askHttp)) || (await lives(askHttps)) ? 0 : 1);
