export type AllowOrigin = (origin: string | undefined, host: string | undefined) => boolean

/** Browsers say which page calls. Pages of this server and of this machine may, and those listed; programs, which say nothing, too. */
export function originCheck(listed: readonly string[]): AllowOrigin {
  return (origin, host) => {
    if (!origin || listed.includes('*') || listed.includes(origin)) return true
    if (!URL.canParse(origin)) return false
    const url = new URL(origin)
    return url.host === host || ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  }
}
