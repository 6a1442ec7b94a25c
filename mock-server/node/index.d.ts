/**
 * Where a program is: `axiomo-mock-server` unless `axiomo` is asked for.
 *
 * @throws Error when this platform has none, or its package was not installed.
 */
export function path(name?: 'axiomo-mock-server' | 'axiomo'): string;
