import type { EventBody, StoredEvent } from '../core/services.js'

type Step = Extract<EventBody, { type: 'step' }>
const stepOf = (event: StoredEvent | undefined): Step | undefined => event?.body.type === 'step' ? event.body : undefined

/** Each run of step events becomes its last one, with the newest preview of the run. Everything else stays. */
export function mergeSteps(events: readonly StoredEvent[]): StoredEvent[] {
  const merged: StoredEvent[] = []
  for (const event of events) {
    const [before, step] = [stepOf(merged.at(-1)), stepOf(event)]
    if (!before || !step) merged.push(event)
    else merged[merged.length - 1] = step.preview || !before.preview ? event : { ...event, body: { ...step, preview: before.preview } }
  }
  return merged
}
