/**
 * The seams between the process that answers GraphQL and everything below it: plain interfaces, wired in container.ts.
 * The GraphQL folder sees these and never what stands behind them.
 */
import type { Conditioner, Sampler } from '../../plugins/sdk/index.js'
import type { Code } from './errors.js'
import type { Extent, OutputKind } from './extent.js'
import type { DeviceChoice, Order } from './order.js'

export type GenerationStatus = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'

/** A finished file: a picture, a sound, a model. The url is served by this server, or by the object store. */
export interface Artifact {
  readonly id: string
  readonly url: string
  readonly mimeType: string
  readonly width?: number
  readonly height?: number
  readonly bytes: number
  /** Index within the request, from 0. */
  readonly index: number
  readonly seed: string
}

export interface Failure { readonly code: Code; readonly message: string; readonly field?: string; readonly retryable: boolean }

export interface Generation {
  readonly id: string
  readonly status: GenerationStatus
  readonly order: Order
  readonly createdAt: Date
  readonly startedAt?: Date
  readonly finishedAt?: Date
  readonly attempts: number
  readonly artifacts: readonly Artifact[]
  readonly failure?: Failure
}

/** What a subscriber sees. Exactly one of the last three ends a generation. */
export type EventBody =
  | { readonly type: 'queued'; readonly position: number }
  | { readonly type: 'loading'; readonly part: string; readonly bytes: number; readonly totalBytes: number }
  | { readonly type: 'started'; readonly device: string; readonly sampler: string; readonly attempt: number; readonly timesteps: readonly number[]; readonly sigmas: readonly number[] }
  | {
    readonly type: 'step'; readonly index: number; readonly total: number | null; readonly networkCalls: number; readonly timestep: number; readonly sigma: number
    /** `milliseconds` is what this step took; `percent` and `etaMilliseconds` are null while the total is unknown. */
    readonly percent: number | null; readonly milliseconds: number; readonly etaMilliseconds: number | null
    /** A small PNG as a data URI, on the steps where a preview was made. */
    readonly preview?: string
  }
  | { readonly type: 'decoding' }
  | { readonly type: 'succeeded'; readonly artifacts: readonly Artifact[]; readonly milliseconds: number }
  | ({ readonly type: 'failed' } & Failure)
  | { readonly type: 'cancelled'; readonly atStep: number | null }

export interface StoredEvent { readonly generationId: string; /** From 1, without gaps. */ readonly sequence: number; readonly at: Date; readonly body: EventBody }

/** `cursors` has one opaque cursor for each item. */
export interface Page<T> { readonly items: readonly T[]; readonly cursors: readonly string[]; readonly endCursor: string | null; readonly hasNextPage: boolean; readonly totalCount: number }

export interface Jobs {
  /** The same key with the same order answers the same generation; with another order it throws IDEMPOTENCY_CONFLICT. */
  submit(order: Order, idempotencyKey?: string): Promise<Generation>
  get(id: string): Promise<Generation | undefined>
  list(query: { first: number; after?: string; status?: readonly GenerationStatus[]; model?: string; createdAfter?: Date; createdBefore?: Date }): Promise<Page<Generation>>
  /** Takes effect within one network call. A finished generation is answered as it is. */
  cancel(id: string): Promise<Generation>
  /** Removes rows, journal and artifacts; a running one is cancelled first. */
  remove(id: string): Promise<void>
  /** Place in the queue, 0 when next; undefined when it is not queued. */
  position(id: string): Promise<number | undefined>
}

export interface Events {
  /**
   * Stored events after the cursor, then live ones, ending with the terminal event. A reader that falls behind gets its step events merged into the newest; others are never dropped.
   * `previewEvery` asks the worker for a preview on every so many steps from now on; without a reader that asks, none is made.
   * Throws UNKNOWN_GENERATION. Aborting ends the iteration without an error.
   */
  follow(generationId: string, after: number, signal: AbortSignal, previewEvery?: number): AsyncIterable<StoredEvent>
}

