/** Whose certificate answers, and how it is trusted from now on. */
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { CertificateModel } from '../../../backend/api/contract/tests.ts';
import { RadioCards } from '../../forms/choice-fields.tsx';
import type { Card } from '../../forms/choice-fields.tsx';
import type { Form } from '../../forms/form.ts';
import { trustOf, whereIs, withPin, withTrust } from '../../forms/logic/system-draft.ts';
import type { TrustKind } from '../../forms/logic/system-draft.ts';
import { textAt } from '../../forms/logic/written.ts';
import { AreaField } from '../../forms/text-fields.tsx';
import type { App } from '../../live/app.ts';
import { formatMoment } from '../../logic/format.ts';
import { Button } from '../../parts/button.tsx';
import { CopyCommand } from '../../parts/copy-command.tsx';
import { Shape } from '../../parts/shape.tsx';
import { Aside } from './access-fields.tsx';
import { Progress, Steps } from './test-part.tsx';
import type { Testing } from './testing.ts';

interface CertificatePartProps {
  readonly app: App;
  readonly form: Form;
  readonly testing: Testing;
  /** Asks again who answers. */
  readonly onLook: () => void;
}

export function CertificatePart(props: CertificatePartProps): JSX.Element {
  const { app, form, testing, onLook } = props;
  const certificate = testing.report.value?.certificate ?? undefined;
  return (
    <div class="form-grid">
      <div class="wide">
        <Progress app={app} testing={testing} words="Asking for the certificate" />
        {!testing.running.value && certificate === undefined && <Unseen testing={testing} />}
        {certificate !== undefined && <Certificate app={app} certificate={certificate} />}
        {!testing.running.value && (
          <p class="form-buttons">
            <Button small onClick={onLook} off={form.lock.value}>
              {certificate === undefined ? 'Look at the certificate' : 'Look again'}
            </Button>
          </p>
        )}
      </div>
      <TrustChoice form={form} certificate={certificate} />
      <TrustFields form={form} certificate={certificate} />
    </div>
  );
}

function Unseen({ testing }: { testing: Testing }): JSX.Element | null {
  const { report, problem } = testing;
  if (report.value === undefined && problem.value === undefined) return null;
  return (
    <>
      <p>
        <Shape tone="bad" /> No certificate could be seen. You can go on, and come back to this once it
        answers.
      </p>
      <Steps testing={testing} only={['reach']} />
    </>
  );
}

function Certificate({ app, certificate }: { app: App; certificate: CertificateModel }): JSX.Element {
  const { subject, issuer, names, validFrom, validTo, fingerprint, selfSigned } = certificate;
  const now = app.store.now.value;
  const over = validTo < now || validFrom > now;
  return (
    <section class="certificate" aria-label="Certificate of the server">
      <dl class="facts">
        <dt>Fingerprint (SHA-256)</dt>
        <dd>
          <code class="fingerprint">{fingerprint}</code>
        </dd>
        <dt>For</dt>
        <dd>
          {names.length === 0 ? 'no names' : names.join(', ')} <span class="muted">({subject})</span>
        </dd>
        <dt>Signed by</dt>
        <dd>{selfSigned ? 'itself: no CA vouches for it' : issuer}</dd>
        <dt>Valid</dt>
        <dd class={over ? 'out-of-date' : undefined}>
          {formatMoment(validFrom, app.zone.value)} to {formatMoment(validTo, app.zone.value)}
          {over && ' – not now'}
        </dd>
      </dl>
    </section>
  );
}

interface TrustProps {
  readonly form: Form;
  readonly certificate: CertificateModel | undefined;
}

function TrustChoice({ form, certificate }: TrustProps): JSX.Element {
  const cards: readonly Card[] = [
    {
      value: 'pin',
      title: 'Trust exactly this certificate',
      text: 'You compare its fingerprint once. When it is renewed, nothing is read or written until you confirm the new one.',
    },
    {
      value: 'ca',
      title: 'Trust the CA that signed it',
      text: 'Paste the certificate of the CA. A renewed certificate is taken without asking, as long as the name fits.',
    },
    {
      value: 'system',
      title: 'Trust what this machine trusts',
      text: 'The public CAs, and those that this machine was given.',
    },
  ];
  const choose = (kind: TrustKind): void =>
    form.change((draft) =>
      kind === 'pin' && certificate !== undefined && textAt(draft.entry, 'pin') === ''
        ? withTrust(draft, 'pin')
        : withTrust(draft, kind),
    );
  return (
    <RadioCards
      form={form}
      path="trust"
      label="How do we know that it is the right one?"
      standard={trustOf(form.entry.value)}
      onChoose={(value) => choose(value === 'pin' || value === 'ca' ? value : 'system')}
      cards={cards}
    />
  );
}

function TrustFields({ form, certificate }: TrustProps): JSX.Element | null {
  switch (trustOf(form.entry.value)) {
    case 'pin':
      return <Pin form={form} certificate={certificate} />;
    case 'ca':
      return (
        <AreaField
          form={form}
          path="ca"
          label="CA certificate"
          accept=".pem,.crt,.cer"
          placeholder={'-----BEGIN CERTIFICATE-----'}
          hint="PEM, or `file:PATH` on the server. It is no secret."
        />
      );
    case 'system':
      return certificate !== undefined && !certificate.trusted ? (
        <p class="wide" role="note">
          <Shape tone="held" /> This machine does not trust it: confirm the certificate, or paste its CA.
        </p>
      ) : null;
  }
}

function Pin({ form, certificate }: TrustProps): JSX.Element {
  const pinned = textAt(form.entry.value, 'pin').trim();
  const fault = form.faultAt(['pin']);
  const confirmed = useRef<HTMLParagraphElement>(null);
  if (certificate === undefined)
    return (
      <AreaField
        form={form}
        path="pin"
        label="Certificate of the server"
        accept=".pem,.crt,.cer"
        hint="PEM, or `file:PATH` on the server."
      />
    );
  const isThis = pinned === certificate.pem.trim();
  return (
    <div class="wide pin" data-field={`${form.name}.pin`} data-label="Certificate of the server">
      {isThis ? (
        <p role="status" tabIndex={-1} ref={confirmed}>
          <Shape tone="good" /> Confirmed: only the certificate with the fingerprint above is trusted.
        </p>
      ) : (
        <>
          {pinned !== '' && (
            <p class="out-of-date" role="alert">
              Another certificate answers than the one that was confirmed.
            </p>
          )}
          <p>Compare the fingerprint with what the device itself says, on a way that you trust.</p>
          <Compare form={form} />
          <p class="form-buttons">
            <Button
              off={form.lock.value}
              onClick={() => {
                form.change((draft) => withPin(draft, certificate.pem));
                // The button goes away, and would take the focus with it.
                setTimeout(() => confirmed.current?.focus());
              }}
            >
              I compared it: this is it
            </Button>
          </p>
          {fault !== undefined && (
            <p class="fault" role="alert">
              {fault}
            </p>
          )}
        </>
      )}
    </div>
  );
}

function Compare({ form }: { form: Form }): JSX.Element {
  const [host = ''] = whereIs(form.entry.value)
    .replace(/^https:\/\//, '')
    .split(' ');
  const address = /:\d+$/.test(host) ? host : `${host}:443`;
  return (
    <Aside title="How to compare it">
      <p>From the console of the device, or from a machine beside it:</p>
      <CopyCommand
        command={`openssl s_client -connect ${address} </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256`}
      />
    </Aside>
  );
}
