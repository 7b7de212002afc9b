import { createHash } from 'node:crypto'

/** JSON with the keys of every object sorted, so that equal values have equal texts. */
export const canonical = (value: unknown): string => JSON.stringify(value, (_key, inner: unknown) =>
  inner && typeof inner === 'object' && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner)

/** Short for a value: the SHA-256 of the canonical text, in hex. */
export const fingerprint = (value: unknown): string => createHash('sha256').update(canonical(value)).digest('hex')