/** What a worker process said of itself last. */
export interface WorkerReport {
  readonly id: string
  readonly pid: number
  readonly seenAt: Date
  readonly busy: boolean
  readonly devices: readonly { readonly device: string; readonly available: boolean; readonly chosen: boolean; readonly detail: string }[]
  readonly threads: number
  readonly engine: string
  readonly rssBytes: number
  /** `name on device`. */
  readonly loadedModels: readonly string[]
  readonly models?: readonly LoadedModel[]
  /** Bytes of weights that it keeps loaded. */
  readonly budgetBytes?: number
}

/** A model that a worker keeps in memory. `bytes` are those of the weights of the parts that are open. */
export interface LoadedModel { readonly name: string; readonly device: string; readonly bytes: number; readonly pinned: boolean }
export interface Workers { list(): Promise<readonly WorkerReport[]> }

export interface ModelInfo {
  readonly name: string
  readonly pipeline: string
  readonly summary: string
  readonly parts: readonly { readonly name: string; readonly className: string; readonly bytes: number }[]
  readonly output: OutputKind
  /** Which of frames, seconds and points a request may name; none for pictures. */
  readonly extent?: Extent
  readonly defaults: { readonly width: number; readonly height: number; readonly steps: number; readonly guidanceScale: number }
  /** What kind of model it is, in words. */
  readonly family?: string
  /** Those of the conditioners that it cannot do without. */
  readonly needs?: readonly string[]
  /** Classes, "no class" included. */
  readonly classes?: number | null
  /** Of its text encoders: how many, the last layers that may be left out, and the most tokens where that is for the request to say. */
  readonly text?: { readonly encoders: number; readonly clipSkip: number; readonly tokens: number | null }
  /** Names of the conditioners that it can take. */
  readonly conditioners: readonly string[]
  /** How many times larger an upscaler on latents makes each side; one on pixels makes pictures of its default size. */
  readonly enlarges?: number
  /** scheduler_config.json as it stands. */
  readonly scheduler: Readonly<Record<string, unknown>>
  /** Pixels of the only size that it was exported for, where it was for one. */
  readonly exported?: { readonly width?: number; readonly height?: number }
  /** Width and height must be a multiple of this many pixels. */
  readonly sizeMultiple: number
  /** Another text after a file of the model was changed; what was measured on it before does not count any more. */
  readonly stamp?: string
  readonly problem?: string
}
/** One network of a model, as its file says. */
export interface NetworkReport {
  readonly name: string
  readonly className: string
  /** On disk, weights beside the file included. */
  readonly bytes: number
  readonly opset: number
  readonly parameters: number
  readonly weightBytes: number
  readonly weightTypes: readonly string[]
  /** `name: type [shape]`. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** The most frequent first. */
  readonly operators: readonly { readonly operator: string; readonly count: number }[]
  /** What keeps it off the WASM engine; none where it runs there. */
  readonly missingInWasm: readonly { readonly operator: string; readonly opset: number; readonly nodes: readonly string[] }[]
}

/** Bytes for one picture of the usual size with guidance. */
export interface MemoryReport {
  readonly device: string
  readonly precision: 'fp32' | 'fp16' | 'int8'
  /** Whether this is how the model's weights are stored. */
  readonly stored: boolean
  readonly weights: number
  /** Of the network that takes most; null where it cannot be told ahead. */
  readonly activations: number | null
  readonly total: number
}

export interface ModelReport {
  readonly name: string
  readonly pipeline: string
  readonly family: string
  readonly scheduler: string
  readonly makes: OutputKind
  readonly width: number
  readonly height: number
  /** Conditioners. */
  readonly takes: readonly string[]
  readonly needs: readonly string[]
  readonly networks: readonly NetworkReport[]
  readonly memory: readonly MemoryReport[]
}

export interface Models { list(): Promise<readonly ModelInfo[]>; get(name: string): Promise<ModelInfo>; /** Reads graphs, which takes a moment for large models. */ inspect(name: string): Promise<ModelReport> }

