/** At a glance: is everything in step, what waits for me, and what there is. */
import type { JSX } from 'preact';
import type { App } from '../../live/app.ts';
import { firstSteps } from '../../logic/first-steps.ts';
import { standingOf } from '../../logic/standing.ts';
import type { Standing } from '../../logic/standing.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { Shape } from '../../parts/shape.tsx';
import type { PageProps } from '../page-entry.ts';
import { FirstSteps } from './first-steps.tsx';
import { Flow } from './flow.tsx';
import { Mappings } from './mappings.tsx';
import { Rounds } from './rounds.tsx';
import { Sources } from './sources.tsx';
import { Targets } from './targets.tsx';

export function OverviewPage({ app }: PageProps): JSX.Element {
  const summary = app.store.summary.value;
  return (
    <>
      <PageHead title="Overview" />
      {summary === undefined ? (
        <p class="first muted">Reading how things stand…</p>
      ) : (
        <Content app={app} summary={summary} />
      )}
    </>
  );
}

type Summary = NonNullable<App['store']['summary']['value']>;

function Content({ app, summary }: { app: App; summary: Summary }): JSX.Element {
  const { store, targets, drawer, zone } = app;
  const steps = firstSteps(summary);
  const begun = summary.sources.length + summary.systems.length > 0;
  return (
    <>
      <StandingNote standing={standingOf(summary, store.plan.value, store.rows.value.values())} />
      {steps.some(({ done }) => !done) && <FirstSteps steps={steps} />}
      <Flow store={store} summary={summary} />
      {begun && <Sources summary={summary} now={store.now.value} />}
      {begun && <Mappings mappings={summary.mappings} />}
      {begun && <Targets store={store} view={targets} onOpen={drawer.onOpen} />}
      {begun && <Rounds runs={store.runs.value} zone={zone.value} />}
    </>
  );
}

function StandingNote({ standing }: { standing: Standing }): JSX.Element {
  const { tone, title, detail, waits } = standing;
  return (
    <section class={`standing tone-${tone}`} aria-labelledby="standing-title">
      <div class="standing-head">
        <Shape tone={tone} />
        <h2 id="standing-title">{title}</h2>
        <p class="muted">{detail}</p>
      </div>
      {waits.length > 0 && (
        <ul class="waits">
          {waits.slice(0, 8).map((wait) => (
            <li key={wait.id}>
              <a href={wait.href}>
                <Shape tone={wait.tone} />
                <span class="wait-title">{wait.title}</span>
                <span class="wait-detail muted">{wait.detail}</span>
              </a>
            </li>
          ))}
          {waits.length > 8 && <li class="muted more-waits">and {waits.length - 8} more</li>}
        </ul>
      )}
    </section>
  );
}
