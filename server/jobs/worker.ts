import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { channels } from '../events/channels.js'
import { take, type Lease } from './lease.js'
import { modelTasks, type WorkerModels } from './models/tasks.js'
import { announcePositions } from './positions.js'
import { startPulse, type Condition } from './pulse.js'
import type { Queue } from './queue.js'
import { watchOver } from './rescue.js'
import { Interrupted, runGeneration, type Making } from './run.js'

export interface WorkerParts extends Making {
  readonly queue: Queue
  /** For the pulse, which has a connection of its own. */
  readonly url: string
  /** Milliseconds without the database after which the worker gives up. */
  readonly patience: number
  /** What it can do and has loaded, as `runtime` reports it. */
  readonly describe: () => Promise<Omit<Condition, 'busy'>>
  /** What it can be told to do about its models. */
  readonly models?: WorkerModels
}

export interface JobWorker {
  readonly id: string
  /** Fulfilled when it has drained; rejected when it cannot go on, say because the database is gone. */
  readonly done: Promise<void>
  /** Takes nothing more; what runs may end within `limit` milliseconds and is handed back then, to be continued by another worker. */
  drain(limit: number): void
}

/** Milliseconds between looks at the queue; a notification cuts them short. */
const look = 1_000

/** Takes one generation after the other until it is drained. Answers when the worker is on the list of workers. */
export async function startWorker(parts: WorkerParts): Promise<JobWorker> {
  const { database, queue, log, describe } = parts
  const id = randomUUID()
  const draining = new AbortController()
  let drainedBy = Infinity
  let current: { readonly lease: Lease; readonly interrupt: AbortController } | undefined
  let wake = () => {}
  const interrupt = (why: Interrupted['why']) => current?.interrupt.abort(new Interrupted(why))

  let giveUp: (error: Error) => void
  const gone = new Promise<never>((_, reject) => { giveUp = reject })
  gone.catch(() => undefined)
  const pulse = await startPulse({ url: parts.url, worker: id, patience: parts.patience, condition: { busy: false, ...await describe() } }, answer => {
    if (answer.type === 'gone') giveUp(new Error(`the worker's connection to the database is gone: ${answer.reason}`))
    else if (answer.type === 'claim lost' && answer.claim.retryCount === current?.lease.claim.retryCount && answer.claim.id === current.lease.id) interrupt('lease lost')
  })
  const tasks = parts.models && modelTasks(database, id, parts.models, log, async () => { pulse.say({ condition: { busy: current !== undefined, ...await describe() } }) })
  const off = [
    database.listener.on(channels.queue, () => wake()),
    database.listener.on(channels.models, () => wake()),
    // After a gap in the notifications, the next network call finds out from the row.
    database.listener.on(channels.cancel, generation => { if (generation === current?.lease.id) interrupt('cancel') }),
  ]
  const endWatch = watchOver(database, queue, log)

  async function runNext(): Promise<boolean> {
    const lease = await take(database, queue, id)
    if (!lease || lease === 'skipped') return lease === 'skipped'
    current = { lease, interrupt: new AbortController() }
    pulse.say({ claim: lease.claim, condition: { busy: true, ...await describe() } })
    try {
      if (drainedBy <= performance.now()) interrupt('hand back')
      await announcePositions(database)
      await runGeneration(parts, lease, current.interrupt)
    } finally {
      current = undefined
      pulse.say({ claim: null, condition: { busy: false, ...await describe() } })
    }
    return true
  }

  async function loop(): Promise<void> {
    await tasks?.warm()
    while (!draining.signal.aborted) {
      const woken = new Promise<void>(resolve => { wake = resolve })
      await tasks?.run()
      if (!await runNext() && !draining.signal.aborted) await Promise.race([woken, sleep(look)])
    }
  }

  const finish = async () => {
    for (const end of off) end()
    await endWatch()
    await pulse.stop()
  }
  return {
    id,
    done: Promise.race([loop(), gone]).then(finish),
    drain(limit) {
      drainedBy = Math.min(drainedBy, performance.now() + limit)
      draining.abort()
      wake()
      setTimeout(() => { if (drainedBy <= performance.now()) interrupt('hand back') }, limit).unref()
    },
  }
}
