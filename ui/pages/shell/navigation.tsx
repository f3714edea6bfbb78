import type { JSX } from 'preact';
import type { App } from '../../live/app.ts';
import { themes } from '../../live/theme.ts';
import type { Theme } from '../../live/theme.ts';
import { formatCount } from '../../logic/format.ts';
import { standingOf } from '../../logic/standing.ts';
import { Icon } from '../../parts/icon.tsx';
import type { IconName } from '../../parts/icon.tsx';

interface Way {
  readonly path: string;
  readonly text: string;
  readonly icon: IconName;
}

const ways: readonly Way[] = [
  { path: '/', text: 'Overview', icon: 'overview' },
  { path: '/systems', text: 'Sources & systems', icon: 'systems' },
  { path: '/mappings', text: 'Mappings', icon: 'mappings' },
  { path: '/plan', text: 'Plan', icon: 'plan' },
  { path: '/addresses', text: 'Addresses', icon: 'addresses' },
  { path: '/history', text: 'History', icon: 'history' },
  { path: '/settings', text: 'Settings', icon: 'settings' },
];

export function Navigation({ app }: { app: App }): JSX.Element {
  const summary = app.store.summary.value;
  return (
    <div class="side">
      <a class="brand" href="#/" aria-label="aci-kube-sync, to the overview">
        <img src="icon.svg" alt="" width="22" height="22" />
        <span>aci-kube-sync</span>
      </a>
      <nav aria-label="Pages">
        <ul>
          {ways.map((way) => (
            <WayLink key={way.path} way={way} app={app} />
          ))}
        </ul>
      </nav>
      <div class="side-foot">
        <ThemeSwitch app={app} />
        {summary !== undefined && (
          <p class="muted">
            {summary.product.version} ·{' '}
            <code title="This instance's name in what it marks">{summary.instance}</code>
          </p>
        )}
      </div>
    </div>
  );
}

function WayLink({ way, app }: { way: Way; app: App }): JSX.Element {
  const { path } = app.location.place.value;
  const here = way.path === '/' ? path === '/' : path === way.path || path.startsWith(`${way.path}/`);
  const count = way.path === '/plan' ? waiting(app) : 0;
  return (
    <li>
      <a href={`#${way.path}`} title={way.text} aria-current={here ? 'page' : undefined}>
        <Icon name={way.icon} />
        <span class="way">{way.text}</span>
        {count > 0 && (
          <span class="count tone-held">
            {formatCount(count)}
            <span class="visually-hidden"> wait for you</span>
          </span>
        )}
      </a>
    </li>
  );
}

function waiting({ store }: App): number {
  const summary = store.summary.value;
  if (summary === undefined) return 0;
  return standingOf(summary, store.plan.value).waits.filter(({ id }) => id.startsWith('plan ')).length;
}

const themeWords: Readonly<Record<Theme, string>> = { system: 'System', light: 'Light', dark: 'Dark' };

export function ThemeSwitch({ app }: { app: App }): JSX.Element {
  return (
    <div class="segments" role="group" aria-label="Colours">
      {themes.map((theme) => (
        <button
          key={theme}
          type="button"
          aria-pressed={app.theme.value === theme}
          onClick={() => (app.theme.value = theme)}
        >
          {themeWords[theme]}
        </button>
      ))}
    </div>
  );
}
