/** What an administrator does in the app's page, inside the frame. */
import type { Frame, Locator } from 'playwright-core';
import type { AppStage } from './stage.ts';

export const epg = 'prod-a_shop_web';

export function heading(frame: Frame, name: string): Locator {
  return frame.getByRole('heading', { level: 1, name });
}

async function goTo(frame: Frame, name: string): Promise<void> {
  await frame.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click();
  await heading(frame, name).waitFor();
}

const next = (frame: Frame): Promise<void> => frame.getByRole('button', { name: 'Next' }).click();

export async function addCluster(frame: Frame, { cluster }: AppStage): Promise<void> {
  const firstSteps = frame.getByRole('region', { name: 'First steps' });
  await firstSteps.getByRole('link', { name: 'Add a cluster' }).click();
  await frame.getByLabel('Kubeconfig').fill(cluster.kubeconfig('reader'));
  await frame.getByRole('button', { name: /^Read the kubeconfig/ }).click();
  await frame.getByText('Server, CA and credentials were taken from prod-a').waitFor();
  await frame.getByLabel('Name', { exact: true }).fill('prod-a');
  await next(frame);
  await frame.getByRole('heading', { name: 'Whose certificate it shows' }).waitFor();
  await frame.locator('.fingerprint').waitFor();
  await next(frame);
  await frame.getByRole('heading', { name: 'What may come from it' }).waitFor();
  for (const prefix of ['10.244.0.0/22', 'fd00:10:244::/62'])
    await frame.getByRole('button', { name: `Add ${prefix} to Pods` }).click();
  await next(frame);
  await frame.getByText('It works as it is.').waitFor();
  await frame.getByRole('button', { name: 'Save', exact: true }).click();
  await frame.getByRole('article', { name: 'Cluster prod-a' }).getByText('Synced').waitFor();
}

export async function addMapping(frame: Frame): Promise<void> {
  await goTo(frame, 'Mappings');
  await frame.getByRole('link', { name: 'Add a mapping' }).click();
  await frame.getByLabel('Name of the mapping').fill('shop');
  await frame.getByRole('checkbox', { name: 'prod-a' }).check();
  await frame.getByLabel(/^In namespaces optional/).fill('shop');
  await frame.getByLabel('Tenant').fill('k8s');
  await frame.getByLabel('L3Out').fill('calico');
  await frame.getByLabel(/^Provides contracts/).fill('web');
  const preview = frame.getByRole('complementary', { name: 'Preview' });
  await preview.getByText(epg, { exact: true }).first().waitFor();
  await frame.getByRole('button', { name: 'Save', exact: true }).click();
  await frame.getByText('shop was saved').waitFor();
}

/** Mode full, and the first plan let go. */
export async function letItWrite(frame: Frame): Promise<void> {
  await frame.getByLabel('Mode of shop').selectOption('full');
  await frame
    .getByRole('dialog', { name: 'shop: mode full' })
    .getByRole('button', { name: 'Let it write' })
    .click();
  await frame.getByText('shop is in mode full').waitFor();
  await goTo(frame, 'Plan');
  await frame
    .getByRole('article', { name: 'Plan of shop on apic' })
    .getByRole('button', { name: 'Let it go…' })
    .click();
  await frame
    .getByRole('dialog', { name: 'Let the first plan of shop go?' })
    .getByRole('button', { name: 'Let it go', exact: true })
    .click();
  await frame.getByText('Nothing to do', { exact: true }).waitFor();
}
