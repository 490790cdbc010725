/** Validation of what comes from outside: `schema.object({ … })` and the like, as valibot has them. */
export * as schema from './valibot.ts';
