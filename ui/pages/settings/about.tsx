import type { JSX } from 'preact';
import type { App } from '../../live/app.ts';
import { formatAgo, formatMoment } from '../../logic/format.ts';
import { Section } from '../../parts/section.tsx';

export function About({ app }: { app: App }): JSX.Element {
  const summary = app.store.summary.value;
  return (
    <>
      <Section id="product" title="This server">
        <dl class="facts card">
          <dt>Product</dt>
          <dd>
            {summary?.product.name ?? 'aci-kube-sync'}{' '}
            {summary?.product.version ?? app.session.who.value?.product}
          </dd>
          {summary !== undefined && (
            <>
              <dt>Instance</dt>
              <dd>
                <code>{summary.instance}</code>, in the mark of everything that it owns
              </dd>
              <dt>Started</dt>
              <dd>
                {formatAgo(summary.startedAt, app.store.now.value)},{' '}
                {formatMoment(summary.startedAt, app.zone.value)}
              </dd>
            </>
          )}
        </dl>
      </Section>
      <Section id="faces" title="For scripts and monitoring">
        <dl class="facts card">
          <dt>API</dt>
          <dd>
            <a href="api/v1/openapi.json">OpenAPI document</a>
          </dd>
          <dt>Figures</dt>
          <dd>
            <a href="metrics">metrics</a>, for Prometheus
          </dd>
          <dt>Probes</dt>
          <dd>
            <a href="livez">livez</a>, <a href="readyz">readyz</a>
          </dd>
        </dl>
      </Section>
    </>
  );
}
