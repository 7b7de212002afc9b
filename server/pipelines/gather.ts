/**
 * Brings the network calls of several pictures together. Each picture runs its own sampler with its own noise, so that it has the same bits
 * in any company; they only meet here, where calls that are waiting at the same time may share one run of the network.
 */
export interface Gather<Request, Answer> {
  /** Answered when everyone who runs is waiting or done. */
  ask(request: Request): Promise<Answer>
  /** Runs a task among the others: until it settles, the rest wait for its requests. */
  join<T>(task: () => Promise<T>): Promise<T>
}

export function gather<Request, Answer>(answer: (requests: readonly Request[]) => Promise<readonly Answer[]>): Gather<Request, Answer> {
  let running = 0
  let waiting: { request: Request; resolve: (a: Answer) => void; reject: (e: unknown) => void }[] = []
  const flush = async () => {
    const now = waiting
    waiting = []
    try {
      const answers = await answer(now.map(w => w.request))
      running += now.length
      now.forEach((w, i) => w.resolve(answers[i]!))
    } catch (error) {
      running += now.length
      for (const w of now) w.reject(error)
    }
  }
  const leave = () => {
    if (--running === 0 && waiting.length) void flush()
  }
  return {
    ask: request => new Promise((resolve, reject) => {
      waiting.push({ request, resolve, reject })
      leave()
    }),
    async join(task) {
      running++
      try {
        return await task()
      } finally {
        leave()
      }
    },
  }
}
