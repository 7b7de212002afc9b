import { createClient as createWs } from 'graphql-ws'
import WebSocket from 'ws'

export const followQuery = `subscription($id: ID!, $after: ID, $previewEvery: Int! = 1) { generationEvents(id: $id, after: $after, previewEvery: $previewEvery) {
  __typename id sequence at ... on SnapshotEvent { generation { status } } ... on StepEvent { index total percent preview } ... on SucceededEvent { artifacts { url seed } } ... on CancelledEvent { atStep } } }`
export interface Seen { __typename: string; id: string; sequence: number; preview?: string | null }
export const overWs = (url: string) => createWs({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 })

/** Over a WebSocket, to the end or until `stop`. */
export async function follow(url: string, variables: object, stop?: (event: Seen) => boolean): Promise<Seen[]> {
  const client = overWs(url)
  const seen: Seen[] = []
  for await (const { data, errors } of client.iterate<{ generationEvents: Seen }>({ query: followQuery, variables: variables as Record<string, unknown> })) {
    if (errors) throw Object.assign(new Error(errors[0]!.message), { extensions: errors[0]!.extensions })
    seen.push(data!.generationEvents)
    if (stop?.(seen.at(-1)!)) break
  }
  await client.dispose()
  return seen
}
