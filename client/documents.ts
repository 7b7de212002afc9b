/** What the client asks for. */
const generationFields = `id status createdAt startedAt finishedAt position prompt negativePrompt modelName steps guidanceScale width height seed count device format quality recipe
  sampler { name options } artifacts { id url downloadUrl mimeType width height bytes index seed } failure { code message field retryable }`
const problemFields = '... on Problem { code message field retryable }'

export const generateMutation = `mutation Generate($input: GenerateInput!) { generate(input: $input) { __typename ... on Generation { ${generationFields} } ${problemFields} } }`
export const cancelMutation = `mutation Cancel($id: ID!) { cancelGeneration(id: $id) { __typename ... on Generation { ${generationFields} } ${problemFields} } }`
export const generationQuery = `query Generation($id: ID!) { generation(id: $id) { __typename ${generationFields} } }`
export const followSubscription = `subscription Follow($id: ID!, $after: ID, $previewEvery: Int!) {
  generationEvents(id: $id, after: $after, previewEvery: $previewEvery) {
    __typename id generationId sequence at
    ... on SnapshotEvent { generation { __typename ${generationFields} } }
    ... on QueuedEvent { position }
    ... on LoadingEvent { part bytes totalBytes }
    ... on StartedEvent { device sampler attempt timesteps sigmas }
    ... on StepEvent { index total networkCalls timestep sigma percent milliseconds etaMilliseconds preview }
    ... on SucceededEvent { milliseconds artifacts { id url downloadUrl mimeType width height bytes index seed } }
    ... on FailedEvent { code message field retryable }
    ... on CancelledEvent { atStep }
  }
}`
