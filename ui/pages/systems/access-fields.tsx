/** Where it is, and how we sign in there. */
import type { JSX } from 'preact';
import { RadioCards } from '../../forms/choice-fields.tsx';
import { ChipsField } from '../../forms/chips-field.tsx';
import type { Form } from '../../forms/form.ts';
import { credentialsOf, isAround, withCredentials } from '../../forms/logic/system-draft.ts';
import type { SystemKind } from '../../forms/logic/system-draft.ts';
import { SecretField } from '../../forms/secret-field.tsx';
import { TextField } from '../../forms/text-fields.tsx';

interface AccessFieldsProps {
  readonly kind: SystemKind;
  readonly form: Form;
}

export function AccessFields({ kind, form }: AccessFieldsProps): JSX.Element {
  return (
    <div class="form-grid">
      <TextField
        form={form}
        path="name"
        label="Name"
        hint="How it is called here, in mappings and in names of objects: `prod-a`, `dc1`. Short; a-z, 0-9 and -."
      />
      <Where kind={kind} form={form} />
    </div>
  );
}

function Where({ kind, form }: AccessFieldsProps): JSX.Element {
  switch (kind) {
    case 'cluster':
      return <ClusterAccess form={form} />;
    case 'fabric':
      return <FabricAccess form={form} />;
    case 'bigip':
      return <BigIpAccess form={form} />;
    case 'haproxy':
      return <HaproxyAccess form={form} />;
  }
}

function ClusterAccess({ form }: { form: Form }): JSX.Element {
  const kind = credentialsOf(form.entry.value);
  return (
    <>
      <TextField
        form={form}
        path="server"
        label="API server"
        mono
        placeholder="https://10.1.0.10:6443"
        hint="As this machine reaches it; not an address from inside the cluster."
      />
      <CredentialsChoice form={form} />
      {kind === 'token' ? (
        <SecretField
          form={form}
          path="credentials.token"
          also={['credentials']}
          label="Token"
          hint="Of the service account that the manifest makes. Kept sealed; never shown again."
        />
      ) : (
        <>
          <SecretField
            form={form}
            path="credentials.clientCertificate"
            also={['credentials']}
            label="Client certificate"
            hint="PEM."
            area
          />
          <SecretField
            form={form}
            path="credentials.clientKey"
            label="Client key"
            hint="PEM. Kept sealed; never shown again."
            area
          />
        </>
      )}
    </>
  );
}

function CredentialsChoice({ form }: { form: Form }): JSX.Element {
  return (
    <RadioCards
      form={form}
      path="credentials.kind"
      label="Signs in by"
      standard={credentialsOf(form.entry.value)}
      onChoose={(kind) =>
        form.change((draft) => withCredentials(draft, kind === 'token' ? 'token' : 'clientCertificate'))
      }
      cards={[
        {
          value: 'token',
          title: 'Token',
          text: 'Of a service account: can be taken back in the cluster at any time.',
        },
        {
          value: 'clientCertificate',
          title: 'Client certificate',
          text: 'Cannot be taken back before it ends. Kubeconfigs of administrators often have one: too much for us.',
        },
      ]}
    />
  );
}

function FabricAccess({ form }: { form: Form }): JSX.Element {
  if (isAround(form.entry.value))
    return (
      <p class="muted">
        The APIC that this app is installed on. Its address, and the key to sign in there, come from the App
        Center; the certificate that it shows is remembered.
      </p>
    );
  return (
    <>
      <ChipsField
        form={form}
        path="controllers"
        label="Controllers"
        placeholder="https://apic1.example.net"
        hint="The APICs, most preferred first: when one does not answer, the next one is asked. Enter takes one in."
      />
      <TextField
        form={form}
        path="credentials.username"
        label="User"
        mono
        hint="A local user; for a login domain `apic:DOMAIN\user`."
      />
      <SecretField
        form={form}
        path="credentials.password"
        label="Password"
        hint="Kept sealed; never shown again."
      />
      <Aside title="What the user must be allowed">
        <p>
          Write access to the tenants that mappings name, in a security domain of these tenants (privileges{' '}
          <code>tenant-ext-connectivity</code> for external EPGs, <code>nw-svc-policy</code> for redirect
          policies), and read access to the rest. Without reading every L3Out of a VRF, conflicts cannot all
          be found before they happen; the test says what is missing.
        </p>
      </Aside>
    </>
  );
}

function BigIpAccess({ form }: { form: Form }): JSX.Element {
  return (
    <>
      <TextField
        form={form}
        path="address"
        label="Address"
        mono
        placeholder="https://f5-a.example.net"
        hint="Of one unit, by its management address. A unit on standby is not written to."
      />
      <TextField
        form={form}
        path="credentials.username"
        label="User"
        mono
        hint="Manager in the partitions that are written to."
      />
      <SecretField
        form={form}
        path="credentials.password"
        label="Password"
        hint="Kept sealed; never shown again."
      />
      <TextField
        form={form}
        path="credentials.provider"
        label="Login provider"
        mono
        optional
        standard="tmos"
        hint="`tmos` is the device itself; name a remote one where the user is kept elsewhere."
      />
    </>
  );
}

function HaproxyAccess({ form }: { form: Form }): JSX.Element {
  return (
    <>
      <TextField
        form={form}
        path="socket"
        label="Runtime API"
        mono
        placeholder="unix:/run/haproxy/admin.sock"
        hint="A socket on this machine, `unix:PATH`, or `tcp:HOST:PORT`. Level admin. It knows no passwords: let it reach no further than it must."
      />
      <TextField
        form={form}
        path="check"
        label="Health checks of servers that we add"
        mono
        optional
        placeholder="check inter 2s rise 2 fall 3"
        hint="In HAProxy's words. `default-server` does not reach servers that are added while it runs."
      />
      <Aside title="What HAProxy needs in its configuration">
        <pre class="code-block">
          {
            'global\n  node lb1    # its identity: give it one where host names change\n  stats socket ipv4@127.0.0.1:9999 level admin'
          }
        </pre>
      </Aside>
    </>
  );
}

export function Aside({
  title,
  children,
}: {
  title: string;
  children: JSX.Element | JSX.Element[];
}): JSX.Element {
  return (
    <details class="aside wide">
      <summary>{title}</summary>
      <div>{children}</div>
    </details>
  );
}
