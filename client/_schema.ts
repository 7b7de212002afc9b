export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A count of bytes: a whole number up to 2^53 - 1. */
  Bytes: { input: number; output: number; }
  /** A moment, in ISO 8601 with milliseconds and UTC: `2026-11-05T10:20:30.123Z`. */
  DateTime: { input: string; output: string; }
  /** Any JSON value. */
  JSON: { input: unknown; output: unknown; }
  /** An unsigned number of 64 bits, as a decimal string, since JSON numbers end at 53 bits. Input also takes a whole number up to 2^53 - 1. */
  Seed: { input: string; output: string; }
};

/** A finished file. */
export type Artifact = {
  readonly __typename: 'Artifact';
  /** Size of the file. */
  readonly bytes: Scalars['Bytes']['output'];
  /** The same, to be saved under a telling name. */
  readonly downloadUrl: Scalars['String']['output'];
  /** Pixels. */
  readonly height: Maybe<Scalars['Int']['output']>;
  /** Of the file. */
  readonly id: Scalars['ID']['output'];
  /** Index within the request, from 0. */
  readonly index: Scalars['Int']['output'];
  /** Such as `image/png`. */
  readonly mimeType: Scalars['String']['output'];
  /** The seed of this picture alone. */
  readonly seed: Scalars['Seed']['output'];
  /** Where to fetch it; relative to this server unless an object store serves it. */
  readonly url: Scalars['String']['output'];
  /** Pixels. */
  readonly width: Maybe<Scalars['Int']['output']>;
};

/** The generation as it stands, or that there is none. */
export type CancelGenerationResult = Generation | NotFound;

/** The operation as it stands, or that there is none. */
export type CancelModelOperationResult = ModelOperation | NotFound;

/** It ended on request. */
export type CancelledEvent = GenerationEvent & {
  readonly __typename: 'CancelledEvent';
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Index of the step that it had come to; null before the first. */
  readonly atStep: Maybe<Scalars['Int']['output']>;
  /** Whose event it is. */
  readonly generationId: Scalars['ID']['output'];
  /** A cursor for `after`. */
  readonly id: Scalars['ID']['output'];
  /** From 1; also a cursor for `after`. */
  readonly sequence: Scalars['Int']['output'];
};

/** A plugin with the options that a generation used, defaults filled in. */
export type ChosenPlugin = {
  readonly __typename: 'ChosenPlugin';
  /** Its name, or its preset's. */
  readonly name: Scalars['ID']['output'];
  /** As they were used, by name. */
  readonly options: Scalars['JSON']['output'];
};

/** Steers a run: by text, by class, by a picture. */
export type Conditioner = Node & Plugin & {
  readonly __typename: 'Conditioner';
  /** Other names that it answers to. */
  readonly aliases: ReadonlyArray<Scalars['String']['output']>;
  /** Unique among all nodes. */
  readonly id: Scalars['ID']['output'];
  /** Its field on the typed input; null where it has none. */
  readonly inputField: Maybe<Scalars['String']['output']>;
  /** JSON Schema (2020-12) of `PluginCall.options`. */
  readonly jsonSchema: Scalars['JSON']['output'];
  /** What it is called. */
  readonly name: Scalars['ID']['output'];
  /** What it takes. */
  readonly options: ReadonlyArray<PluginOption>;
  /** What it is, in a sentence. */
  readonly summary: Scalars['String']['output'];
};

/** Exactly one conditioner. One typed field for each conditioner that is loaded, and `plugin` for any by name. */
export type ConditionerInput =
  /** Any conditioner by name. */
  { readonly plugin: PluginCall; };

/** The request contradicts an earlier one. */
export type Conflict = Problem & {
  readonly __typename: 'Conflict';
  /** For programs. */
  readonly code: ErrorCode;
  /** Path of the input at fault, such as `sampler.options.eta`. */
  readonly field: Maybe<Scalars['String']['output']>;
  /** For people: what is wrong, what is allowed, what to do. */
  readonly message: Scalars['String']['output'];
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: Scalars['Boolean']['output'];
};

/** The steps are done; the picture is being decoded. */
export type DecodingEvent = GenerationEvent & {
  readonly __typename: 'DecodingEvent';
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Whose event it is. */
  readonly generationId: Scalars['ID']['output'];
  /** A cursor for `after`. */
  readonly id: Scalars['ID']['output'];
  /** From 1; also a cursor for `after`. */
  readonly sequence: Scalars['Int']['output'];
};

/** What was removed, or that there is nothing. */
export type DeleteGenerationResult = DeletedGeneration | NotFound;

/** What deleteGeneration answers. */
export type DeletedGeneration = {
  readonly __typename: 'DeletedGeneration';
  /** Id of what was removed. */
  readonly deletedId: Scalars['ID']['output'];
};

/** Where networks run. */
export type DeviceChoice =
  /** The best that works here. */
  | 'AUTO'
  /** ONNX Runtime on the processor. */
  | 'CPU'
  /** ONNX Runtime on an NVIDIA GPU. */
  | 'CUDA'
  /** The WebAssembly engine. */
  | 'WASM';

/** What can go wrong. The same codes stand in `errors[].extensions.code`. */
export type ErrorCode =
  /** A model folder lacks a file, or a file in it is damaged or not supported. */
  | 'BROKEN_MODEL'
  /** The device asked for cannot run here. */
  | 'DEVICE_UNAVAILABLE'
  /** The idempotency key was used before with another request. */
  | 'IDEMPOTENCY_CONFLICT'
  /** Two choices exclude each other: say a sampler and a schedule, or a conditioner and a model. */
  | 'INCOMPATIBLE'
  /** Something failed that should not; the log has the details under the same id. */
  | 'INTERNAL'
  /** The upload is not a picture, is too large, or does not fit the request. */
  | 'INVALID_IMAGE'
  /** An option is unknown, has the wrong type, or lies outside its range. */
  | 'INVALID_OPTION'
  /** The network or the sampler produced NaN or infinity. */
  | 'NON_FINITE'
  /** The run needs more memory than the device has. */
  | 'OUT_OF_MEMORY'
  /** A plugin threw while it ran. */
  | 'PLUGIN_FAILED'
  /** No generation of that id. */
  | 'UNKNOWN_GENERATION'
  /** No model of that name is installed. */
  | 'UNKNOWN_MODEL'
  /** No model operation of that id. */
  | 'UNKNOWN_OPERATION'
  /** No sampler, conditioner or schedule of that name is loaded. */
  | 'UNKNOWN_PLUGIN'
  /** No upload of that id. */
  | 'UNKNOWN_UPLOAD'
  /** The worker died and no attempts are left. */
  | 'WORKER_LOST';

/** How long the results of a model are: frames of a video, seconds of a sound, points of a cloud. */
export type Extent = {
  readonly __typename: 'Extent';
  /** What a request gets that does not say. */
  readonly default: Scalars['Float']['output'];
  /** The most. */
  readonly max: Scalars['Float']['output'];
  /** The least. */
  readonly min: Scalars['Float']['output'];
  /** Which field of a request says it. */
  readonly unit: ExtentUnit;
};

/** What a result that has a length of its own is counted in. */
export type ExtentUnit =
  /** Of a video: `frames`. */
  | 'FRAMES'
  /** Of a cloud or a molecule: `points`. */
  | 'POINTS'
  /** Of a sound: `seconds`. */
  | 'SECONDS';

