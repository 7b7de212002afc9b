import { setTimeout as sleep } from 'node:timers/promises'

/** The server is stopping, starting, or gone (PostgreSQL, appendix A, classes 08 and 57). */
const states = /^(08...|57P0[1-5])$/
const reasons = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'])
const messages = /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|The server does not support|read ECONN)/

/** Whether an error of the driver means that the connection is gone, not that the statement is wrong. */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const inner = error instanceof AggregateError ? error.errors : []
  // A missing file is no lost connection; a missing socket is.
  if (code === 'ENOENT') return 'syscall' in error && error.syscall === 'connect'
  return states.test(code) || reasons.has(code) || messages.test(error.message) || inner.some(isConnectionLoss)
}

/** Two transactions stood in each other's way; the one that was ended may simply run again. */
const isCollision = (error: unknown) => error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01')

/** The database did not come back in time. */
export class DatabaseLost extends Error {
  constructor(cause: unknown) {
    super(`The database is away: ${cause instanceof Error ? cause.message || cause.name : String(cause)}`, { cause })
    this.name = 'DatabaseLost'
  }
}

/** Runs `work` again while the database is away, for `patience` milliseconds in all; then throws DatabaseLost. */
export async function patiently<T>(patience: number, work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + patience
  for (let wait = 20, collisions = 0; ; wait = Math.min(wait * 2, 500)) {
    try {
      return await work()
    } catch (error) {
      const lost = isConnectionLoss(error)
      if (!lost && !(isCollision(error) && ++collisions <= 5)) throw error
      if (lost && performance.now() + wait > deadline) throw new DatabaseLost(error)
      await sleep(wait)
    }
  }
}
