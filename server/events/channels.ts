/** The channels of NOTIFY. A payload holds ids only: it may not pass 8,000 bytes. */
export const channels = {
  /** `generation:sequence` after an event was stored; `generation:` after its generation was deleted. */
  event: 'noisegraph_event',
  /** A generation was queued or handed back. */
  queue: 'noisegraph_queue',
  /** The id of a generation that is to be cancelled. */
  cancel: 'noisegraph_cancel',
  /** The id of a model operation that changed; empty where pins did. */
  models: 'noisegraph_models',
} as const