/** Something that is being done to a model: brought from a hub, or loaded or unloaded by every worker. */
export interface ModelOperation {
  readonly id: string
  readonly kind: 'pull' | 'load' | 'unload'
  readonly model: string
  readonly status: GenerationStatus
  /** What is at work: a part of the model, or a file of the repository. */
  readonly part: string | null
  readonly bytes: number
  readonly totalBytes: number
  readonly createdAt: Date
  readonly finishedAt: Date | null
  readonly failure: Failure | null
}

/** Commands about models, carried out by the processes that hold them. */
export interface ModelControl {
  pull(request: { readonly repo: string; readonly revision?: string; readonly name?: string }): Promise<ModelOperation>
  /** By every worker that has the device. `pin` keeps it loaded, also in workers that start later. */
  load(model: string, device: DeviceChoice, pin: boolean): Promise<ModelOperation>
  /** By every worker; also unpins it. */
  unload(model: string): Promise<ModelOperation>
  pin(model: string, pinned: boolean): Promise<void>
  /** Names of pinned models. */
  pins(): Promise<readonly string[]>
  get(id: string): Promise<ModelOperation | undefined>
  /** The newest first. */
  list(first: number): Promise<readonly ModelOperation[]>
  /** Throws UNKNOWN_OPERATION. One that has ended is answered as it is. */
  cancel(id: string): Promise<ModelOperation>
  /** How it stands now and after each change, ending with its end. Throws UNKNOWN_OPERATION. */
  follow(id: string, signal: AbortSignal): AsyncIterable<ModelOperation>
}

/** Uploaded pictures: content-addressed, decoded and checked when they arrive. */
export interface Upload { readonly id: string; readonly width: number; readonly height: number; /** Of an animation; 1 of a still picture. */ readonly frames: number; readonly mimeType: string; readonly bytes: number; readonly url: string }
export interface Uploads { put(bytes: AsyncIterable<Uint8Array>): Promise<Upload>; get(id: string): Promise<Upload | undefined>; read(id: string): Promise<Uint8Array> }

/** Where finished files are kept. `put` of the same generation and index again replaces the file, so that a run resumed after a crash leaves one. */
export interface ArtifactStore extends ArtifactFiles {
  put(generationId: string, file: { readonly bytes: Uint8Array; readonly mimeType: string; readonly width?: number; readonly height?: number; readonly index: number; readonly seed: string }): Promise<Artifact>
  /** Files that are gone already are passed over. */
  remove(ids: readonly string[]): Promise<void>
}

export interface ArtifactFiles {
  open(id: string): Promise<{ readonly bytes: Uint8Array; readonly mimeType: string } | undefined>
  /** Where readers fetch a file themselves, for a while; only of stores that hand such links out. `saveAs` names the file that is saved. */
  link?(id: string, saveAs?: string): Promise<string | undefined>
  /** Where those links lead. */
  readonly origin?: string
}

/** Orders that finished files hold inside. */
export interface Recipes { /** @throws INVALID_IMAGE where there is none. */ read(file: Uint8Array): Promise<Order> }

export interface PluginEvent { readonly type: 'loaded' | 'reloaded' | 'removed' | 'failed'; readonly name: string; readonly file: string; readonly at: Date; readonly reason?: string; readonly line?: number; readonly column?: number }

/** The plugins of this process. The folder is the registry: what is in it is here. */
export interface Plugins {
  samplers(): readonly Sampler[]
  conditioners(): readonly Conditioner[]
  sampler(name: string): Sampler
  conditioner(name: string): Conditioner
  /** Files that failed to load, with the reason. */
  failures(): readonly PluginEvent[]
  /** Waits until what lies in the folders now is loaded. Where nothing changed it costs less than a millisecond. */
  reload(): Promise<void>
  events(signal: AbortSignal): AsyncIterable<PluginEvent>
}