/** It ended with an error. */
export type FailedEvent = GenerationEvent & {
  readonly __typename: 'FailedEvent';
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** For programs. */
  readonly code: ErrorCode;
  /** Path of the input at fault, where one is. */
  readonly field: Maybe<Scalars['String']['output']>;
  /** Whose event it is. */
  readonly generationId: Scalars['ID']['output'];
  /** A cursor for `after`. */
  readonly id: Scalars['ID']['output'];
  /** For people: what is wrong, what is allowed, what to do. */
  readonly message: Scalars['String']['output'];
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: Scalars['Boolean']['output'];
  /** From 1; also a cursor for `after`. */
  readonly sequence: Scalars['Int']['output'];
};

/** Why a generation failed while it ran. */
export type Failure = Problem & {
  readonly __typename: 'Failure';
  /** For programs. */
  readonly code: ErrorCode;
  /** Path of the input at fault, such as `sampler.options.eta`. */
  readonly field: Maybe<Scalars['String']['output']>;
  /** For people: what is wrong, what is allowed, what to do. */
  readonly message: Scalars['String']['output'];
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: Scalars['Boolean']['output'];
};

/** A picture noised to one timestep. */
export type ForwardFrame = {
  readonly __typename: 'ForwardFrame';
  /** Square root of the cumulated product of 1 - beta. */
  readonly alpha: Scalars['Float']['output'];
  /** The variance that this one step adds. */
  readonly beta: Scalars['Float']['output'];
  /** q(x_t | x_0), as a PNG data URI. */
  readonly picture: Scalars['String']['output'];
  /** Square root of 1 - alpha^2. */
  readonly sigma: Scalars['Float']['output'];
  /** alpha^2 / sigma^2; null where it is infinite. */
  readonly signalToNoise: Maybe<Scalars['Float']['output']>;
  /** q(x_t | x_(t-1)): one step from the closed form one timestep before, with noise of its own, as a PNG data URI. */
  readonly singleStep: Scalars['String']['output'];
  /** What the network is told. */
  readonly timestep: Scalars['Int']['output'];
};

/** A picture on its way into noise. */
export type ForwardProcess = {
  readonly __typename: 'ForwardProcess';
  /** In the order of the timesteps asked for, all with the same noise. */
  readonly frames: ReadonlyArray<ForwardFrame>;
  /** Pixels. */
  readonly height: Scalars['Int']['output'];
  /** Pixels. */
  readonly width: Scalars['Int']['output'];
};

/** The noised pictures, or why there are none. */
export type ForwardProcessResult = ForwardProcess | InvalidInput | Unavailable;

/** What to make. Everything has a default; a prompt is usually all that is needed. */
export type GenerateInput = {
  /** What steers the run, in the order in which it is applied. */
  readonly conditioners?: InputMaybe<ReadonlyArray<ConditionerInput>>;
  /** How many pictures, 1 to 64; picture i has the seed `seed + i`. */
  readonly count?: InputMaybe<Scalars['Int']['input']>;
  /** Where to run. */
  readonly device?: InputMaybe<DeviceChoice>;
  /** What the result is kept as: one of the model's `formats`, the first of them when left out. */
  readonly format?: InputMaybe<OutputFormat>;
  /** Of a video, for models whose `extent` is in frames; of models of pictures with the conditioner `morph`, which leads from one picture to another, 2 to 256. */
  readonly frames?: InputMaybe<Scalars['Int']['input']>;
  /** Classifier-free guidance (Ho & Salimans 2022): 1 is none, higher follows the prompt more closely; 0 to 100. */
  readonly guidanceScale?: InputMaybe<Scalars['Float']['input']>;
  /** Pixels; a multiple of the model's `sizeMultiple`. */
  readonly height?: InputMaybe<Scalars['Int']['input']>;
  /** The same key with the same request answers the same generation; with another request it is a Conflict. 1 to 255 characters: a UUID will do. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** A model's name; the default model when left out. */
  readonly model?: InputMaybe<Scalars['ID']['input']>;
  /** What the picture should not show. */
  readonly negativePrompt?: InputMaybe<Scalars['String']['input']>;
  /** Which random number generator turns the seed into noise. */
  readonly noise?: InputMaybe<NoiseSource>;
  /** Points of a cloud, or atoms of a molecule, for models whose `extent` is in points. */
  readonly points?: InputMaybe<Scalars['Int']['input']>;
  /** What the picture shows: short for the `text` conditioner. */
  readonly prompt?: InputMaybe<Scalars['String']['input']>;
  /** How much of the picture WEBP, JPEG and AVIF keep, 1 to 100; 100 is everything for WEBP and AVIF. A good value when left out. */
  readonly quality?: InputMaybe<Scalars['Int']['input']>;
  /** The recipe of an earlier picture, to make it again; fields given beside it replace what it says. */
  readonly recipe?: InputMaybe<Scalars['JSON']['input']>;
  /** How to walk the schedule; what the model's own configuration names when left out. */
  readonly sampler?: InputMaybe<SamplerInput>;
  /** Which noise levels to visit; the model's own when left out. */
  readonly schedule?: InputMaybe<ScheduleInput>;
  /** Length of a sound, for models whose `extent` is in seconds. */
  readonly seconds?: InputMaybe<Scalars['Float']['input']>;
  /** Equal seeds make equal pictures. Drawn at random when left out (or from the idempotency key, where there is one). */
  readonly seed?: InputMaybe<Scalars['Seed']['input']>;
  /** Further models, each of which goes on from what the one before it made: a refiner, an upscaler. At most 3. */
  readonly stages?: InputMaybe<ReadonlyArray<StageInput>>;
  /** Steps of the schedule, 1 to 1000; the model's default when left out. */
  readonly steps?: InputMaybe<Scalars['Int']['input']>;
  /** Pixels; a multiple of the model's `sizeMultiple`. */
  readonly width?: InputMaybe<Scalars['Int']['input']>;
};

/** The generation, or why there is none. */
export type GenerateResult = Conflict | Generation | InvalidInput | Unavailable;

