/** app.json as a package carries it, and the names that follow from it. */
import manifest from '../../app.json' with { type: 'json' };

/** What only a publisher can say. */
export interface Contact {
  readonly 'contact-email': string;
  readonly 'contact-phone': string;
  readonly 'contact-url': string;
}

/** The folder in the package, and the first part of every URL of the app. */
export const appFolder = `${manifest.vendordomain}_${manifest.appid}`;
export const packageName = `${manifest.vendordomain}-${manifest.appid}-${manifest.version}.aci`;
/** Where the APIC's proxy passes requests on to the container. */
export const endpoint = `/appcenter/${manifest.vendordomain}/${manifest.appid}/proxy.json`;
/** What the image is called on the APIC. */
export const imageName = `${manifest.vendordomain}/${manifest.appid}:${manifest.version}`.toLowerCase();

/** In the form that Cisco's packager writes: keys sorted, indented by four. */
export function manifestText(contact?: Contact): string {
  const whole: Record<string, unknown> = { ...manifest, metaversion: '1.1', ...(contact && { contact }) };
  const sorted = Object.fromEntries(Object.entries(whole).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify(sorted, undefined, 4)}\n`;
}
