/**
 * The package on an APIC, as a person installs and uses it: in a real Chromium, in the lab's App Center, from the file of `npm run package`
 * to its deletion. What an APIC keeps must not be lost, and what it loses must not be missed.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import type { Browser, Frame } from 'playwright-core';
import { launch } from '../browser/browser.ts';
import { eventually } from '../support/eventually.ts';
import { lane } from '../support/lane.ts';
import { openGui, type Gui } from './gui.ts';
import { laterVersion } from './later-version.ts';
import { app, isInStep, needs, openAppStage, type AppStage } from './stage.ts';
import { addCluster, addMapping, epg, heading, letItWrite } from './steps.ts';

const chromium = {
  names: ['chromium', 'chromium-browser', 'google-chrome'],
  install: 'apt-get install chromium',
};
const patienceMs = 60_000;
/** Of a picture of the list with one app in it. */
const listHeight = 430;

lane('the app on an APIC, by its GUI', [...needs, chromium], () => {
  describe('from its installation to its deletion', function () {
    this.timeout(120_000);
    let browser: Browser;
    let stage: AppStage;
    let gui: Gui;
    let frame: Frame;
    let broken = false;

    const followed = (replicas: number): Promise<void> => {
      stage.cluster.scale('shop', 'web', replicas);
      const prefixes = replicas * 2;
      return eventually(
        `${prefixes} prefixes on the fabric`,
        () => isInStep(stage, epg, 'web') && stage.prefixes(epg).length === prefixes,
        patienceMs,
      );
    };

    /** Until then the APIC says that it is not reached, and the browser tells of that. */
    const answering = (): Promise<void> =>
      eventually(
        'the app answers',
        async () => (await stage.ask('GET', 'status')).status === 200,
        patienceMs,
      );

    before(async function () {
      this.timeout(900_000);
      [browser, stage] = await Promise.all([launch(), openAppStage({ tokenSeconds: 5 })]);
      gui = await openGui(browser, stage);
      stage.cluster.deployment('shop', 'web', 3);
    });

    beforeEach(function () {
      // Each begins where the one before it ended.
      if (broken) this.skip();
    });

    afterEach(async function () {
      broken ||= this.currentTest?.state === 'failed';
      if (!broken) gui.content();
      else if (this.currentTest?.state === 'failed') await gui.picture('failed');
    });

    after(async () => {
      await browser.close();
      await stage.close();
    });

    it('is installed from the file', async () => {
      await gui.signIn();
      await gui.picture('install-apps', listHeight);
      await gui.upload(stage.aci);
      await gui.picture('install-upload', listHeight);

      const view = stage.appCenter.app(app);
      assert.equal(view?.state, 'inactive');
      assert.equal(stage.fabric.get(`pluginContr/plugin-${app}`)?.attributes['pluginSt'], 'inactive');
    });

    it('is enabled, with a user of its own on the fabric', async () => {
      await gui.entry.getByRole('button', { name: 'Enable' }).click();
      await gui.picture('install-enable', 600);
      await gui.page.getByRole('dialog').getByRole('button', { name: 'Enable' }).click();
      await gui.entry.getByText(/enabled/).waitFor();
      await answering();
      await eventually('signed in as the app', () => stage.fabric.stats().appTokens > 0, patienceMs);
      await gui.picture('install-enabled', listHeight);

      assert.equal(stage.fabric.get(`pluginContr/plugin-${app}`)?.attributes['pluginSt'], 'active');
    });

    it("opens inside the frame, signed in by the GUI's tokens, with the fabric there already", async () => {
      frame = await gui.open();
      await frame.getByRole('heading', { name: 'Nothing to keep in step yet' }).waitFor();
      await frame.getByText('admin (apic)').waitFor();
      await frame.getByRole('row', { name: /Fabric apic Synced/ }).waitFor();
      await gui.picture('install-open');
    });

    it('follows a pod to the fabric, once a cluster was added and a mapping may write', async () => {
      await addCluster(frame, stage);
      await gui.picture('install-cluster');
      await addMapping(frame);
      await letItWrite(frame);
      await followed(4);
      await frame.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Overview' }).click();
      await heading(frame, 'Overview').waitFor();
      const row = frame.getByRole('row').filter({ has: frame.getByRole('button', { name: epg }) });
      await row.getByRole('cell', { name: '8', exact: true }).nth(1).waitFor();
      await gui.picture('install-followed');
    });

    it('knows all of it after it was disabled and enabled', async () => {
      const data = stage.appCenter.app(app)?.folders.data ?? '';
      await gui.closeApp();
      await gui.press('Disable', 'Disabling ACI Kube Sync: done');
      assert.ok(readdirSync(data).includes('configuration.json'));
      assert.equal(stage.prefixes(epg).length, 8);
      await gui.press('Enable', 'Enabling ACI Kube Sync: done');
      await followed(2);
      frame = await gui.open();
      await frame.getByRole('button', { name: epg }).first().waitFor();
    });

    it('is upgraded in place, with nothing lost', async () => {
      await gui.closeApp();
      const credentials = stage.appCenter.app(app)?.folders.credentials ?? '';
      assert.ok(existsSync(credentials));
      await gui.upload(await laterVersion(stage.aci, stage.folder, '9.0'));
      await gui.entry.getByText('Version 9.0 · enabled').waitFor();
      await gui.picture('install-upgraded', listHeight);
      await followed(5);
    });

    it('leaves nothing behind when it was deleted, and begins anew when it is installed again', async () => {
      const folders = stage.appCenter.app(app)?.folders;
      const before = stage.fabric.get(`uni/userext/appuser-${app}/usercert-${app}`)?.attributes['data'];
      await gui.press('Disable', 'Disabling ACI Kube Sync: done');
      await gui.press('Delete', 'Deleting ACI Kube Sync: done');
      assert.equal(stage.fabric.get(`pluginContr/plugin-${app}`), undefined);
      assert.equal(stage.fabric.get(`uni/userext/appuser-${app}`), undefined);
      for (const folder of Object.values<string>({ ...folders })) assert.ok(!existsSync(folder), folder);

      await gui.upload(stage.aci);
      await gui.press('Enable', 'Enabling ACI Kube Sync: done');
      await answering();
      frame = await gui.open();
      const firstSteps = frame.getByRole('region', { name: 'First steps' });
      await firstSteps.getByRole('link', { name: 'Add a cluster' }).waitFor();
      // What the one before it wrote stays on the fabric, and is nobody's to touch.
      await frame.getByText('Another installation of this product marked it').first().waitFor();
      assert.equal(stage.prefixes(epg).length, 10);
      const after = stage.fabric.get(`uni/userext/appuser-${app}/usercert-${app}`)?.attributes['data'];
      assert.notEqual(after, before);
    });
  });
});