/** One request and what became of it. */
export type Generation = Node & {
  readonly __typename: 'Generation';
  /** The pictures, once it succeeded. */
  readonly artifacts: ReadonlyArray<Artifact>;
  /** How often a worker has begun it; above 1 where one died and another took over. */
  readonly attempts: Scalars['Int']['output'];
  /** In the order in which they apply. */
  readonly conditioners: ReadonlyArray<ChosenPlugin>;
  /** How many pictures. */
  readonly count: Scalars['Int']['output'];
  /** When it was asked for. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Where it runs. */
  readonly device: DeviceChoice;
  /** Why it failed. */
  readonly failure: Maybe<Failure>;
  /** When it ended. */
  readonly finishedAt: Maybe<Scalars['DateTime']['output']>;
  /** What the result is kept as; null for one of before there was a choice, which has its kind's own format. */
  readonly format: Maybe<OutputFormat>;
  /** Of a video. */
  readonly frames: Maybe<Scalars['Int']['output']>;
  /** Classifier-free guidance. */
  readonly guidanceScale: Scalars['Float']['output'];
  /** Pixels. */
  readonly height: Scalars['Int']['output'];
  /** Unique among all nodes. */
  readonly id: Scalars['ID']['output'];
  /** The model; null where it is no longer installed. */
  readonly model: Maybe<Model>;
  /** The model's name. */
  readonly modelName: Scalars['ID']['output'];
  /** The negative prompt, where there is one. */
  readonly negativePrompt: Maybe<Scalars['String']['output']>;
  /** The stream of noise that the seed stands for. */
  readonly noise: NoiseSource;
  /** Of a cloud; atoms of a molecule. */
  readonly points: Maybe<Scalars['Int']['output']>;
  /** Place in the queue, 0 when next; null when it is not queued. */
  readonly position: Maybe<Scalars['Int']['output']>;
  /** The prompt, where there is one. */
  readonly prompt: Maybe<Scalars['String']['output']>;
  /** Of the file, where its format has such a thing. */
  readonly quality: Maybe<Scalars['Int']['output']>;
  /** Everything that makes the picture again, to the bit on the same device: what is stored inside its file (`POST /recipes` reads it from there), and what `GenerateInput.recipe` takes. */
  readonly recipe: Scalars['JSON']['output'];
  /** The sampler asked for; null where the model's own configuration decided. */
  readonly sampler: Maybe<ChosenPlugin>;
  /** The schedule asked for; null where the model's own configuration decided. */
  readonly schedule: Maybe<ChosenPlugin>;
  /** Of a sound. */
  readonly seconds: Maybe<Scalars['Float']['output']>;
  /** Of the first picture. */
  readonly seed: Scalars['Seed']['output'];
  /** When a worker first took it. */
  readonly startedAt: Maybe<Scalars['DateTime']['output']>;
  /** How it stands. */
  readonly status: GenerationStatus;
  /** Steps of the schedule. */
  readonly steps: Scalars['Int']['output'];
  /** Pixels. */
  readonly width: Scalars['Int']['output'];
};

/** A page of generations. */
export type GenerationConnection = {
  readonly __typename: 'GenerationConnection';
  /** With a cursor each. */
  readonly edges: ReadonlyArray<GenerationEdge>;
  /** The same without cursors. */
  readonly nodes: ReadonlyArray<Generation>;
  /** Whether there is more, and where to go on. */
  readonly pageInfo: PageInfo;
  /** How many match, on all pages together. */
  readonly totalCount: Scalars['Int']['output'];
};

/** A generation and its place in the list. */
export type GenerationEdge = {
  readonly __typename: 'GenerationEdge';
  /** Give it as `after` to go on behind this one. */
  readonly cursor: Scalars['String']['output'];
  /** The generation. */
  readonly node: Generation;
};

/** Something that happened to a generation. Stored events number from 1 without gaps. */
export type GenerationEvent = {
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Whose event it is. */
  readonly generationId: Scalars['ID']['output'];
  /** A cursor for `after`. */
  readonly id: Scalars['ID']['output'];
  /** From 1; also a cursor for `after`. */
  readonly sequence: Scalars['Int']['output'];
};

/** Which generations to list; what is left out does not matter. */
export type GenerationFilter = {
  /** Asked for after this moment. */
  readonly createdAfter?: InputMaybe<Scalars['DateTime']['input']>;
  /** Asked for before this moment. */
  readonly createdBefore?: InputMaybe<Scalars['DateTime']['input']>;
  /** Made by this model. */
  readonly model?: InputMaybe<Scalars['ID']['input']>;
  /** Any of these. */
  readonly status?: InputMaybe<ReadonlyArray<GenerationStatus>>;
};

/** How a generation stands. */
export type GenerationStatus =
  /** Ended on request. */
  | 'CANCELLED'
  /** Ended by an error: see `failure`. */
  | 'FAILED'
  /** Waiting for a worker. */
  | 'QUEUED'
  /** A worker is at it. */
  | 'RUNNING'
  /** Finished, with pictures. */
  | 'SUCCEEDED';

/** The request cannot be carried out as it stands. */
export type InvalidInput = Problem & {
  readonly __typename: 'InvalidInput';
  /** For programs. */
  readonly code: ErrorCode;
  /** Path of the input at fault, such as `sampler.options.eta`. */
  readonly field: Maybe<Scalars['String']['output']>;
  /** For people: what is wrong, what is allowed, what to do. */
  readonly message: Scalars['String']['output'];
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: Scalars['Boolean']['output'];
};

/** What requests may ask for. */
export type Limits = {
  readonly __typename: 'Limits';
  /** Of a request to /graphql. */
  readonly bodyBytes: Scalars['Bytes']['output'];
  /** Characters of a prompt. */
  readonly promptLength: Scalars['Int']['output'];
  /** Aliases in a query. */
  readonly queryAliases: Scalars['Int']['output'];
  /** Fields that a query may ask for, lists counted with their length. */
  readonly queryCost: Scalars['Int']['output'];
  /** Selections inside one another in a query. */
  readonly queryDepth: Scalars['Int']['output'];
  /** Pixels of all pictures of a request together. */
  readonly requestPixels: Scalars['Bytes']['output'];
  /** Subscriptions open at a time. */
  readonly subscriptions: Scalars['Int']['output'];
  /** Of an upload. */
  readonly uploadBytes: Scalars['Bytes']['output'];
  /** Pixels of an upload. */
  readonly uploadPixels: Scalars['Bytes']['output'];
};

/** A model in the memory of a worker. */
export type LoadedModel = {
  readonly __typename: 'LoadedModel';
  /** Of the weights that are open. */
  readonly bytes: Scalars['Bytes']['output'];
  /** Where it runs: `cuda`, `cpu` or `wasm`. */
  readonly device: Scalars['String']['output'];
  /** The model's name. */
  readonly name: Scalars['ID']['output'];
  /** Whether it stays whatever else is used. */
  readonly pinned: Scalars['Boolean']['output'];
  /** The worker that holds it. */
  readonly workerId: Scalars['ID']['output'];
};

/** A worker loads a part of the model. */
export type LoadingEvent = GenerationEvent & {
  readonly __typename: 'LoadingEvent';
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Loaded so far, of all parts together. */
  readonly bytes: Scalars['Bytes']['output'];
  /** Whose event it is. */
  readonly generationId: Scalars['ID']['output'];
  /** A cursor for `after`. */
  readonly id: Scalars['ID']['output'];
  /** Which part, such as `unet`. */
  readonly part: Scalars['String']['output'];
  /** 0 to 100. */
  readonly percent: Maybe<Scalars['Float']['output']>;
  /** From 1; also a cursor for `after`. */
  readonly sequence: Scalars['Int']['output'];
  /** Of all parts together. */
  readonly totalBytes: Scalars['Bytes']['output'];
};

/** A sampler within the budget: the most steps that it allows, and how near they come. */
export type MeasuredSampler = {
  readonly __typename: 'MeasuredSampler';
  /**
   * How far it ends from a run of many steps from the same noise: the root mean square of the difference over that of the reference, a mean over seeds; 0 is the same.
   * The reference is `heun`; a sampler that draws noise is compared with itself at many steps along the same noise, so distances of the two kinds say different things.
   */
  readonly distance: Scalars['Float']['output'];
  /** Of one picture, decoding not counted. */
  readonly milliseconds: Scalars['Float']['output'];
  /** Of one picture. */
  readonly networkCalls: Scalars['Int']['output'];
  /** A name that `generate` takes. */
  readonly sampler: Scalars['ID']['output'];
  /** The schedule; null is the model's own. */
  readonly schedule: Maybe<Scalars['ID']['output']>;
  /** The most steps that fit: what to ask `generate` for. */
  readonly steps: Scalars['Int']['output'];
  /** Whether it draws noise on its way. */
  readonly stochastic: Scalars['Boolean']['output'];
};

