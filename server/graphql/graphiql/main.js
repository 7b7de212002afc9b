/** GraphiQL on this server's own /graphql. Bundled by scripts/build/40-graphiql.mjs, so that nothing is loaded from elsewhere. */
import { GraphiQL } from 'graphiql'
import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import { getOperationAST, parse } from 'graphql'
import { createClient } from 'graphql-ws'
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'

const url = new URL('/graphql', location.href)
const socket = createClient({ url: url.href.replace(/^http/, 'ws'), lazy: true })

/** Of the operation that runs; what cannot be parsed is for the server to refuse. */
function isSubscription({ query, operationName }) {
  try {
    return getOperationAST(parse(query), operationName)?.operation === 'subscription'
  } catch { return false }
}

const post = async (request, headers) => {
  const response = await fetch(url, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(request) })
  return response.json()
}

const fetcher = (request, { headers } = {}) => (isSubscription(request) ? socket.iterate(request) : post(request, headers))

const defaultQuery = `# Ask for a picture, and copy the id that is answered ...
mutation Generate {
  generate(input: { prompt: "a red apple on a blue background", seed: "7" }) {
    ... on Generation { id status }
    ... on Problem { code message field }
  }
}

# ... then follow it, step by step: put { "id": "..." } into the variables.
subscription Follow($id: ID!) {
  generationEvents(id: $id, previewEvery: 0) {
    __typename
    sequence
    ... on StepEvent { index total percent etaMilliseconds }
    ... on SucceededEvent { artifacts { url } }
    ... on FailedEvent { code message }
  }
}

query WhatIsHere {
  models { name summary defaults { width height steps guidanceScale } }
  samplers { name summary inputField }
}
`

/** A link may bring a query along: /graphiql/?query=...&variables=... */
const linked = new URLSearchParams(location.search)
const initial = linked.has('query') ? { initialQuery: linked.get('query'), initialVariables: linked.get('variables') ?? '' } : {}

createRoot(document.getElementById('explorer')).render(createElement(GraphiQL, { fetcher, defaultQuery, ...initial, shouldPersistHeaders: false }))
