/** A small client of a noisegraph server, for Node and browsers: fetch and nothing else. */
import type {
  CancelledEvent, DecodingEvent, DeviceChoice, FailedEvent, GenerateInput as PlainInput, Generation as FullGeneration, LoadingEvent, ModelOperation as FullOperation, QueuedEvent, RecommendSamplerInput, SamplerAdvice, SnapshotEvent as FullSnapshot, StartedEvent, StepEvent, SucceededEvent,
} from './_schema.js'
import {
  adviceQuery, cancelMutation, followSubscription, generateMutation, generationQuery, loadMutation, operationSubscription, pinMutation, pullMutation, recommendMutation, unloadMutation,
} from './documents.js'
import { serverEvents } from './events.js'
import { NoisegraphProblem, throwErrors, type GraphQLErrors } from './problem.js'

export { NoisegraphProblem }
export type Generation = Pick<FullGeneration,
  'id' | 'status' | 'createdAt' | 'startedAt' | 'finishedAt' | 'position' | 'prompt' | 'negativePrompt' | 'modelName' | 'steps' | 'guidanceScale' | 'width' | 'height' | 'seed' | 'count' | 'device'
  | 'format' | 'quality' | 'recipe' | 'sampler' | 'artifacts' | 'failure'>
export type SnapshotEvent = Omit<FullSnapshot, 'generation'> & { readonly generation: Generation }
export type GenerationEvent = SnapshotEvent | QueuedEvent | LoadingEvent | StartedEvent | StepEvent | DecodingEvent | SucceededEvent | FailedEvent | CancelledEvent

/** How far an operation on a model has come. */
export type ModelOperation = Omit<FullOperation, 'model'>
export type { DeviceChoice, RecommendSamplerInput, SamplerAdvice }

/** One plugin: `{ eulerAncestral: { eta: 0.5 } }`, or `{ plugin: { name, options } }`. */
export type PluginChoice = Readonly<Record<string, object>>
export type GenerateInput = Omit<PlainInput, 'sampler' | 'schedule' | 'conditioners'> & { sampler?: PluginChoice | null; schedule?: PluginChoice | null; conditioners?: readonly PluginChoice[] | null }

export interface FollowOptions {
  /** The `id` or `sequence` of the last event seen. */
  readonly after?: string | number
  /** Keeps the preview of every n-th step; 0, the default, keeps none. */
  readonly previewEvery?: number
  readonly signal?: AbortSignal
  /** Failures to connect, one after another, before it gives up; 20 unless said. */
  readonly retries?: number
}

export interface Upload { readonly id: string; readonly width: number; readonly height: number; /** Of an animation; 1 of a still picture. */ readonly frames: number; readonly mimeType: string; readonly bytes: number; readonly url: string }

export interface Client {
  /** Any query or mutation. Throws a NoisegraphProblem where the result has errors. */
  request<T>(document: string, variables?: object, signal?: AbortSignal): Promise<T>
  /** Queues a generation and answers at once. */
  generate(input: GenerateInput): Promise<Generation>
  /** Its events, until the one that ends it. Comes back with its cursor where the connection is lost; each event is seen once. */
  follow(id: string, options?: FollowOptions): AsyncGenerator<GenerationEvent, void>
  generation(id: string): Promise<Generation | null>
  cancel(id: string): Promise<Generation>
  /** Which sampler to take, measured on the model: waits for the measurement where there is none yet. */
  recommendSampler(input: RecommendSamplerInput, signal?: AbortSignal): Promise<SamplerAdvice>
  /** Begins to bring a model from the hub; `followModel` tells how far it is. */
  pullModel(request: { readonly repo: string; readonly revision?: string; readonly name?: string }): Promise<ModelOperation>
  /** Begins to load a model in every worker. */
  loadModel(name: string, options?: { readonly device?: DeviceChoice; readonly pin?: boolean }): Promise<ModelOperation>
  unloadModel(name: string): Promise<ModelOperation>
  /** Whether a model stays once it is loaded. */
  pinModel(name: string, pinned: boolean): Promise<void>
  /** How an operation on a model stands, until it has ended. */
  followModel(id: string, signal?: AbortSignal): AsyncGenerator<ModelOperation, void>
  /** Sends a picture; conditioners take its id. */
  upload(picture: Blob | Uint8Array<ArrayBuffer>): Promise<Upload>
  /** The recipe inside a file that noisegraph made, for `generate({ recipe })`. */
  recipeOf(file: Blob | Uint8Array<ArrayBuffer>): Promise<unknown>
  /** An absolute URL of an artifact or upload. */
  url(path: string): string
}

