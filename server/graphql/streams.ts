/**
 * An iterator that stops at once when its reader leaves: an async generator that waits for its source would only notice with the next value.
 */
export function abortable<T>(make: (signal: AbortSignal) => AsyncIterable<T>): AsyncIterableIterator<T> {
  const controller = new AbortController()
  const source = make(controller.signal)[Symbol.asyncIterator]()
  const end = { done: true, value: undefined } as const
  let left: (value: IteratorResult<T>) => void
  const gone = new Promise<IteratorResult<T>>(resolve => { left = resolve })
  return {
    next: () => Promise.race([source.next(), gone]),
    return() {
      controller.abort()
      left(end)
      source.return?.().catch(() => undefined) // nobody reads any more: what its clean-up throws has no receiver
      return Promise.resolve(end)
    },
    [Symbol.asyncIterator]() { return this },
  }
}
