/** Looking before leaping: previews of mappings, test buttons, kubeconfigs, the manifest for a cluster. */
import { previewRequestSchema, previewSchema } from '../contract/preview.ts';
import {
  checkReportSchema,
  kubeconfigRequestSchema,
  kubeconfigSchema,
  manifestSchema,
  testReportSchema,
  testSubjectSchema,
} from '../contract/tests.ts';
import { jsonRoute } from '../route.ts';
import type { Route } from '../route.ts';
import { called } from './fields.ts';
import type { RoutesOptions } from './options.ts';

type Options = Pick<RoutesOptions, 'previews' | 'tests'>;

const words = { cluster: 'cluster', fabric: 'fabric', loadBalancer: 'load balancer' } as const;

export function trialRoutes({ previews, tests }: Options): readonly Route[] {
  return [
    jsonRoute({
      method: 'POST',
      path: '/api/v1/mappings/preview',
      role: 'viewer',
      summary: 'What a mapping would match and write, without saving it',
      body: { name: 'PreviewRequest', schema: previewRequestSchema },
      response: { name: 'Preview', schema: previewSchema },
      handle: async ({ body: { mapping, replaces } }) => ({
        body: await previews.preview(mapping, replaces),
      }),
    }),
    jsonRoute({
      method: 'POST',
      path: '/api/v1/tests',
      role: 'admin',
      summary: 'Test an entry as it would be saved: reach, certificate, sign-in, version, permissions',
      body: { name: 'TestSubject', schema: testSubjectSchema },
      response: { name: 'TestReport', schema: testReportSchema },
      errors: ['config.invalid', 'config.secret', 'config.key-lost'],
      act: { verb: 'test', object: ({ body: { kind, entry } }) => called(words[kind], entry.name) },
      handle: async ({ body, person, signal }) => ({ body: await tests.run(body, person, signal) }),
    }),
    jsonRoute({
      method: 'POST',
      path: '/api/v1/tests/check',
      role: 'admin',
      summary: 'What is wrong with an entry as it would be saved; nothing is asked of the system',
      body: { name: 'TestSubject', schema: testSubjectSchema },
      response: { name: 'CheckReport', schema: checkReportSchema },
      handle: ({ body }) => ({ body: { faults: [...tests.check(body)] } }),
    }),
    jsonRoute({
      method: 'POST',
      path: '/api/v1/kubeconfig',
      role: 'admin',
      summary: 'What a kubeconfig says; nothing of it is run, and no file that it names is read',
      body: { name: 'Kubeconfig', schema: kubeconfigRequestSchema },
      response: { name: 'KubeconfigContexts', schema: kubeconfigSchema },
      errors: ['config.invalid'],
      handle: ({ body }) => ({ body: tests.readKubeconfig(body.text) }),
    }),
    jsonRoute({
      method: 'GET',
      path: '/api/v1/cluster-manifest',
      role: 'viewer',
      summary: 'The least that a cluster must allow, for kubectl apply',
      response: { name: 'Manifest', schema: manifestSchema },
      handle: () => ({ body: { text: tests.clusterManifest() } }),
    }),
  ];
}
