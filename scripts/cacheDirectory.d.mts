/** Where downloads are kept for all checkouts: `REVENANT_DEV_CACHE`, else the platform's cache directory. */
export function cacheDirectory(): string;
