import type pg from 'pg'
import type { Logger } from 'pino'
import { setTimeout as sleep } from 'node:timers/promises'

/** Called with a notification's payload, or with nothing after a gap in which some may have been missed: then the rows have to be read. */
type Heard = (payload?: string) => void

/** LISTEN on one connection of this process, which is opened when first needed and again whenever it is lost. */
export interface Listener {
  /** Answers a function that ends it. Notifications from before the connection stands are a gap. */
  on(channel: string, heard: Heard): () => void
  close(): Promise<void>
}

const pulse = 15_000

export function createListener(connect: () => pg.Client, log: Logger): Listener {
  const channels = new Map<string, Set<Heard>>()
  const closing = new AbortController()
  let live: pg.Client | undefined
  let running: Promise<void> | undefined

  /** One connection from its opening to its loss. */
  async function session(): Promise<void> {
    const client = connect()
    const lost = new Promise<Error>(resolve => {
      client.on('error', resolve)
      client.on('end', () => resolve(new Error('the connection ended')))
    })
    const end = new Promise<undefined>(resolve => closing.signal.addEventListener('abort', () => resolve(undefined), { once: true }))
    try {
      await client.connect()
      client.on('notification', ({ channel, payload }) => channels.get(channel)?.forEach(heard => heard(payload ?? '')))
      live = client
      for (const channel of channels.keys()) await listen(client, channel)
      for (;;) {
        // A peer that vanished without a word is noticed by asking.
        const error = await Promise.race([lost, end, sleep(pulse, 'ask' as const, { signal: closing.signal }).catch(() => undefined)])
        if (error === undefined) return
        if (error instanceof Error) throw error
        await client.query('SELECT 1')
      }
    } finally {
      live = undefined
      await client.end().catch((error: Error) => log.debug({ error: error.message }, 'closing the listening connection'))
    }
  }

  async function listen(client: pg.Client, channel: string): Promise<void> {
    await client.query(`LISTEN "${channel}"`)
    channels.get(channel)?.forEach(heard => heard())
  }

  async function run(): Promise<void> {
    for (let wait = 50; !closing.signal.aborted; wait = Math.min(wait * 2, 2_000)) {
      const began = performance.now()
      await session().catch((error: Error) => log.warn({ error: error.message }, 'the listening connection was lost; connecting again'))
      if (performance.now() - began > 5_000) wait = 50
      if (!closing.signal.aborted) await sleep(wait)
    }
  }

  return {
    on(channel, heard) {
      const known = channels.get(channel)
      if (known) known.add(heard)
      else channels.set(channel, new Set([heard]))
      if (!running) running = run()
      else if (!known && live) void listen(live, channel).catch((error: Error) => log.warn({ error: error.message, channel }, 'LISTEN failed; it is repeated with the next connection'))
      return () => channels.get(channel)?.delete(heard)
    },
    async close() {
      closing.abort()
      await running
    },
  }
}
