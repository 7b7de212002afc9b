import { NoisegraphError } from '../core/errors.js'
import type { EventBody, Events, Generation, StoredEvent } from '../core/services.js'

interface Stamp { readonly id: string; readonly generationId: string; readonly sequence: number; readonly at: Date }
export type ShownEvent = Stamp & { readonly __typename: string } & Readonly<Record<string, unknown>>

const typeNames: Readonly<Record<EventBody['type'], string>> = {
  queued: 'QueuedEvent', loading: 'LoadingEvent', started: 'StartedEvent', step: 'StepEvent', decoding: 'DecodingEvent', succeeded: 'SucceededEvent', failed: 'FailedEvent', cancelled: 'CancelledEvent',
}
type Loading = Extract<EventBody, { type: 'loading' }>
const percentOf = ({ bytes, totalBytes }: Pick<Loading, 'bytes' | 'totalBytes'>) => (totalBytes ? (100 * bytes) / totalBytes : 0)

const terminal: readonly EventBody['type'][] = ['succeeded', 'failed', 'cancelled']

const stamp = (generationId: string, sequence: number, at: Date): Stamp => ({ id: `${generationId}:${sequence}`, generationId, sequence, at })

function show({ generationId, sequence, at, body: { type, ...body } }: StoredEvent): ShownEvent {
  const percent = type === 'loading' && { percent: percentOf(body as Loading) }
  return { ...stamp(generationId, sequence, at), __typename: typeNames[type], ...body, ...percent }
}

/** The sequence number in a cursor: an event's id or its bare sequence. */
export function sequenceOf(cursor: string | null | undefined, generationId: string): number {
  if (cursor == null) return 0
  const bare = cursor.startsWith(`${generationId}:`) ? cursor.slice(generationId.length + 1) : cursor
  if (!/^\d{1,9}$/.test(bare)) throw new NoisegraphError('INVALID_OPTION', `after must be the id or the sequence of an event of this generation, got "${cursor.slice(0, 100)}".`, 'after')
  return Number(bare)
}

/** A snapshot, then events until the one that ends the generation. Previews come every `previewEvery` steps, 0 for none. */
export async function* follow(events: Events, generation: Generation, after: number, previewEvery: number, signal: AbortSignal): AsyncGenerator<ShownEvent, void> {
  yield { ...stamp(generation.id, after, new Date()), __typename: 'SnapshotEvent', generation }
  let shown = -Infinity
  for await (const event of events.follow(generation.id, after, signal, previewEvery || undefined)) {
    let body = event.body
    if (body.type === 'step' && body.preview !== undefined) {
      if (previewEvery > 0 && (body.index < shown || body.index - shown >= previewEvery)) shown = body.index
      else { const { preview: _, ...rest } = body; body = rest }
    }
    yield show({ ...event, body })
    if (terminal.includes(body.type)) return
  }
}
