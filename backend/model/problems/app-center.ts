/** Of where we run as an app of the App Center. */
import type { Row } from './row.ts';

export const appCenterProblems = {
  'app-center.absent': {
    kind: 'terminal',
    status: 422,
    title: 'This fabric is reached from its own APIC only',
    next: 'Give it `controllers` and `credentials` in place of `appCenter: true`; or install this product on the APIC, as an app.',
  },
  'app-center.key': {
    kind: 'terminal',
    status: 502,
    title: 'The key that the APIC gave this app cannot be used',
    next: 'Disable and enable the app on the APIC: it is started again with the key that it has now.',
  },
  'app-center.refused': {
    kind: 'terminal',
    status: 502,
    title: 'The APIC refuses the key of this app',
    next: 'It is tried again by itself. If it stays, disable and enable the app on the APIC: it is started again with the key that it has now.',
  },
  'app-center.gateway': {
    kind: 'terminal',
    status: 502,
    title: 'The APIC is not found from the container',
    next: 'Disable and enable the app; or name the APIC in the variable KUBESYNC_APIC_URL, as https://address.',
  },
  'app-center.certificate': {
    kind: 'unsafe',
    status: 409,
    title: 'The APIC shows another certificate than before',
    next: 'That is so after its certificate was renewed, or when the app moved to another APIC. Otherwise compare the fingerprint with that of the APIC. Work goes on; the fabric itself is still checked by its identity.',
  },
} as const satisfies Record<string, Row>;
