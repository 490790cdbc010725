import { type ErrorCode, RevenantError } from '../base/errors.ts';
import { schema as s } from '../base/schema.ts';
import { hostEventSchema, type HostMessage, hostMessageSchema, type WireError } from '../protocol/hostMessages.ts';
import { decodeJson, validate } from '../protocol/json.ts';

const envelopeSchema = s.looseObject({
  type: s.string(),
  event: s.optional(s.looseObject({ kind: s.string() })),
});
const knownTypes: ReadonlySet<string> = new Set(hostMessageSchema.options.map((option) => option.entries.type.literal));
const knownEvents: ReadonlySet<string> = new Set(hostEventSchema.options.map((option) => option.entries.kind.literal));

/**
 * Reads a message of the host. Undefined for a type or an event that a newer host may have and this version does not
 * know. Throws `protocol` for one that it knows and that is not of its form.
 */
export function decodeHostMessage(payload: Uint8Array): HostMessage | undefined {
  const envelope = decodeJson(envelopeSchema, payload);
  if (!knownTypes.has(envelope.type) || (envelope.event !== undefined && !knownEvents.has(envelope.event.kind))) {
    return undefined;
  }
  return validate(hostMessageSchema, envelope);
}

const errorCodes: Readonly<Record<ErrorCode, true>> = {
  aborted: true,
  'ambiguous-session': true,
  closed: true,
  'data-dir-unusable': true,
  'directory-not-found': true,
  'disk-full': true,
  'host-unavailable': true,
  'host-unresponsive': true,
  'incompatible-version': true,
  internal: true,
  'invalid-argument': true,
  io: true,
  'journal-damaged': true,
  'metadata-damaged': true,
  'not-initialized': true,
  'not-running': true,
  protocol: true,
  'read-only': true,
  'session-not-found': true,
  'shell-not-executable': true,
  'shell-not-found': true,
  'spawn-failed': true,
  timeout: true,
  unauthorized: true,
  'unknown-format': true,
};

/** An error as the host told it. Codes that this version does not know become `internal`; the message stays. */
export function errorFromWire(error: WireError): RevenantError {
  return new RevenantError(isErrorCode(error.code) ? error.code : 'internal', error.message);
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}
