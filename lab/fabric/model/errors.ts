/** Refusals of the APIC: the HTTP status, and the code and text of the error object, which are not the same number. */
export class ApicError extends Error {
  readonly httpStatus: number;
  readonly code: string;

  constructor(code: number | string, text: string, httpStatus = 400) {
    super(text);
    this.code = String(code);
    this.httpStatus = httpStatus;
  }
}

export const errors = {
  semantic: (text: string): ApicError => new ApicError(1, text),
  notFound: (dn: string): ApicError => new ApicError(102, `configured object ((Dn0)) not found Dn0=${dn}, `),
  exists: (label: string, className: string, dn: string): ApicError =>
    new ApicError(103, `Cannot create ${label} (${className}); object ${dn} already exists.`),
  attached: (className: string, dn: string): ApicError =>
    new ApicError(103, `child (Rn) of class ${className} is already attached. dn[(Dn0)] Dn0=${dn}, `),
  invalidRn: (rn: string): ApicError => new ApicError(104, `Invalid RN ${rn}`),
  outOfRange: (property: string, dn: string): ApicError =>
    new ApicError(106, `property ${property} of ${dn} is out of range!`),
  cannotDelete: (className: string, dn: string): ApicError =>
    new ApicError(107, `Cannot delete object of class:${className}, dn:${dn}`),
  unknownValue: (value: string, property: string, on: { className: string; dn: string }): ApicError =>
    new ApicError(
      120,
      `unknown property value ${value}, name ${property}, class ${on.className} [(Dn0)] Dn0=${on.dn}, `,
    ),
  filterProperty: (property: string, className: string): ApicError =>
    new ApicError(121, `Prop '${property}' not found in class '${className}' property table`),
  unknownClassInBody: (className: string): ApicError =>
    new ApicError(122, `unknown managed object class ${className}`),
  classNotFound: (className: string): ApicError => new ApicError(122, `class ${className} not found`),
  filterFormat: (subject: string, value: string): ApicError =>
    new ApicError(301, `Incorrect filter format for ${subject}, value '${value}' is not valid`),
  filterType: (name: string): ApicError => new ApicError(301, `no such filter type: ${name}`),
  unresolvedClass: (className: string): ApicError =>
    new ApicError(400, `Request failed, unresolved class for ${className}`),
  unknownAttribute: (attribute: string, className: string): ApicError =>
    new ApicError(400, `unknown attribute '${attribute}' in element '${className}'`),
  attributesFirst: (): ApicError =>
    new ApicError(
      400,
      "invalid data at line '1'. Attributes are missing, tag 'attributes' must be specified first, before any other tag",
    ),
  incompleteValue: (): ApicError =>
    new ApicError(400, 'JSON parsing failed - incomplete attribute value at line: 1'),
  notContained: (rn: string, parentDn: string): ApicError =>
    new ApicError(400, `Invalid request. Can not contain child '${rn}' under parent '${parentDn}'`),
  badRequest: (text: string): ApicError => new ApicError(400, text),
  validation: (property: string, subject: string, value: string): ApicError =>
    new ApicError(801, `property ${property} of ${subject} failed validation for value '${value}'`),
  tooBig: (): ApicError => new ApicError(400, 'Unable to process the query, result dataset is too big'),
  noSocket: (): ApicError => new ApicError(405, 'unable to locate opened web socket', 405),
  noToken: (): ApicError =>
    new ApicError(
      403,
      'Need a valid webtoken cookie (named APIC-Cookie) or a signed request with signature in the cookie APIC-Request-Signature for all REST API requests',
      403,
    ),
  tokenTimeout: (): ApicError => new ApicError(403, 'Token was invalid (Error: Token timeout)', 403),
  tokenUnknown: (): ApicError => new ApicError(403, 'Token was invalid (Error: Invalid token)', 403),
  challengeMismatch: (): ApicError =>
    new ApicError(403, 'Token was invalid (Error: Urltoken challenge does not match)', 403),
  credential: (): ApicError => new ApicError(401, 'User credential is incorrect', 401),
  signature: (): ApicError => new ApicError(403, 'Request signature verification failed', 403),
  denied: (): ApicError => new ApicError(403, 'User does not have the privilege for this operation', 403),
  resolveTimeout: (): ApicError => new ApicError(503, 'Unable to deliver the message, Resolve timeout', 503),
};