/** Of the process that answers, and of the machine. */
export type Memory = {
  readonly __typename: 'Memory';
  /** Of the machine. */
  readonly freeBytes: Scalars['Bytes']['output'];
  /** Of JavaScript objects. */
  readonly heapUsedBytes: Scalars['Bytes']['output'];
  /** Resident memory of the process. */
  readonly rssBytes: Scalars['Bytes']['output'];
  /** Of the machine. */
  readonly totalBytes: Scalars['Bytes']['output'];
};

/** What a model takes in memory while it makes one picture of its usual size with guidance. */
export type MemoryEstimate = {
  readonly __typename: 'MemoryEstimate';
  /** Of the network that takes most; null where it cannot be told ahead. */
  readonly activations: Maybe<Scalars['Bytes']['output']>;
  /** `cuda`, `cpu` or `wasm`. */
  readonly device: Scalars['String']['output'];
  /** `fp32`, `fp16` or `int8`. The WASM engine converts at load; on the others a model runs as it was exported. */
  readonly precision: Scalars['String']['output'];
  /** Whether the model's weights are stored so. */
  readonly stored: Scalars['Boolean']['output'];
  /** Of both. */
  readonly total: Scalars['Bytes']['output'];
  /** Of the weights of all networks that such a run opens. */
  readonly weights: Scalars['Bytes']['output'];
};

/** An operator that the WASM engine has not. */
export type MissingOperator = {
  readonly __typename: 'MissingOperator';
  /** The nodes that need it. */
  readonly nodes: ReadonlyArray<Scalars['String']['output']>;
  /** Its name. */
  readonly operator: Scalars['String']['output'];
  /** In which version. */
  readonly opset: Scalars['Int']['output'];
};

/** A folder in diffusers layout. */
export type Model = Node & {
  readonly __typename: 'Model';
  /** Names of the conditioners that it takes. */
  readonly conditioners: ReadonlyArray<Scalars['ID']['output']>;
  /** What a request gets that does not say. */
  readonly defaults: ModelDefaults;
  /** How long a result may be; null for what has only a width and a height. */
  readonly extent: Maybe<Extent>;
  /** What kind of model it is, in words. */
  readonly family: Scalars['String']['output'];
  /** What its results can be kept as; the first is what they are kept as where nothing else is asked for. */
  readonly formats: ReadonlyArray<OutputFormat>;
  /** Unique among all nodes. */
  readonly id: Scalars['ID']['output'];
  /** What it is made of, what it takes in memory, and what keeps it off a device; null for a damaged one. Reads the networks' graphs, which takes a moment for large models. */
  readonly inspection: Maybe<ModelInspection>;
  /** Whether requests that name no model get it. */
  readonly isDefault: Scalars['Boolean']['output'];
  /** Where it is in memory now. */
  readonly loaded: ReadonlyArray<LoadedModel>;
  /** What it makes. */
  readonly makes: OutputKind;
  /** What it is called. */
  readonly name: Scalars['ID']['output'];
  /** Those of them that it cannot do without. */
  readonly needs: ReadonlyArray<Scalars['ID']['output']>;
  /** Its networks. */
  readonly parts: ReadonlyArray<ModelPart>;
  /** Whether it stays loaded. */
  readonly pinned: Scalars['Boolean']['output'];
  /** Class of the pipeline. */
  readonly pipeline: Scalars['String']['output'];
  /** Why it cannot run. */
  readonly problem: Maybe<Scalars['String']['output']>;
  /** The one of them that a request's `prompt` stands for; null where the model reads no words. */
  readonly reads: Maybe<Scalars['ID']['output']>;
  /** Its scheduler_config.json as it stands. */
  readonly scheduler: Scalars['JSON']['output'];
  /** Width and height must be multiples of it. */
  readonly sizeMultiple: Scalars['Int']['output'];
  /** What it is, in a sentence. */
  readonly summary: Scalars['String']['output'];
};

/** What a request gets that does not say. */
export type ModelDefaults = {
  readonly __typename: 'ModelDefaults';
  /** Classifier-free guidance. */
  readonly guidanceScale: Scalars['Float']['output'];
  /** Pixels. */
  readonly height: Scalars['Int']['output'];
  /** Steps of the schedule. */
  readonly steps: Scalars['Int']['output'];
  /** Pixels. */
  readonly width: Scalars['Int']['output'];
};

/** What a model is made of. */
export type ModelInspection = {
  readonly __typename: 'ModelInspection';
  /** What one picture of the usual size takes, by device and precision. */
  readonly memory: ReadonlyArray<MemoryEstimate>;
  /** Its networks. */
  readonly networks: ReadonlyArray<NetworkInspection>;
};

/** Something that is being done to a model. */
export type ModelOperation = Node & {
  readonly __typename: 'ModelOperation';
  /** Done so far. */
  readonly bytes: Scalars['Bytes']['output'];
  /** When it was asked for. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Why it failed. */
  readonly failure: Maybe<Failure>;
  /** When it ended. */
  readonly finishedAt: Maybe<Scalars['DateTime']['output']>;
  /** Unique among all nodes. */
  readonly id: Scalars['ID']['output'];
  /** What is being done. */
  readonly kind: ModelOperationKind;
  /** The model; null while it is not installed. */
  readonly model: Maybe<Model>;
  /** The model's name, or the one that it will have. */
  readonly modelName: Scalars['ID']['output'];
  /** What is at work: a part of the model, or a file of the repository. */
  readonly part: Maybe<Scalars['String']['output']>;
  /** 0 to 100; null while the total is not known. */
  readonly percent: Maybe<Scalars['Float']['output']>;
  /** How it stands. */
  readonly status: GenerationStatus;
  /** To be done in all; 0 while that is not known. Files that name their weights may add to it. */
  readonly totalBytes: Scalars['Bytes']['output'];
};

/** What is being done to a model. */
export type ModelOperationKind =
  /** Workers load it. */
  | 'LOAD'
  /** It is brought from a hub. */
  | 'PULL'
  /** Workers take it out of memory. */
  | 'UNLOAD';

/** The operation that was begun, or why there is none. */
export type ModelOperationResult = InvalidInput | ModelOperation | Unavailable;

/** One network of a model. */
export type ModelPart = {
  readonly __typename: 'ModelPart';
  /** On disk. */
  readonly bytes: Scalars['Bytes']['output'];
  /** As diffusers or transformers call it. */
  readonly className: Scalars['String']['output'];
  /** What it is called. */
  readonly name: Scalars['String']['output'];
};

