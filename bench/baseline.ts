/**
 * What writing on each event costs: one POST per address that comes and one DELETE per address that goes, one after the other, on
 * a connection that is kept.
 */
import { Agent, request } from 'undici';
import type { Fabric } from '../lab/fabric/fabric.ts';

export interface Baseline {
  readonly requests: number;
  readonly seconds: number;
}

export async function writeOnePerAddress(
  fabric: Fabric,
  caPem: string,
  { added, removed }: { readonly added: readonly string[]; readonly removed: readonly string[] },
): Promise<Baseline> {
  const dispatcher = new Agent({ connect: { ca: caPem } });
  const cookie = await login(fabric, dispatcher);
  const epg = 'uni/tn-k8s/out-calico/instP-baseline';
  const send = async (method: 'POST' | 'DELETE', dn: string, body?: object): Promise<void> => {
    const options = { method, dispatcher, headers: { cookie }, ...(body && { body: JSON.stringify(body) }) };
    const reply = await request(`${fabric.url}/api/mo/${dn}.json`, options);
    await reply.body.dump();
    if (reply.statusCode !== 200) throw new Error(`baseline: ${method} ${dn} answered ${reply.statusCode}`);
  };
  await send('POST', epg, { l3extInstP: { attributes: { dn: epg } } });
  const startedAt = performance.now();
  for (const ip of added) {
    const dn = `${epg}/extsubnet-[${ip}]`;
    await send('POST', dn, { l3extSubnet: { attributes: { dn, ip } } });
  }
  for (const ip of removed) await send('DELETE', `${epg}/extsubnet-[${ip}]`);
  const seconds = (performance.now() - startedAt) / 1000;
  await send('DELETE', epg);
  await dispatcher.close();
  return { requests: added.length + removed.length, seconds };
}

async function login(fabric: Fabric, dispatcher: Agent): Promise<string> {
  const body = JSON.stringify({ aaaUser: { attributes: { name: fabric.username, pwd: fabric.password } } });
  const reply = await request(`${fabric.url}/api/aaaLogin.json`, { method: 'POST', dispatcher, body });
  const { imdata } = (await reply.body.json()) as {
    imdata: [{ aaaLogin: { attributes: { token: string } } }];
  };
  return `APIC-cookie=${imdata[0].aaaLogin.attributes.token}`;
}
