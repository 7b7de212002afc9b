import { Worker as Thread } from 'node:worker_threads'
import type { WorkerReport } from '../core/services.js'
import type { Claim } from './queue.js'

/** What a worker says of itself; the pulse adds when, who and how much memory. */
export type Condition = Pick<WorkerReport, 'busy' | 'devices' | 'threads' | 'engine' | 'loadedModels' | 'models' | 'budgetBytes'>

/** To the thread. */
export type Beat = { readonly condition?: Condition; readonly claim?: Claim | null; readonly stop?: true }
/** From the thread: it holds the worker's lock; the claim was taken away; the database did not come back. */
export type Answer = { readonly type: 'ready' } | { readonly type: 'claim lost'; readonly claim: Claim } | { readonly type: 'gone'; readonly reason: string }

export interface PulseSettings { readonly url: string; readonly worker: string; readonly patience: number; readonly condition: Condition }

export interface Pulse {
  say(beat: Beat): void
  /** Takes the worker off the list. */
  stop(): Promise<void>
}

/**
 * The worker's sign of life, from a thread of its own: ONNX Runtime computes on the main thread and blocks it, for longer than a heartbeat may fail to come.
 * Answers when the worker is on the list.
 */
export function startPulse(settings: PulseSettings, heard: (answer: Answer) => void): Promise<Pulse> {
  const thread = new Thread(new URL('./pulse-thread.js', import.meta.url), { workerData: settings })
  const ended = new Promise<void>(resolve => thread.once('exit', () => resolve()))
  return new Promise((resolve, reject) => {
    thread.once('error', reject)
    thread.on('message', (answer: Answer) => {
      if (answer.type === 'ready') resolve({
        say: beat => thread.postMessage(beat),
        async stop() {
          thread.postMessage({ stop: true } satisfies Beat)
          await ended
        },
      })
      else heard(answer)
    })
    thread.on('error', error => heard({ type: 'gone', reason: error.message }))
  })
}
