import { CommanderError } from 'commander'
import { NoisegraphError } from '../server/core/errors.js'
import { alarm } from './style.js'

/** Exit statuses: 1 for what failed, 2 for what was typed wrong, 130 for Ctrl-C. */
export const status = { failed: 1, usage: 2, interrupted: 130 } as const

/** Something typed wrong: the message says what, what is allowed, and what to do. */
export class UsageError extends Error { override name = 'UsageError' }

/** Ended by the user. */
export class Interrupted extends Error {
  override name = 'Interrupted'
  constructor() { super('Cancelled.') }
}

const asked = ['UNKNOWN_MODEL', 'UNKNOWN_PLUGIN', 'INVALID_OPTION', 'INVALID_IMAGE', 'UNKNOWN_UPLOAD', 'INCOMPATIBLE', 'DEVICE_UNAVAILABLE']

/** Writes an error for people to stderr and answers the exit status. */
export function report(error: unknown, verbose: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : status.usage
  const say = (text: string) => process.stderr.write(`${alarm('noisegraph:')} ${text}\n`)
  if (error instanceof Interrupted) { say(error.message); return status.interrupted }
  const it = error instanceof Error ? error : new Error(String(error))
  if (verbose) process.stderr.write(`${it.stack}\n${it.cause instanceof Error ? `caused by ${it.cause.stack}\n` : ''}`)
  const expected = it instanceof UsageError || it instanceof RangeError || it instanceof NoisegraphError
  say(expected || verbose ? it.message : `${it.message.split('\n')[0]} (add --verbose to see where)`)
  return it instanceof UsageError || it instanceof RangeError || (it instanceof NoisegraphError && asked.includes(it.code)) ? status.usage : status.failed
}
