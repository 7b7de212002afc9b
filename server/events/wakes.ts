import type { Listener } from '../database/listener.js'
import { channels } from './channels.js'

/** Lets a reader sleep until something is announced about its generation. */
export interface Wake {
  /** Call before reading the rows; the function it answers sleeps until a notification came since then, or time is up, or the signal is aborted. */
  next(): (milliseconds: number, signal: AbortSignal) => Promise<void>
  close(): void
}

/** All readers of this process share one subscription of the listening connection. */
export function createWakes(listener: Listener, channel: string = channels.event) {
  const readers = new Map<string, Set<() => void>>()
  const off = listener.on(channel, payload => {
    const woken = payload === undefined ? [...readers.values()] : [readers.get(payload.split(':')[0]!)]
    for (const set of woken) for (const wake of set ?? []) wake()
  })
  const of = (id: string): Wake => {
    let rung = false
    let ring: (() => void) | undefined
    const wake = () => {
      rung = true
      ring?.()
    }
    const set = readers.get(id) ?? new Set()
    readers.set(id, set.add(wake))
    return {
      next() {
        rung = false
        return (milliseconds, signal) => rung || signal.aborted ? Promise.resolve() : new Promise<void>(resolve => {
          const done = () => {
            clearTimeout(timer)
            signal.removeEventListener('abort', done)
            ring = undefined
            resolve()
          }
          const timer = setTimeout(done, milliseconds)
          signal.addEventListener('abort', done)
          ring = done
        })
      },
      close() {
        set.delete(wake)
        if (!set.size && readers.get(id) === set) readers.delete(id)
      },
    }
  }
  return { of, close: off }
}
