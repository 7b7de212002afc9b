import type { Logger } from 'pino'
import { NoisegraphError } from '../core/errors.js'
import type { Artifact, ArtifactStore, EventBody, Failure, Plugins } from '../core/services.js'
import type { Database } from '../database/database.js'
import { DatabaseLost } from '../database/loss.js'
import { sql } from '../database/sql.js'
import type { Generate, Output, Progress } from '../pipelines/pipeline.js'
import { openJournal } from './journal.js'
import { LeaseLost, type Lease } from './lease.js'
import { createMeter, finite } from './meter.js'

/** What a worker needs to make pictures. */
export interface Making {
  readonly database: Database
  readonly generate: Generate
  readonly plugins: Plugins
  readonly artifacts: ArtifactStore
  /** Bytes of an uploaded picture. */
  readonly image: (id: string) => Promise<Uint8Array>
  readonly log: Logger
}

/** Why a run was ended from outside; the reason of its signal. */
export class Interrupted extends Error {
  constructor(readonly why: 'cancel' | 'hand back' | 'lease lost') {
    super(`the run was interrupted: ${why}`)
    this.name = 'Interrupted'
  }
}

/** Runs a leased generation to its end and settles it, whatever the end is. Throws only when the database is gone. */
export async function runGeneration(making: Making, lease: Lease, interrupt: AbortController): Promise<void> {
  const log = making.log.child({ generation: lease.id, attempt: lease.attempt })
  const progress = { step: null as number | null }
  try {
    const outputs = await makeOutputs(making, lease, interrupt, progress)
    const artifacts: Artifact[] = []
    for (const output of outputs) artifacts.push(await making.artifacts.put(lease.id, output))
    await lease.finish({ type: 'succeeded', artifacts, milliseconds: Date.now() - lease.startedAt.getTime() }, artifacts)
    log.info('succeeded')
  } catch (error) {
    if (error instanceof DatabaseLost) throw error
    const why = error instanceof LeaseLost ? 'lease lost' : interrupt.signal.reason instanceof Interrupted ? interrupt.signal.reason.why : undefined
    await end(lease, why, error, progress.step, log).catch((lost: unknown) => {
      if (!(lost instanceof LeaseLost)) throw lost
      log.warn('another worker has this generation now')
    })
  }
}

async function end(lease: Lease, why: Interrupted['why'] | undefined, error: unknown, atStep: number | null, log: Logger): Promise<void> {
  if (why === 'lease lost') throw new LeaseLost(lease.id)
  if (why === 'cancel') await lease.finish({ type: 'cancelled', atStep })
  else if (why === 'hand back') await lease.handBack()
  else await lease.finish({ type: 'failed', ...failureOf(error, lease.id, log) })
  log.info(why ?? 'failed')
}

/** A caller's mistake is told as it is; anything else is logged and named by the generation's id. */
function failureOf(error: unknown, id: string, log: Logger): Failure {
  if (error instanceof NoisegraphError) return { code: error.code, message: error.message, retryable: error.retryable, ...error.field !== undefined && { field: error.field } }
  log.error({ err: error }, 'the generation failed')
  return { code: 'INTERNAL', message: `Something failed that should not have. The worker's log has the details under ${id}.`, retryable: true }
}

async function makeOutputs(making: Making, lease: Lease, interrupt: AbortController, progress: { step: number | null }): Promise<readonly Output[]> {
  const { signal } = interrupt
  let previewEvery: number | null = null
  const asked = (wish: { cancelRequested: boolean; previewEvery: number | null }) => {
    if (wish.cancelRequested && !signal.aborted) interrupt.abort(new Interrupted('cancel'))
    previewEvery = wish.previewEvery
  }
  const journal = await openJournal(making.database, lease, asked)
  const told = await alreadyTold(making.database, lease.id)
  const tell = async (body: EventBody) => asked(await lease.append(body))
  const meter = createMeter()
  const loading = loadingFilter()

  const run = making.generate(lease.order, { plugins: making.plugins, journal, image: making.image, signal })
  try {
    for (;;) {
      const { done, value } = await run.next()
      if (done) return value
      signal.throwIfAborted()
      if (value.type === 'step') {
        progress.step = value.index
        const step = meter.step(value, value.networkCalls <= journal.calls)
        if (told.steps-- > 0) continue
        const preview = wantsPreview(value, previewEvery) && { preview: `data:image/png;base64,${Buffer.from(await value.preview()).toString('base64')}` }
        await tell({ ...step, ...preview })
      } else if (value.type === 'decoding') {
        if (told.decoding-- <= 0) await tell(value)
      } else if (value.type === 'started') {
        await tell({ ...value, timesteps: value.timesteps.map(finite), sigmas: value.sigmas.map(finite), attempt: lease.attempt })
        meter.reset()
      } else if (loading(value)) await tell(value)
    }
  } finally {
    await run.return([])
  }
}

/** Steps and decodings that earlier attempts told of: the replay passes them again, in the same order, and they are not told twice. */
async function alreadyTold(database: Database, id: string): Promise<{ steps: number; decoding: number }> {
  const [row] = await database.query<{ steps: number; decoding: number }>(sql`
    SELECT count(*) FILTER (WHERE type = 'step')::integer AS steps, count(*) FILTER (WHERE type = 'decoding')::integer AS decoding FROM noisegraph.events WHERE generation_id = ${id}`)
  return row!
}

const wantsPreview = ({ index, total }: { index: number; total: number | null }, every: number | null): boolean =>
  every !== null && ((index + 1) % every === 0 || index + 1 === total)

/** Lets a part's first and last message through, and between them ten a second. */
function loadingFilter() {
  let part = ''
  let at = -Infinity
  return (progress: Extract<Progress, { type: 'loading' }>): boolean => {
    if (progress.part === part && progress.bytes < progress.totalBytes && performance.now() - at < 100) return false
    part = progress.part
    at = performance.now()
    return true
  }
}
