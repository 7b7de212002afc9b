/**
 * An iterator that stops at once when its reader leaves: an async generator that waits for its source would only notice with the next value.
 */
export function abortable<T>(make: (signal: AbortSignal) => AsyncIterable<T>): AsyncIterableIterator<T> {
  const controller = new AbortController()
  const source = make(controller.signal)[Symbol.asyncIterator]()
  const end = { done: true, value: undefined } as const
  let leave = () => {}
  return {
    next: () => controller.signal.aborted ? Promise.resolve(end) : new Promise<IteratorResult<T>>((resolve, reject) => {
      leave = () => resolve(end)
      source.next().then(resolve, reject)
    }),
    return() {
      controller.abort()
      leave()
      source.return?.().catch(() => undefined) // nobody reads any more: what its clean-up throws has no receiver
      return Promise.resolve(end)
    },
    [Symbol.asyncIterator]() { return this },
  }
}
