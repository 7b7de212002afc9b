/**
 * Every error that a caller can cause or must handle, by code. The API, the terminal and the docs read this list.
 * `retryable`: the same request may succeed later without being changed.
 */
export const codes = {
  UNKNOWN_MODEL: { retryable: false, about: 'No model of that name is installed.' },
  UNKNOWN_PLUGIN: { retryable: false, about: 'No sampler, conditioner or schedule of that name is loaded.' },
  INVALID_OPTION: { retryable: false, about: 'An option is unknown, has the wrong type, or lies outside its range.' },
  INVALID_IMAGE: { retryable: false, about: 'The upload is not a picture, is too large, or does not fit the request.' },
  UNKNOWN_UPLOAD: { retryable: false, about: 'No upload of that id.' },
  UNKNOWN_GENERATION: { retryable: false, about: 'No generation of that id.' },
  UNKNOWN_OPERATION: { retryable: false, about: 'No model operation of that id.' },
  INCOMPATIBLE: { retryable: false, about: 'Two choices exclude each other: say a sampler and a schedule, or a conditioner and a model.' },
  BROKEN_MODEL: { retryable: false, about: 'A model folder lacks a file, or a file in it is damaged or not supported.' },
  IDEMPOTENCY_CONFLICT: { retryable: false, about: 'The idempotency key was used before with another request.' },
  DEVICE_UNAVAILABLE: { retryable: true, about: 'The device asked for cannot run here.' },
  OUT_OF_MEMORY: { retryable: true, about: 'The run needs more memory than the device has.' },
  NON_FINITE: { retryable: false, about: 'The network or the sampler produced NaN or infinity.' },
  PLUGIN_FAILED: { retryable: false, about: 'A plugin threw while it ran.' },
  WORKER_LOST: { retryable: true, about: 'The worker died and no attempts are left.' },
  INTERNAL: { retryable: true, about: 'Something failed that should not; the log has the details under the same id.' },
} as const

export type Code = keyof typeof codes

/** An expected failure: says what is wrong, what is allowed, what to do. `field` is the path of the input at fault, such as `sampler.options.eta`. */
export class NoisegraphError extends Error {
  constructor(readonly code: Code, message: string, readonly field?: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'NoisegraphError'
  }
  get retryable(): boolean { return codes[this.code].retryable }
}
