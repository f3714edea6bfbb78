/** What can be done with apps, and what is to be seen of them. */

/** `stripped`: neither tokens nor cookies nor any other header but those of the content reach the container. */
export type Profile = 'pass' | 'stripped';

export interface PluginView {
  /** `Vendor_App`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly version: string;
  readonly icon: string;
  readonly vendorDomain: string;
  readonly appId: string;
  readonly state: 'active' | 'inactive';
  /** What is being done to it; empty: nothing. */
  readonly busy: string;
  readonly running: boolean;
  readonly restarts: number;
  /** Number of the APIC that its container is on. */
  readonly controller: number;
  /** Of the container; empty: there is none. */
  readonly address: string;
  readonly gateway: string;
  readonly folders: Folders;
}

export interface Folders {
  readonly src: string;
  readonly data: string;
  readonly log: string;
  readonly credentials: string;
  /** What the container prints. */
  readonly output: string;
}

export interface AppSteps {
  apps(): PluginView[];
  app(name: string): PluginView | undefined;
  /** Resolves with the app's name; an app that is installed already is upgraded. */
  upload(aci: string): Promise<string>;
  enable(name: string): Promise<void>;
  disable(name: string): Promise<void>;
  /** To another APIC. */
  move(name: string): Promise<void>;
  /** SIGKILL to everything in its container. */
  kill(name: string): Promise<void>;
  /** `leftover`: data stay where they are, as they may on an APIC. */
  delete(name: string, options?: { readonly leftover: boolean }): Promise<void>;
  setProfile(profile: Profile): void;
  /** How often the GUI hands fresh tokens to an open app. */
  setTokenSeconds(seconds: number): void;
}
