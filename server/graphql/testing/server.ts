import sharp from 'sharp'
import type { HttpOptions } from '../context.js'
import { startHttp } from '../http.js'
import { fakes, type Fakes } from './fakes.js'

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export interface Answer { data?: any; errors?: { message: string; extensions: any; path?: unknown }[] }

export interface TestServer {
  readonly url: string
  readonly port: number
  readonly services: Fakes
  /** What was logged as an error. */
  readonly logged: object[]
  ask(query: string, variables?: object): Promise<Answer>
  generate(input: object): Promise<Answer>
  /** Id of a generation that was taken. */
  start(input?: object): Promise<string>
  /** The order that a request made. */
  orderOf(input: object): Promise<any> // eslint-disable-line @typescript-eslint/no-explicit-any
  upload(bytes: Uint8Array | string, type?: string): Promise<Response>
  close(): Promise<void>
}

/** Waits for something to become true; a test that waits in vain fails by its time limit. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 5))
}

/** A real server on fake services. */
export async function testServer(pluginList: Fakes['pluginList'], options: Partial<HttpOptions> = {}): Promise<TestServer> {
  const services = fakes(pluginList)
  const logged: object[] = []
  const { url, port, close } = await startHttp(services, { port: 0, log: { info: () => undefined, warn: () => undefined, error: fields => { logged.push(fields) } }, ...options })
  const ask = async (query: string, variables?: object): Promise<Answer> => {
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }) })
    return await response.json() as Answer
  }
  const generate = (input: object) => ask('mutation($input: GenerateInput!) { generate(input: $input) { __typename ... on Generation { id seed recipe } ... on Problem { code message field retryable } } }', { input })
  const taken = async (input: object) => {
    const answer = await generate(input)
    if (answer.data?.generate.__typename !== 'Generation') throw new Error(`refused: ${JSON.stringify(answer)}`)
    return answer.data.generate
  }
  return {
    url, port, services, logged, ask, generate, close,
    start: async (input = { prompt: 'a cat' }) => (await taken(input)).id,
    orderOf: async input => (await taken(input)).recipe,
    upload: (bytes, type = 'image/png') => fetch(`${url}/uploads`, { method: 'POST', headers: { 'content-type': type }, body: bytes as Uint8Array<ArrayBuffer> | string }),
  }
}

export const picture = async (width: number, height: number) => await sharp({ create: { width, height, channels: 3, background: '#369' } }).png().toBuffer() as Buffer<ArrayBuffer>