/** Connects to a server by its address, such as `http://localhost:4000`. */
export function connect(address: string): Client {
  const url = (path: string) => new URL(path, address).href
  const json = { 'content-type': 'application/json' }

  async function request<T>(query: string, variables: object = {}, signal?: AbortSignal): Promise<T> {
    const response = await fetch(url('/graphql'), { method: 'POST', headers: json, body: JSON.stringify({ query, variables }), ...(signal && { signal }) })
    const result = await response.json() as GraphQLErrors & { data: T }
    throwErrors(result)
    return result.data
  }

  async function send<T>(path: string, body: Blob | Uint8Array<ArrayBuffer>): Promise<T> {
    const response = await fetch(url(path), { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body })
    const answer = await response.json() as T & { readonly error?: ConstructorParameters<typeof NoisegraphProblem>[0] }
    if (answer.error) throw new NoisegraphProblem(answer.error)
    return answer
  }

  async function* stream<T>(query: string, variables: object, signal?: AbortSignal): AsyncGenerator<T, void> {
    const response = await fetch(url('/graphql'), {
      method: 'POST', headers: { ...json, accept: 'text/event-stream' }, body: JSON.stringify({ query, variables }), ...(signal && { signal }),
    })
    if (!response.ok) {
      throwErrors(await response.json() as GraphQLErrors)
      throw new NoisegraphProblem({ code: 'INTERNAL', message: `The server answered ${response.status}.`, retryable: true })
    }
    for await (const { event, data } of serverEvents(response.body!)) {
      if (event !== 'next') return
      const result = JSON.parse(data) as GraphQLErrors & { data: Record<string, T> }
      throwErrors(result)
      yield Object.values(result.data)[0]!
    }
  }

  async function* follow(id: string, { after, previewEvery = 0, signal, retries = 20 }: FollowOptions = {}): AsyncGenerator<GenerationEvent, void> {
    let cursor = after === undefined ? undefined : String(after)
    let opened = false
    for (let failures = 0; ;) {
      let reason: unknown
      try {
        for await (const event of stream<GenerationEvent>(followSubscription, { id, after: cursor, previewEvery }, signal)) {
          failures = 0
          if (event.__typename !== 'SnapshotEvent') cursor = event.id
          if (event.__typename !== 'SnapshotEvent' || !opened) yield event
          opened = true
          if (isLast(event)) return
        }
        if (cursor !== undefined && isOver(await current(id, signal))) return
      } catch (error) {
        if (signal?.aborted || (error instanceof NoisegraphProblem && !error.retryable)) throw error
        reason = error
      }
      if (++failures > retries) throw new NoisegraphProblem({ code: 'INTERNAL', message: `The connection to ${address} was lost: ${String(reason ?? 'it was closed')}.`, retryable: true })
      await new Promise(resolve => setTimeout(resolve, Math.min(5000, 100 * 2 ** failures)))
    }
  }

  /** A mutation whose field is called `answer`. */
  const command = async <T>(document: string, variables: object, signal?: AbortSignal) => orThrow((await request<{ answer: T | ProblemAnswer }>(document, variables, signal)).answer)

  async function recommendSampler(input: RecommendSamplerInput, signal?: AbortSignal): Promise<SamplerAdvice> {
    const advice = await command<SamplerAdvice>(recommendMutation, { input }, signal)
    if (advice.status === 'SUCCEEDED') return advice
    for await (const event of follow(advice.id, signal && { signal })) {
      if (event.__typename === 'FailedEvent') throw new NoisegraphProblem(event)
      if (event.__typename === 'CancelledEvent') throw new NoisegraphProblem({ code: 'INTERNAL', message: 'The measurement was cancelled.', retryable: true })
    }
    return (await request<{ samplerAdvice: SamplerAdvice }>(adviceQuery, { id: advice.id }, signal)).samplerAdvice
  }

  const current = async (id: string, signal?: AbortSignal) => (await request<{ generation: Generation | null }>(generationQuery, { id }, signal)).generation
  return {
    request, follow, url,
    upload: picture => send<Upload>('/uploads', picture),
    recipeOf: file => send<unknown>('/recipes', file),
    recommendSampler,
    pullModel: given => command<ModelOperation>(pullMutation, given),
    loadModel: (name, options) => command<ModelOperation>(loadMutation, { name, ...options }),
    unloadModel: name => command<ModelOperation>(unloadMutation, { name }),
    pinModel: async (name, pinned) => { await command(pinMutation, { name, pinned }) },
    followModel: (id, signal) => stream<ModelOperation>(operationSubscription, { id }, signal),
    generate: async input => orThrow((await request<{ generate: Answer }>(generateMutation, { input })).generate),
    generation: id => current(id),
    cancel: async id => orThrow((await request<{ cancelGeneration: Answer }>(cancelMutation, { id })).cancelGeneration),
  }
}

type ProblemAnswer = { readonly __typename: 'InvalidInput' | 'NotFound' | 'Conflict' | 'Unavailable' } & ConstructorParameters<typeof NoisegraphProblem>[0]
type Answer = Generation | ProblemAnswer

function orThrow<T>(answer: T | ProblemAnswer): T {
  if ('code' in (answer as object)) throw new NoisegraphProblem(answer as ProblemAnswer)
  return answer as T
}

const isLast = (event: GenerationEvent) => event.__typename === 'SucceededEvent' || event.__typename === 'FailedEvent' || event.__typename === 'CancelledEvent'
const isOver = (generation: Generation | null) => !generation || ['SUCCEEDED', 'FAILED', 'CANCELLED'].includes(generation.status)
