import { RevenantError } from '../base/errors.ts';
import { sessionLimits } from './sessionLimits.ts';

/** Control characters, line separators, and the marks that reorder text: a name must not draw outside its place. */
const unshowable = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A name that a person gave, made showable. Throws `invalid-argument` when nothing is left or it is too long. */
export function normalizeName(name: string): string {
  const normalized = name.replace(unshowable, '').trim();
  const length = Array.from(normalized).length;
  if (length < 1 || length > sessionLimits.nameLength) {
    throw new RevenantError(
      'invalid-argument',
      `The name of a session has 1 to ${sessionLimits.nameLength} characters; this one has ${length}.`,
    );
  }
  return normalized;
}

/** The lowest positive number, as text, that is not among the names. */
export function lowestFreeNumber(names: Iterable<string>): string {
  const taken = new Set(names);
  let number = 1;
  while (taken.has(String(number))) {
    number++;
  }
  return String(number);
}
