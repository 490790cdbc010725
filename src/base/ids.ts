declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A session's id: a UUID v4 in lower case, never reused. */
export type SessionId = Branded<'SessionId'>;

/** One start of a process within a session: a UUID v4. The keeper knows processes by it. */
export type RunId = Branded<'RunId'>;

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** True for a UUID v4 in lower case, the only form in which ids are written. Keeps ids safe as directory names. */
export function isSessionId(value: string): value is SessionId {
  return uuidPattern.test(value);
}

export function isRunId(value: string): value is RunId {
  return uuidPattern.test(value);
}
