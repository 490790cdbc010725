import { RevenantError } from '../base/errors.ts';
import { schema } from '../base/schema.ts';
import { encodeUtf8, tryDecodeUtf8 } from '../base/utf8.ts';

export function encodeJson(message: object): Uint8Array<ArrayBuffer> {
  return encodeUtf8(JSON.stringify(message));
}

/** Reads and validates a JSON payload. Throws `protocol` with what is wrong and where. */
export function decodeJson<const S extends schema.GenericSchema>(shape: S, payload: Uint8Array): schema.InferOutput<S> {
  const text = tryDecodeUtf8(payload);
  if (text === undefined) {
    throw new RevenantError('protocol', 'A message is not UTF-8.');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RevenantError('protocol', 'A message is not JSON.', { cause: error });
  }
  return validate(shape, value);
}

/** Validates a value that came over the wire. Throws `protocol` with what is wrong and where. */
export function validate<const S extends schema.GenericSchema>(shape: S, value: unknown): schema.InferOutput<S> {
  const result = schema.safeParse(shape, value);
  if (!result.success) {
    const issue = result.issues[0];
    throw new RevenantError(
      'protocol',
      `A message is not of its form: ${schema.getDotPath(issue) ?? 'all of it'}: ${issue.message}`,
    );
  }
  return result.output;
}