export type Mutation = {
  readonly __typename: 'Mutation';
  /** Stops a generation within one network call: it may be answered as RUNNING still, and CancelledEvent follows. One that is finished is answered as it is. */
  readonly cancelGeneration: CancelGenerationResult;
  /** Stops an operation on a model. What was downloaded stays, for the next attempt. */
  readonly cancelModelOperation: CancelModelOperationResult;
  /** Removes a generation with its events and pictures; a running one is cancelled first. */
  readonly deleteGeneration: DeleteGenerationResult;
  /** Queues a generation and answers at once; follow it with the subscription `generationEvents`. */
  readonly generate: GenerateResult;
  /** Loads a model before it is needed, in every worker that has the device. Workers load what a generation asks for anyway, and keep it while there is room (`NOISEGRAPH_MODEL_MEMORY`), the last used ones first. */
  readonly loadModel: ModelOperationResult;
  /** Says whether a model stays once it is loaded, whatever else is used. */
  readonly pinModel: PinModelResult;
  /** Brings a model in diffusers-ONNX layout from the hub: only the files that are needed, checked, and going on where an earlier attempt was broken off. Follow it with the subscription `modelOperation`. */
  readonly pullModel: ModelOperationResult;
  /**
   * Which sampler to take for a model and what one picture may cost, measured on the model itself. Answers at once: the finished advice where the same was measured before (same model files, devices, request),
   * else one that is queued or running; follow it with `generationEvents`, one step for each finished run, and ask for it again with `samplerAdvice`. Removed by `deleteGeneration`, it is measured anew.
   */
  readonly recommendSampler: RecommendSamplerResult;
  /** Loads the plugin folders again. They are watched anyway: for folders on file systems without change events. */
  readonly reloadPlugins: ReloadPluginsPayload;
  /** Takes a model out of the memory of every worker, and unpins it. A generation that asks for it loads it again. */
  readonly unloadModel: ModelOperationResult;
};


export type MutationCancelGenerationArgs = {
  id: Scalars['ID']['input'];
};


export type MutationCancelModelOperationArgs = {
  id: Scalars['ID']['input'];
};


export type MutationDeleteGenerationArgs = {
  id: Scalars['ID']['input'];
};


export type MutationGenerateArgs = {
  input: GenerateInput;
};


export type MutationLoadModelArgs = {
  device?: DeviceChoice;
  name: Scalars['ID']['input'];
  pin?: Scalars['Boolean']['input'];
};


export type MutationPinModelArgs = {
  name: Scalars['ID']['input'];
  pinned?: Scalars['Boolean']['input'];
};


export type MutationPullModelArgs = {
  name: InputMaybe<Scalars['String']['input']>;
  repo: Scalars['String']['input'];
  revision?: Scalars['String']['input'];
};


export type MutationRecommendSamplerArgs = {
  input: RecommendSamplerInput;
};


export type MutationUnloadModelArgs = {
  name: Scalars['ID']['input'];
};

/** A network, as its file says. */
export type NetworkInspection = {
  readonly __typename: 'NetworkInspection';
  /** On disk, weights beside the file included. */
  readonly bytes: Scalars['Bytes']['output'];
  /** As diffusers or transformers call it. */
  readonly className: Scalars['String']['output'];
  /** As `name: type [shape]`. */
  readonly inputs: ReadonlyArray<Scalars['String']['output']>;
  /** What keeps it off the WASM engine; empty where it runs there. */
  readonly missingInWasm: ReadonlyArray<MissingOperator>;
  /** Which part it is, such as `unet`. */
  readonly name: Scalars['String']['output'];
  /** The most frequent first. */
  readonly operators: ReadonlyArray<OperatorCount>;
  /** Version of the ONNX operators. */
  readonly opset: Scalars['Int']['output'];
  /** As `name: type [shape]`. */
  readonly outputs: ReadonlyArray<Scalars['String']['output']>;
  /** Numbers that were learned. */
  readonly parameters: Scalars['Bytes']['output'];
  /** Of the weights. */
  readonly weightBytes: Scalars['Bytes']['output'];
  /** Of the weights, such as `float32`. */
  readonly weightTypes: ReadonlyArray<Scalars['String']['output']>;
};

/** Something that `node(id)` finds again. */
export type Node = {
  /** Unique among all nodes. */
  readonly id: Scalars['ID']['output'];
};

/** Which stream of Gaussian noise a seed stands for. */
export type NoiseSource =
  /** PyTorch's generator on CUDA (Philox). */
  | 'PHILOX'
  /** PyTorch's generator on the CPU (mt19937), bit for bit. */
  | 'TORCH';

/** There is nothing of that id. */
export type NotFound = Problem & {
  readonly __typename: 'NotFound';
  /** For programs. */
  readonly code: ErrorCode;
  /** Path of the input at fault, such as `sampler.options.eta`. */
  readonly field: Maybe<Scalars['String']['output']>;
  /** For people: what is wrong, what is allowed, what to do. */
  readonly message: Scalars['String']['output'];
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: Scalars['Boolean']['output'];
};

/** How often a network uses an operator. */
export type OperatorCount = {
  readonly __typename: 'OperatorCount';
  /** How often. */
  readonly count: Scalars['Int']['output'];
  /** Its name. */
  readonly operator: Scalars['String']['output'];
};

/** What values an option takes. */
export type OptionKind =
  /** One of several words. */
  | 'CHOICE'
  /** True or false. */
  | 'FLAG'
  /** An upload's id. */
  | 'IMAGE'
  /** A whole number. */
  | 'INTEGER'
  /** A number. */
  | 'NUMBER'
  /** A list of numbers. */
  | 'NUMBERS'
  /** Words. */
  | 'TEXT';

/** What a result is kept as. Every file carries its recipe. */
export type OutputFormat =
  /** A picture, the smallest. */
  | 'AVIF'
  /** An animation of 256 colours. */
  | 'GIF'
  /** A surface, or points: binary glTF 2.0. */
  | 'GLB'
  /** A picture. */
  | 'JPEG'
  /** Points in space, with their colours. */
  | 'PLY'
  /** A picture, without loss. */
  | 'PNG'
  /** A sound, in 32-bit floats. */
  | 'WAV'
  /** A picture, or an animation. */
  | 'WEBP'
  /** Atoms and where they are. */
  | 'XYZ'
  /** The frames of an animation as PNG, in a ZIP file. */
  | 'ZIP';

/** What a model makes. */
export type OutputKind =
  /** Atoms in space. */
  | 'MOLECULE'
  /** Pictures. */
  | 'PICTURE'
  /** Points in space. */
  | 'POINTS'
  /** Sounds. */
  | 'SOUND'
  /** Animations. */
  | 'VIDEO'
  /** Bodies, as the surface of what a grid of values encloses. */
  | 'VOXELS';

/** Where a page ends, and whether there is more. */
export type PageInfo = {
  readonly __typename: 'PageInfo';
  /** Cursor of the last: give it as `after`. */
  readonly endCursor: Maybe<Scalars['String']['output']>;
  /** Whether more follow. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Pages go forward only: true where `after` was given. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first. */
  readonly startCursor: Maybe<Scalars['String']['output']>;
};

/** The model, or why there is none. */
export type PinModelResult = InvalidInput | Model;

/** From one noise level to another: x = alpha * clean + sigma * noise. */
export type PlannedStep = {
  readonly __typename: 'PlannedStep';
  /** Before the step. */
  readonly alpha: Scalars['Float']['output'];
  /** From 0. */
  readonly index: Scalars['Int']['output'];
  /** After the step. */
  readonly nextAlpha: Scalars['Float']['output'];
  /** After the step. */
  readonly nextSigma: Scalars['Float']['output'];
  /** Before the step. */
  readonly sigma: Scalars['Float']['output'];
  /** alpha^2 / sigma^2 before the step; null where it is infinite. */
  readonly signalToNoise: Maybe<Scalars['Float']['output']>;
  /** What the network is told. */
  readonly timestep: Scalars['Float']['output'];
};

