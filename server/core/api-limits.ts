/** What one request to the API may ask for. An operator may set each (`NOISEGRAPH_LIMITS`). */
export interface ApiLimits {
  readonly queryDepth: number
  readonly queryCost: number
  readonly queryAliases: number
  /** Lexical tokens of a document: refused while it is parsed. */
  readonly queryTokens: number
  readonly bodyBytes: number
  readonly uploadBytes: number
  readonly uploadPixels: number
  /** Open at a time, in this process. */
  readonly subscriptions: number
}
export const defaultLimits: ApiLimits = {
  queryDepth: 12, queryCost: 5000, queryAliases: 50, queryTokens: 4000, bodyBytes: 2 ** 20, uploadBytes: 32 * 2 ** 20, uploadPixels: 2 ** 26, subscriptions: 1000,
}
