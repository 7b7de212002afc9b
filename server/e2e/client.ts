import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'

/** A generation's event as the API tells it. */
export interface Event { readonly __typename: string; readonly id: string; readonly sequence: number; readonly [key: string]: unknown }

/** The API as a client on the other side of the network sees it: HTTP and WebSocket, nothing else. */
export function connect(url: string) {
  const query = async <T = Record<string, never>>(text: string, variables: Record<string, unknown> = {}): Promise<T> => {
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: text, variables }) })
    const { data, errors } = await response.json() as { data: T; errors?: unknown }
    if (errors) throw new Error(JSON.stringify(errors))
    return data
  }
  return {
    query,
    async generate(input: Record<string, unknown>): Promise<string> {
      const { generate } = await query<{ generate: { id?: string; message?: string } }>(`mutation ($input: GenerateInput!) {
        generate(input: $input) { ... on Generation { id } ... on Problem { code message field } } }`, { input })
      if (!generate.id) throw new Error(generate.message)
      return generate.id
    },
    async upload(png: Uint8Array): Promise<string> {
      const form = new FormData()
      form.set('file', new Blob([Buffer.from(png)], { type: 'image/png' }), 'picture.png')
      const response = await fetch(`${url}/uploads`, { method: 'POST', body: form })
      if (!response.ok) throw new Error(await response.text())
      return ((await response.json()) as { id: string }).id
    },
    /** Follows a generation over a WebSocket of its own, until `enough` or to the end. */
    async follow(id: string, { after, enough = () => false }: { after?: string | number; enough?: (event: Event) => boolean } = {}): Promise<Event[]> {
      const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 })
      const events: Event[] = []
      try {
        const text = `subscription ($id: ID!, $after: ID) { generationEvents(id: $id, after: $after, previewEvery: 5) {
          __typename id sequence at
          ... on SnapshotEvent { generation { status } } ... on QueuedEvent { position } ... on LoadingEvent { percent } ... on StartedEvent { device attempt timesteps }
          ... on StepEvent { index total networkCalls percent preview } ... on SucceededEvent { artifacts { id url width height seed } }
          ... on FailedEvent { code message } ... on CancelledEvent { atStep } } }`
        for await (const { data, errors } of client.iterate<{ generationEvents: Event }>({ query: text, variables: { id, after: after === undefined ? null : String(after) } })) {
          if (errors) throw new Error(JSON.stringify(errors))
          events.push(data!.generationEvents)
          if (enough(data!.generationEvents)) break
        }
      } finally {
        await client.dispose()
      }
      return events
    },
    async picture(event: Event | undefined, index = 0): Promise<Uint8Array> {
      const artifacts = event?.artifacts as readonly { url: string }[] | undefined
      if (!artifacts) throw new Error(`it did not succeed: ${JSON.stringify(event)}`)
      return new Uint8Array(await (await fetch(new URL(artifacts[index]!.url, url))).arrayBuffer())
    },
  }
}
