import type { Event } from '../../src/base/event.ts';

const defaultLimitMs = 15_000;

/** Waits until `predicate` gives something true, looking often. Fails, naming `what`, when that takes too long. */
export async function waitFor<T>(
  what: string,
  predicate: () => T | Promise<T>,
  limitMs = defaultLimitMs,
): Promise<Exclude<T, false | undefined | null | 0 | ''>> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const value = await predicate();
    if (value) {
      return value as Exclude<T, false | undefined | null | 0 | ''>;
    }
    if (performance.now() > deadline) {
      throw new Error(`Waited ${limitMs} ms in vain for ${what}.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The first value of an event that meets the condition. */
export function nextEvent<T>(
  what: string,
  event: Event<T>,
  condition: (value: T) => boolean = () => true,
  limitMs = defaultLimitMs,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      subscription.dispose();
      reject(new Error(`Waited ${limitMs} ms in vain for ${what}.`));
    }, limitMs);
    const subscription = event((value) => {
      if (condition(value)) {
        clearTimeout(timer);
        subscription.dispose();
        resolve(value);
      }
    });
  });
}
