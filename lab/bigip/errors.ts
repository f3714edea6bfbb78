/**
 * The two families of errors. restjavad, the Java front, answers for logins and unknown URIs; mcpd, the keeper of the
 * configuration, for everything under /mgmt/tm. Their bodies differ, and clients tell them apart.
 */

export class DeviceError extends Error {
  readonly status: number;
  /** Absent: an error of restjavad. */
  readonly apiError: number | undefined;

  constructor(status: number, message: string, apiError?: number) {
    super(message);
    this.status = status;
    this.apiError = apiError;
  }
}

function mcpd(status: number, message: string, apiError = 3): DeviceError {
  return new DeviceError(status, message, apiError);
}

function restjavad(status: number, message: string): DeviceError {
  return new DeviceError(status, message);
}

/** What the request itself gets wrong, found before mcpd sees it. */
const malformed = 26_214_401;

export const errors = {
  notFound: (what: string, name: string): DeviceError =>
    mcpd(404, `01020036:3: The requested ${what} (${name}) was not found.`),
  exists: (what: string, name: string, partition: string): DeviceError =>
    mcpd(409, `01020066:3: The requested ${what} (${name}) already exists in partition ${partition}.`),
  addressTaken: (address: string): DeviceError =>
    mcpd(400, `0107176c:3: Invalid Node, the IP address ${address} already exists.`),
  nodeInUse: (node: string, pool: string): DeviceError =>
    mcpd(400, `01070110:3: Node address '${node}' is referenced by a member of pool '${pool}'.`),
  noFolderFor: (what: string, name: string): DeviceError =>
    mcpd(400, `01070734:3: Configuration error: Can't associate ${what} (${name}) folder does not exist`),
  partitionInUse: (name: string): DeviceError =>
    mcpd(
      400,
      `0107082a:3: You must remove all objects from a partition before removing the partition (${name}), type ID (4032)`,
    ),
  poolInUse: (pool: string, server: string): DeviceError =>
    mcpd(
      400,
      `01070265:3: The Pool (${pool}) cannot be deleted because it is in use by a Virtual Server (${server}).`,
    ),
  badAddress: (text: string): DeviceError =>
    mcpd(400, `01070911:3: The requested IP address (${text}) is invalid`),
  noRouteDomain: (id: number): DeviceError =>
    mcpd(400, `01070734:3: Configuration error: Route domain (${id}) does not exist`),
  noMonitor: (name: string): DeviceError =>
    mcpd(400, `01070277:3: The requested monitor rule (${name}) was not found.`),
  outOfRange: (name: string, value: string): DeviceError =>
    mcpd(400, `01071ac9:3: The value (${value}) of ${name} is out of range.`),
  badValue: (name: string, value: unknown): DeviceError =>
    mcpd(400, `invalid property value "${name}":${JSON.stringify(value)}`, malformed),
  unknownProperty: (name: string): DeviceError => mcpd(400, `"${name}" unknown property`, malformed),
  notModifiable: (name: string): DeviceError =>
    mcpd(
      400,
      `"${name}" may not be specified in the context of the "modify" command. "${name}" may be specified using the following commands: create, list, show`,
      malformed,
    ),
  missing: (name: string): DeviceError =>
    mcpd(400, `one or more properties must be specified: ${name}`, malformed),
  nothingToModify: (): DeviceError => mcpd(400, 'one or more properties must be specified', 2),
  notJson: (): DeviceError => restjavad(400, 'Unable to parse the request body as JSON'),
  unsupported: (component: string): DeviceError =>
    mcpd(403, `Operation is not supported on component ${component}.`, 1),
  denied: (user: string, partition: string): DeviceError =>
    mcpd(
      403,
      `01070822:3: Access Denied: User (${user}) may not change objects in partition (${partition})`,
      3,
    ),
  mcpdLost: (): DeviceError => mcpd(500, 'The connection to mcpd has been lost, try again.', 32_768_001),
  taskActive: (): DeviceError => mcpd(503, 'There is an active asynchronous task executing.', 32_964_609),
  notRegistered: (path: string): DeviceError =>
    restjavad(
      404,
      `URI path ${path} not registered.  Please verify URI is supported and wait for /available suffix to be responsive.`,
    ),
  notPublic: (path: string): DeviceError =>
    restjavad(404, `Public URI path not registered: ${path.replace(/^\/mgmt/, '')}`),
  transactionFailed: (why: string): DeviceError => mcpd(400, `transaction failed:${why}`, 2),
  nothingToCommit: (): DeviceError => mcpd(404, 'there is no command to commit in the transaction.', 1),
  noTransaction: (id: string): DeviceError => mcpd(404, `transaction (${id}) was not found`, 1),
  authenticationFailed: (): DeviceError => restjavad(401, 'Authentication failed.'),
  tokenExpired: (): DeviceError => restjavad(401, 'X-F5-Auth-Token has expired.'),
  tokenUnknown: (): DeviceError => restjavad(401, 'X-F5-Auth-Token does not exist.'),
  noCredentials: (path: string, sender: string): DeviceError =>
    restjavad(
      401,
      `Authorization failed: no user authentication header or token detected. Uri:http://localhost:8100${path} Referrer:${sender} Sender:${sender}`,
    ),
  tooManyTokens: (user: string): DeviceError =>
    restjavad(400, `user ${user} has reached maximum active login tokens`),
  tokenTooLong: (): DeviceError => restjavad(406, 'Auth-token absolute timeout (36000 seconds) exceeded'),
  notYourToken: (): DeviceError =>
    restjavad(400, 'A token can only be used by the user that it was given to'),
};
