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
    ... on LoadingEvent { part bytes totalBytes percent }
    ... on StartedEvent { device sampler attempt timesteps sigmas }
    ... on StepEvent { index total networkCalls timestep sigma percent milliseconds etaMilliseconds preview }
    ... on SucceededEvent { milliseconds artifacts { id url downloadUrl mimeType width height bytes index seed } }
    ... on FailedEvent { code message field retryable }
    ... on CancelledEvent { atStep }
  }
}`

const operationFields = 'id kind modelName status part bytes totalBytes percent createdAt finishedAt failure { code message field retryable }'
const operation = (name: string, parameters: string, given: string) =>
  `mutation ${name}(${parameters}) { answer: ${name}(${given}) { __typename ... on ModelOperation { ${operationFields} } ${problemFields} } }`
export const pullMutation = operation('pullModel', '$repo: String!, $revision: String! = "main", $name: String', 'repo: $repo, revision: $revision, name: $name')
export const loadMutation = operation('loadModel', '$name: ID!, $device: DeviceChoice! = AUTO, $pin: Boolean! = false', 'name: $name, device: $device, pin: $pin')
export const unloadMutation = operation('unloadModel', '$name: ID!', 'name: $name')
export const pinMutation = `mutation Pin($name: ID!, $pinned: Boolean!) { answer: pinModel(name: $name, pinned: $pinned) { __typename ${problemFields} } }`
export const operationSubscription = `subscription Operation($id: ID!) { modelOperation(id: $id) { __typename ${operationFields} } }`

const measuredFields = 'sampler schedule stochastic steps networkCalls milliseconds distance'
const adviceFields = `id status modelName best { ${measuredFields} } table { ${measuredFields} } refused networkCalls millisecondsPerCall referenceSteps device failure { code message field retryable }`
export const recommendMutation = `mutation Recommend($input: RecommendSamplerInput!) { answer: recommendSampler(input: $input) { __typename ... on SamplerAdvice { ${adviceFields} } ${problemFields} } }`
export const adviceQuery = `query Advice($id: ID!) { samplerAdvice(id: $id) { __typename ${adviceFields} } }`
