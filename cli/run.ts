import type { Output, Progress } from '../server/pipelines/pipeline.js'
import { Interrupted } from './errors.js'
import type { ProgressView } from './progress.js'

export const silent: ProgressView = { show() {}, done() {} }

/** Runs to the end with the progress on show. */
export async function runShown(progress: AsyncGenerator<Progress, readonly Output[]>, view: ProgressView): Promise<readonly Output[]> {
  try {
    for (;;) {
      const next = await progress.next()
      if (next.done) return next.value
      view.show(next.value)
      // Inference keeps the event loop busy; a turn of it lets Ctrl-C arrive.
      await new Promise(resolve => setImmediate(resolve))
    }
  } finally {
    view.done()
  }
}

/** Ctrl-C ends the work within one network call; a second one at once. */
export async function withInterrupt<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const interrupt = () => {
    if (stop.signal.aborted) process.exit(130)
    stop.abort(new Interrupted())
  }
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
  try {
    return await work(stop.signal)
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}
