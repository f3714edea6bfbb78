/**
 * What is found out about an outside system before it is declared, or while somebody asks why it does not work: facts, without a word
 * of judgement. Adapters find them; `preflight` says what they mean.
 *
 * Nothing is written on any system to find them, and every login is ended.
 */
import type { Problem } from '../model/problems.ts';

/** Each fact stands alone: one that could not be had says why, and others may still be there. */
export type Found<Fact> = { readonly fact: Fact } | { readonly problem: Problem };

/**
 * Why no certificate could be read.
 *
 * - `name`: the host name leads nowhere.
 * - `refused`: nothing listens on the port.
 * - `noRoute`: the network says that there is no way.
 * - `silent`: no connection within the time given: a firewall, or a wrong address.
 * - `noAnswer`: connected, and not a word after that.
 * - `ended`: connected, and ended before TLS was agreed on.
 * - `http`: it speaks HTTP without TLS: another port, or a proxy.
 * - `notTls`: it speaks something else.
 * - `tls`: it speaks TLS, and refuses ours.
 */
export type ReachFailure =
  'name' | 'refused' | 'noRoute' | 'silent' | 'noAnswer' | 'ended' | 'http' | 'notTls' | 'tls';

/** The certificate that was shown, and what verification by the given trust said of it. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  /** DNS names and addresses that it is for. */
  readonly names: readonly string[];
  /** Milliseconds since the epoch. */
  readonly validFrom: number;
  readonly validTo: number;
  /** SHA-256, hex with colons. */
  readonly fingerprint: string;
  readonly selfSigned: boolean;
  readonly pem: string;
  /** Of the chain it was shown with: the last one's issuer, where that is another. */
  readonly rootIssuer: string;
  /** undefined: trusted. Otherwise OpenSSL's code or Node's: `CERT_HAS_EXPIRED`, `ERR_TLS_CERT_ALTNAME_INVALID`, … */
  readonly refusal: string | undefined;
}

/** What answers at `host:port`. */
export type Reading =
  | { readonly at: string; readonly certificate: CertificateFacts }
  | { readonly at: string; readonly failure: ReachFailure; readonly detail: string };

/** A verb on a kind: `list pods`, `watch deployments.apps`. */
export interface ClusterRight {
  readonly verb: 'get' | 'list' | 'watch';
  readonly resource: string;
}

export interface ClusterFacts {
  /** `v1.31.4` */
  readonly version: Found<string>;
  /** Who we are to the cluster; undefined: this version does not say. */
  readonly user: Found<string | undefined>;
  /** Those that are needed and not given. */
  readonly missing: Found<readonly ClusterRight[]>;
  /** The UID of kube-system. */
  readonly identity: Found<string>;
  /** What the nodes say of the prefixes that their pods have, and of their own addresses; each as few prefixes as hold them all. */
  readonly ranges: Found<{ readonly pods: readonly string[]; readonly nodes: readonly string[] }>;
}

/** What a user of the fabric may write, as far as the names of its roles tell. */
export interface FabricRights {
  /** `all`, or the security domains that it is confined to. */
  readonly domains: readonly string[];
  readonly externalEpgs: 'yes' | 'no' | 'unknown';
  readonly redirectPolicies: 'yes' | 'no' | 'unknown';
  /** Roles with which it may write. */
  readonly roles: readonly string[];
}

export interface FabricFacts {
  readonly login: Found<FabricRights>;
  /** `6.0(9c)` */
  readonly version: Found<string>;
  readonly identity: Found<string>;
}

export interface BigIpRights {
  /** By partition: `all-partitions: admin`. undefined: it does not say, as for users that another server knows. */
  readonly partitions: Readonly<Record<string, string>> | undefined;
}

export interface BigIpFacts {
  /** Who we are; the login itself. */
  readonly login: Found<string>;
  readonly version: Found<string>;
  readonly rights: Found<BigIpRights>;
  readonly identity: Found<string>;
  /** Why changes do not belong on this unit: it is on standby. */
  readonly standby: Problem | undefined;
}

export interface HaproxyFacts {
  readonly reach: Found<'open'>;
  /** user, operator or admin. */
  readonly level: Found<string>;
  readonly version: Found<string>;
  /** The node's name. */
  readonly identity: Found<string>;
}