/** A sampler, a conditioner or a schedule. */
export type Plugin = {
  /** Other names that it answers to. */
  readonly aliases: ReadonlyArray<Scalars['String']['output']>;
  /** Unique among all nodes. */
  readonly id: Scalars['ID']['output'];
  /** Its field on the typed input; null where its options cannot be said in GraphQL. */
  readonly inputField: Maybe<Scalars['String']['output']>;
  /** JSON Schema (2020-12) of `PluginCall.options`. */
  readonly jsonSchema: Scalars['JSON']['output'];
  /** What `PluginCall.name` takes; case, hyphens and blanks do not matter there. */
  readonly name: Scalars['ID']['output'];
  /** What it takes. */
  readonly options: ReadonlyArray<PluginOption>;
  /** What it is, in a sentence. */
  readonly summary: Scalars['String']['output'];
};

/** A plugin by its name, for clients that do not know the typed inputs. */
export type PluginCall = {
  /** The plugin's name, such as `euler-ancestral`. */
  readonly name: Scalars['ID']['input'];
  /** Its options by name; defaults fill in the rest. */
  readonly options?: InputMaybe<Scalars['JSON']['input']>;
};

/** Something that happened to a plugin file. */
export type PluginEvent = {
  readonly __typename: 'PluginEvent';
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Where in the line, from 1. */
  readonly column: Maybe<Scalars['Int']['output']>;
  /** The file it comes from. */
  readonly file: Scalars['String']['output'];
  /** Where in the file, from 1. */
  readonly line: Maybe<Scalars['Int']['output']>;
  /** The plugin's name, or the file's where it has none yet. */
  readonly name: Scalars['String']['output'];
  /** Why it failed. */
  readonly reason: Maybe<Scalars['String']['output']>;
  /** What happened. */
  readonly type: PluginEventType;
};

/** What happened to a plugin file. */
export type PluginEventType =
  /** Its file cannot be loaded: see `reason`. */
  | 'FAILED'
  /** A new plugin is there. */
  | 'LOADED'
  /** Its file changed, and it was loaded again. */
  | 'RELOADED'
  /** Its file is gone. */
  | 'REMOVED';

/** One option of a plugin. */
export type PluginOption = {
  readonly __typename: 'PluginOption';
  /** What it does. */
  readonly about: Scalars['String']['output'];
  /** What a CHOICE takes by name. */
  readonly choices: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** What holds where it is not given. */
  readonly default: Maybe<Scalars['JSON']['output']>;
  /** The same names as the typed input spells them. */
  readonly enumValues: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** What values it takes. */
  readonly kind: OptionKind;
  /** Highest number taken. */
  readonly max: Maybe<Scalars['Float']['output']>;
  /** Lowest number taken. */
  readonly min: Maybe<Scalars['Float']['output']>;
  /** Its name in `PluginCall.options`. */
  readonly name: Scalars['String']['output'];
  /** Whether it must be given. */
  readonly required: Scalars['Boolean']['output'];
};

/** An expected failure: what was wrong, what is allowed, what to do. */
export type Problem = {
  /** For programs. */
  readonly code: ErrorCode;
  /** Path of the input at fault, such as `sampler.options.eta`. */
  readonly field: Maybe<Scalars['String']['output']>;
  /** For people. */
  readonly message: Scalars['String']['output'];
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: Scalars['Boolean']['output'];
};

export type Query = {
  readonly __typename: 'Query';
  /** Conditioners that are loaded, by name. */
  readonly conditioners: ReadonlyArray<Conditioner>;
  /**
   * The forward process on an uploaded picture, in pixel space, at the noise levels that the model was trained on: for each timestep q(x_t | x_0) in closed form
   * (Ho et al. 2020, eq. 4), and the single step q(x_t | x_(t-1)) (eq. 2). The picture is scaled down to at most 256 pixels a side.
   */
  readonly forwardProcess: ForwardProcessResult;
  /** One generation, or null where there is none of that id. */
  readonly generation: Maybe<Generation>;
  /** Generations, newest first. */
  readonly generations: GenerationConnection;
  /** One operation on a model, or null where there is none of that id. */
  readonly modelOperation: Maybe<ModelOperation>;
  /** Operations on models of the last days, newest first. */
  readonly modelOperations: ReadonlyArray<ModelOperation>;
  /** Models that are installed, also those that are damaged (with their `problem`). */
  readonly models: ReadonlyArray<Model>;
  /** Any node by its id, or null. */
  readonly node: Maybe<Node>;
  /** Plugin files that failed to load, with the reason. */
  readonly pluginFailures: ReadonlyArray<PluginEvent>;
  /** What runs here: worker processes, devices, versions, memory, limits. */
  readonly runtime: Runtime;
  /** What `recommendSampler` answered before under that id, as it stands now; null where there is none. */
  readonly samplerAdvice: Maybe<SamplerAdvice>;
  /** Samplers that are loaded, by name. */
  readonly samplers: ReadonlyArray<Sampler>;
  /** The steps that exactly this request would make, without making them. */
  readonly schedule: SchedulePlanResult;
  /** Noise schedules, by name. */
  readonly schedules: ReadonlyArray<Schedule>;
};


export type QueryForwardProcessArgs = {
  image: Scalars['ID']['input'];
  model: InputMaybe<Scalars['ID']['input']>;
  seed?: Scalars['Seed']['input'];
  timesteps: ReadonlyArray<Scalars['Int']['input']>;
};


export type QueryGenerationArgs = {
  id: Scalars['ID']['input'];
};


export type QueryGenerationsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  filter: InputMaybe<GenerationFilter>;
  first?: Scalars['Int']['input'];
};


export type QueryModelOperationArgs = {
  id: Scalars['ID']['input'];
};


export type QueryModelOperationsArgs = {
  first?: Scalars['Int']['input'];
};


export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


export type QuerySamplerAdviceArgs = {
  id: Scalars['ID']['input'];
};


export type QueryScheduleArgs = {
  input: GenerateInput;
};

/** It waits for a worker. */
export type QueuedEvent = GenerationEvent & {
  readonly __typename: 'QueuedEvent';
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Whose event it is. */
  readonly generationId: Scalars['ID']['output'];
  /** A cursor for `after`. */
  readonly id: Scalars['ID']['output'];
  /** Generations before it. */
  readonly position: Scalars['Int']['output'];
  /** From 1; also a cursor for `after`. */
  readonly sequence: Scalars['Int']['output'];
};

/** What a picture may cost, given as `networkCalls` or as `milliseconds`, one of the two, and what it is measured on. */
export type RecommendSamplerInput = {
  /** Where to measure. */
  readonly device?: InputMaybe<DeviceChoice>;
  /** Classifier-free guidance, 0 to 100; the model's default when left out. Advice depends on it. */
  readonly guidanceScale?: InputMaybe<Scalars['Float']['input']>;
  /** Pixels; the model's default when left out. */
  readonly height?: InputMaybe<Scalars['Int']['input']>;
  /** Time for one picture on the device where it is measured, decoding not counted; up to 600000. */
  readonly milliseconds?: InputMaybe<Scalars['Float']['input']>;
  /** A model's name; the default model when left out. */
  readonly model?: InputMaybe<Scalars['ID']['input']>;
  /** Calls of the network for one picture, 1 to 1000. Guidance does not count twice. */
  readonly networkCalls?: InputMaybe<Scalars['Int']['input']>;
  /** What the measured pictures show, for models that take text; a simple one when left out. */
  readonly prompt?: InputMaybe<Scalars['String']['input']>;
  /** Only samplers that draw noise on their way (true), or only those that do not (false); all when left out. */
  readonly stochastic?: InputMaybe<Scalars['Boolean']['input']>;
  /** Pixels; the model's default when left out. */
  readonly width?: InputMaybe<Scalars['Int']['input']>;
};

