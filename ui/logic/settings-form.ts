/** The settings as fields of a form: text by path, and back to what the server checks. */

export interface SettingField {
  /** Below `settings`. */
  readonly path: string;
  readonly label: string;
  readonly hint: string;
  readonly kind: 'number' | 'text' | 'list';
  /** What holds where nothing is written. */
  readonly standard: string;
}

export interface SettingGroup {
  readonly title: string;
  readonly about: string;
  readonly fields: readonly SettingField[];
}

export const settingGroups: readonly SettingGroup[] = [
  {
    title: 'Guard',
    about:
      'Addresses that vanish without an explanation are held when they are too many, until somebody approves them.',
    fields: [
      {
        path: 'guard.share',
        label: 'Share of a mapping',
        hint: 'Removals beyond this share are held: 0.2 is a fifth …',
        kind: 'number',
        standard: '0.2',
      },
      {
        path: 'guard.atLeast',
        label: 'At least',
        hint: '… once there are more than this many.',
        kind: 'number',
        standard: '10',
      },
      {
        path: 'guard.atMost',
        label: 'At most',
        hint: 'Never more than this many within the window.',
        kind: 'number',
        standard: '50',
      },
      {
        path: 'guard.window',
        label: 'Window',
        hint: 'Over how long they are counted: 30m, 1h.',
        kind: 'text',
        standard: '1h',
      },
    ],
  },
  {
    title: 'Access',
    about:
      'Which roles of a fabric, held with write privilege for its security domain all, make its user what here. One role per line.',
    fields: [
      {
        path: 'access.roles.admin',
        label: 'Admin',
        hint: 'Configures, and gives access.',
        kind: 'list',
        standard: 'admin',
      },
      {
        path: 'access.roles.operator',
        label: 'Operator',
        hint: 'Approves, refuses, pauses.',
        kind: 'list',
        standard: 'ops\ntenant-admin\nnw-svc-admin',
      },
      {
        path: 'access.roles.viewer',
        label: 'Viewer',
        hint: 'Looks.',
        kind: 'list',
        standard: 'read-all',
      },
      {
        path: 'access.idle',
        label: 'Unused sessions end after',
        hint: 'When nothing was asked for so long: 30m.',
        kind: 'text',
        standard: '30m',
      },
      {
        path: 'access.endAfter',
        label: 'All sessions end after',
        hint: 'However much they are used: 12h.',
        kind: 'text',
        standard: '12h',
      },
    ],
  },
  {
    title: 'History',
    about: 'The oldest is forgotten when either bound is reached.',
    fields: [
      { path: 'history.keepFor', label: 'Kept for', hint: 'As 90d.', kind: 'text', standard: '90d' },
      {
        path: 'history.megabytes',
        label: 'Size in megabytes',
        hint: '10 to 100,000.',
        kind: 'number',
        standard: '500',
      },
    ],
  },
];

export const settingFields: readonly SettingField[] = settingGroups.flatMap(({ fields }) => fields);

/** What is written, as text by path; empty where nothing is. */
export function readSettings(written: object): Readonly<Record<string, string>> {
  return Object.fromEntries(settingFields.map(({ path }) => [path, textOf(valueAt(written, path))]));
}

/** As it is sent: what is left empty is left out, so that the standard holds. What is not in the form stays. */
export function writeSettings(written: object, texts: Readonly<Record<string, string>>): object {
  const next = structuredClone(written) as Tree;
  for (const field of settingFields)
    setAt(next, field.path.split('.'), valueOf(field, texts[field.path] ?? ''));
  return next;
}

type Tree = Record<string, unknown>;

function valueOf({ kind }: SettingField, text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (kind === 'list') return trimmed.split(/[\s,]+/).filter(Boolean);
  if (kind === 'text') return trimmed;
  const figure = Number(trimmed);
  // The server says what is wrong with what is no number.
  return Number.isNaN(figure) ? trimmed : figure;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join('\n');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function valueAt(tree: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, name) => (isTree(at) ? at[name] : undefined), tree);
}

function setAt(tree: Tree, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    if (value === undefined) Reflect.deleteProperty(tree, name);
    else tree[name] = value;
    return;
  }
  const below = tree[name];
  const next: Tree = isTree(below) ? below : {};
  setAt(next, rest, value);
  if (Object.keys(next).length === 0) Reflect.deleteProperty(tree, name);
  else tree[name] = next;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