/** The advice as it stands, or why there can be none. */
export type RecommendSamplerResult = InvalidInput | SamplerAdvice | Unavailable;

/** What is there after plugins were loaded again. */
export type ReloadPluginsPayload = {
  readonly __typename: 'ReloadPluginsPayload';
  /** As they are now. */
  readonly conditioners: ReadonlyArray<Conditioner>;
  /** Files that failed to load. */
  readonly failures: ReadonlyArray<PluginEvent>;
  /** As they are now. */
  readonly samplers: ReadonlyArray<Sampler>;
};

/** The server and its workers. */
export type Runtime = {
  readonly __typename: 'Runtime';
  /** Devices as the workers report them, those first that can be used. */
  readonly devices: ReadonlyArray<RuntimeDevice>;
  /** What computes; null while no worker has reported. */
  readonly engine: Maybe<Scalars['String']['output']>;
  /** What requests may ask for. */
  readonly limits: Limits;
  /** Of the process that answers. */
  readonly memory: Memory;
  /** Threads of all workers together. */
  readonly threads: Scalars['Int']['output'];
  /** Of the process that answers. */
  readonly uptimeSeconds: Scalars['Float']['output'];
  /** Of what runs here. */
  readonly versions: ReadonlyArray<Version>;
  /** The processes that compute. */
  readonly workers: ReadonlyArray<Worker>;
};

/** Something that networks can run on. */
export type RuntimeDevice = {
  readonly __typename: 'RuntimeDevice';
  /** Whether it works here. */
  readonly available: Scalars['Boolean']['output'];
  /** Whether runs go to it unless they say otherwise. */
  readonly chosen: Scalars['Boolean']['output'];
  /** Which one it is, or why it cannot be used, in the provider's own words. */
  readonly detail: Scalars['String']['output'];
  /** `cuda`, `cpu` or `wasm`. */
  readonly device: Scalars['String']['output'];
};

/** Solves the reverse process: walks from noise to a picture. */
export type Sampler = Node & Plugin & {
  readonly __typename: 'Sampler';
  /** Other names that it answers to. */
  readonly aliases: ReadonlyArray<Scalars['String']['output']>;
  /** Where the method was published. */
  readonly cites: Scalars['String']['output'];
  /** Unique among all nodes. */
  readonly id: Scalars['ID']['output'];
  /** Its field on the typed input; null where it has none. */
  readonly inputField: Maybe<Scalars['String']['output']>;
  /** JSON Schema (2020-12) of `PluginCall.options`. */
  readonly jsonSchema: Scalars['JSON']['output'];
  /** What it is called. */
  readonly name: Scalars['ID']['output'];
  /** What it takes. */
  readonly options: ReadonlyArray<PluginOption>;
  /** Convergence order on the probability-flow ODE; null where noise is added. */
  readonly order: Maybe<Scalars['Int']['output']>;
  /** The sampler that this is a preset of. */
  readonly presetOf: Maybe<Scalars['ID']['output']>;
  /** Whether it adds noise between steps. */
  readonly stochastic: Scalars['Boolean']['output'];
  /** What it is, in a sentence. */
  readonly summary: Scalars['String']['output'];
};

/** A measurement of samplers on a model. While it is not finished, the table is empty and `best` is null. */
export type SamplerAdvice = {
  readonly __typename: 'SamplerAdvice';
  /** The nearest to its reference. */
  readonly best: Maybe<MeasuredSampler>;
  /** Where it was measured. */
  readonly device: Maybe<Scalars['String']['output']>;
  /** Why it failed. */
  readonly failure: Maybe<Failure>;
  /** Of the measurement: `generationEvents`, `cancelGeneration` and `deleteGeneration` take it. */
  readonly id: Scalars['ID']['output'];
  /** What one call takes on this device. */
  readonly millisecondsPerCall: Maybe<Scalars['Float']['output']>;
  /** The model's name. */
  readonly modelName: Scalars['ID']['output'];
  /** What a picture may cost, in calls of the network. */
  readonly networkCalls: Maybe<Scalars['Int']['output']>;
  /** Steps of the runs that the others are compared with. */
  readonly referenceSteps: Maybe<Scalars['Int']['output']>;
  /** Why samplers are not in the table: they cannot run on this model, or one step costs more than is allowed. */
  readonly refused: ReadonlyArray<Scalars['String']['output']>;
  /** How it stands. */
  readonly status: GenerationStatus;
  /** All that were measured, the nearest to its reference first. */
  readonly table: ReadonlyArray<MeasuredSampler>;
};

/** Exactly one sampler. One typed field for each sampler that is loaded, and `plugin` for any by name. */
export type SamplerInput =
  /** Any sampler by name. */
  { readonly plugin: PluginCall; };

/** Decides on the noise levels that a run visits. */
export type Schedule = Node & Plugin & {
  readonly __typename: 'Schedule';
  /** Other names that it answers to. */
  readonly aliases: ReadonlyArray<Scalars['String']['output']>;
  /** Unique among all nodes. */
  readonly id: Scalars['ID']['output'];
  /** Its field on the typed input; null where it has none. */
  readonly inputField: Maybe<Scalars['String']['output']>;
  /** JSON Schema (2020-12) of `PluginCall.options`. */
  readonly jsonSchema: Scalars['JSON']['output'];
  /** What it is called. */
  readonly name: Scalars['ID']['output'];
  /** What it takes. */
  readonly options: ReadonlyArray<PluginOption>;
  /** What it is, in a sentence. */
  readonly summary: Scalars['String']['output'];
};

/** Exactly one schedule. One typed field for each schedule, and `plugin` for any by name. */
export type ScheduleInput =
  /** Any schedule by name. */
  { readonly plugin: PluginCall; };

/** The run that a request would make. */
export type SchedulePlan = {
  readonly __typename: 'SchedulePlan';
  /** How much of the clean picture each level holds, the last being where the run ends. */
  readonly alphas: ReadonlyArray<Scalars['Float']['output']>;
  /** Spread of the noise that the run starts from. */
  readonly initNoiseSigma: Scalars['Float']['output'];
  /** The sampler that would walk it. */
  readonly sampler: ChosenPlugin;
  /** How much noise each level holds, the last being where the run ends. */
  readonly sigmas: ReadonlyArray<Scalars['Float']['output']>;
  /** alpha^2 / sigma^2 of each level; null where it is infinite, as at an end without noise. */
  readonly signalToNoise: ReadonlyArray<Maybe<Scalars['Float']['output']>>;
  /** Steps of the schedule that are left out before the first one, where a run starts from a picture. */
  readonly skippedSteps: Scalars['Int']['output'];
  /** The steps, in order. */
  readonly steps: ReadonlyArray<PlannedStep>;
  /** What the network is told at each step. */
  readonly timesteps: ReadonlyArray<Scalars['Float']['output']>;
};

/** The plan, or why there is none. */
export type SchedulePlanResult = InvalidInput | SchedulePlan | Unavailable;

/** How the generation stands as the subscription opens. It is not stored: its sequence is the cursor that was given. */
export type SnapshotEvent = GenerationEvent & {
  readonly __typename: 'SnapshotEvent';
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** As it stands. */
  readonly generation: Generation;
  /** Whose event it is. */
  readonly generationId: Scalars['ID']['output'];
  /** A cursor for `after`. */
  readonly id: Scalars['ID']['output'];
  /** From 1; also a cursor for `after`. */
  readonly sequence: Scalars['Int']['output'];
};

/** A further model. Its conditioners may take what the model before it made as the picture `previous`; where none does, an upscaler is shown it and any other model starts from it. */
export type StageInput = {
  /**
   * Share of the run (0 to 1, of the training timesteps) after which it takes over the noisy sample and makes the rest, as SDXL's refiner does; 0.8 is usual.
   * Left out, it takes the finished picture.
   */
  readonly after?: InputMaybe<Scalars['Float']['input']>;
  /** What steers it, in the order in which it is applied. */
  readonly conditioners?: InputMaybe<ReadonlyArray<ConditionerInput>>;
  /** Classifier-free guidance. */
  readonly guidanceScale?: InputMaybe<Scalars['Float']['input']>;
  /** Pixels; those of the model before it when left out; of an upscaler, what it makes of them. */
  readonly height?: InputMaybe<Scalars['Int']['input']>;
  /** The model's name. */
  readonly model: Scalars['ID']['input'];
  /** What the picture should not show. */
  readonly negativePrompt?: InputMaybe<Scalars['String']['input']>;
  /** What the picture shows; the words of the model before it when left out. */
  readonly prompt?: InputMaybe<Scalars['String']['input']>;
  /** Its own unless it takes over within a run. */
  readonly sampler?: InputMaybe<SamplerInput>;
  /** Its own unless it takes over within a run. */
  readonly schedule?: InputMaybe<ScheduleInput>;
  /** Its own unless it takes over within a run. */
  readonly steps?: InputMaybe<Scalars['Int']['input']>;
  /** Pixels; those of the model before it when left out; of an upscaler, what it makes of them. */
  readonly width?: InputMaybe<Scalars['Int']['input']>;
};

/** The run begins, or begins again after a worker died. */
export type StartedEvent = GenerationEvent & {
  readonly __typename: 'StartedEvent';
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** From 1. */
  readonly attempt: Scalars['Int']['output'];
  /** What computes: `cuda`, `cpu` or `wasm`. */
  readonly device: Scalars['String']['output'];
  /** Whose event it is. */
  readonly generationId: Scalars['ID']['output'];
  /** A cursor for `after`. */
  readonly id: Scalars['ID']['output'];
  /** The sampler's name. */
  readonly sampler: Scalars['String']['output'];
  /** From 1; also a cursor for `after`. */
  readonly sequence: Scalars['Int']['output'];
  /** The noise level of each step. */
  readonly sigmas: ReadonlyArray<Scalars['Float']['output']>;
  /** What the network is told at each step. */
  readonly timesteps: ReadonlyArray<Scalars['Float']['output']>;
};

/** One step of the sampler. */
export type StepEvent = GenerationEvent & {
  readonly __typename: 'StepEvent';
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Left, by the speed so far. */
  readonly etaMilliseconds: Maybe<Scalars['Float']['output']>;
  /** Whose event it is. */
  readonly generationId: Scalars['ID']['output'];
  /** A cursor for `after`. */
  readonly id: Scalars['ID']['output'];
  /** From 0. */
  readonly index: Scalars['Int']['output'];
  /** Of this step. */
  readonly milliseconds: Scalars['Float']['output'];
  /** Calls of the network so far. */
  readonly networkCalls: Scalars['Int']['output'];
  /** 0 to 100. */
  readonly percent: Maybe<Scalars['Float']['output']>;
  /** A small PNG of the present estimate, as a data URI. */
  readonly preview: Maybe<Scalars['String']['output']>;
  /** From 1; also a cursor for `after`. */
  readonly sequence: Scalars['Int']['output'];
  /** The noise level. */
  readonly sigma: Scalars['Float']['output'];
  /** What the network is told. */
  readonly timestep: Scalars['Float']['output'];
  /** Null where a sampler decides on its steps as it goes. */
  readonly total: Maybe<Scalars['Int']['output']>;
};

export type Subscription = {
  readonly __typename: 'Subscription';
  /**
   * A snapshot, then every stored event after the cursor, then live ones; completes after the one that ends the generation (SucceededEvent, FailedEvent or CancelledEvent).
   * A client that comes back with the last cursor it saw misses nothing.
   */
  readonly generationEvents: GenerationEvent;
  /** How an operation on a model stands, and after each change; completes when it has ended. */
  readonly modelOperation: ModelOperation;
  /** What happens to plugin files: loaded, reloaded, removed, failed. */
  readonly pluginEvents: PluginEvent;
};


export type SubscriptionGenerationEventsArgs = {
  after: InputMaybe<Scalars['ID']['input']>;
  id: Scalars['ID']['input'];
  previewEvery?: Scalars['Int']['input'];
};


export type SubscriptionModelOperationArgs = {
  id: Scalars['ID']['input'];
};

/** It ended well. */
export type SucceededEvent = GenerationEvent & {
  readonly __typename: 'SucceededEvent';
  /** The pictures. */
  readonly artifacts: ReadonlyArray<Artifact>;
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Whose event it is. */
  readonly generationId: Scalars['ID']['output'];
  /** A cursor for `after`. */
  readonly id: Scalars['ID']['output'];
  /** From the start of the run. */
  readonly milliseconds: Scalars['Float']['output'];
  /** From 1; also a cursor for `after`. */
  readonly sequence: Scalars['Int']['output'];
};

/** The request is right, but the server cannot serve it: a damaged model, no such device, not enough memory. */
export type Unavailable = Problem & {
  readonly __typename: 'Unavailable';
  /** For programs. */
  readonly code: ErrorCode;
  /** Path of the input at fault, such as `sampler.options.eta`. */
  readonly field: Maybe<Scalars['String']['output']>;
  /** For people: what is wrong, what is allowed, what to do. */
  readonly message: Scalars['String']['output'];
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: Scalars['Boolean']['output'];
};

/** A part and its version. */
export type Version = {
  readonly __typename: 'Version';
  /** Of a part, such as `noisegraph` or `node`. */
  readonly name: Scalars['String']['output'];
  /** As it is released. */
  readonly version: Scalars['String']['output'];
};

/** A process that computes. */
export type Worker = {
  readonly __typename: 'Worker';
  /** Of weights that it keeps loaded; null for one that has not said. */
  readonly budgetBytes: Maybe<Scalars['Bytes']['output']>;
  /** Whether it is at work. */
  readonly busy: Scalars['Boolean']['output'];
  /** As it sees them. */
  readonly devices: ReadonlyArray<RuntimeDevice>;
  /** What computes. */
  readonly engine: Scalars['String']['output'];
  /** Of the process, while it lives. */
  readonly id: Scalars['ID']['output'];
  /** Kept in memory: `name on device`. */
  readonly loadedModels: ReadonlyArray<Scalars['ID']['output']>;
  /** The same with what is known of each, the last used one last. */
  readonly models: ReadonlyArray<LoadedModel>;
  /** Of the process. */
  readonly pid: Scalars['Int']['output'];
  /** Resident memory. */
  readonly rssBytes: Scalars['Bytes']['output'];
  /** When it last reported. */
  readonly seenAt: Scalars['DateTime']['output'];
  /** That it computes with. */
  readonly threads: Scalars['Int']['output'];
};
