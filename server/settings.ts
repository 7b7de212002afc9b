import { accessSync, constants, existsSync } from 'node:fs'
import { availableParallelism, homedir, totalmem } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { S3Settings } from './artifacts/s3-store.js'
import { defaultLimits, type ApiLimits } from './core/api-limits.js'
import type { DeviceChoice } from './core/order.js'

/** What an operator can decide, with every default filled in. `server/main.ts` and the terminal make it from their environment. */
export interface Settings {
  /** The folder of the package. */
  readonly root: string
  /** Folder for everything that is kept: database, pictures, caches. */
  readonly data: string
  /** Folders that hold model folders; the first that has a name wins. */
  readonly models: readonly string[]
  readonly defaultModel: string
  /** Folders (or single files) with plugins, beside those of the package. */
  readonly plugins: readonly string[]
  readonly device: DeviceChoice
  /** Threads of the engine and of ONNX Runtime's CPU provider. */
  readonly threads: number
  readonly host: string
  readonly port: number
  /** Without it, the embedded PostgreSQL runs. */
  readonly databaseUrl: string | undefined
  /** Worker processes that the server starts. */
  readonly workers: number
  /** Bytes of weights that each worker keeps loaded. */
  readonly modelMemory: number
  /** Where models are brought from, and with which access. */
  readonly hub: { readonly endpoint: string; readonly token: string | undefined }
  /** Web origins beside the server's own that may call the API from a browser; `*` lets all. */
  readonly origins: readonly string[]
  /** An object store for finished files, in place of a folder. */
  readonly s3: S3Settings | undefined
  /** What one request to the API may ask for. */
  readonly limits: ApiLimits
  /** V8's joining of 128-bit operations into 256-bit ones, for the engine. */
  readonly revectorize: boolean
  /** What the engine holds weights as: as they are stored, or converted when they are loaded. */
  readonly precision: Precision
  /** Whether the engine leaves weights on disk and reads them in every run: true, or through how many bytes of memory. */
  readonly stream: boolean | number
  /** Whether packed weights are kept on disk for the next start: beside the model, or in this folder where that cannot be written to. */
  readonly packed: false | string
  readonly logLevel: LogLevel
}

export const precisions = ['stored', 'fp32', 'fp16', 'int8', 'int4'] as const
export type Precision = typeof precisions[number]

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = typeof logLevels[number]

const root = resolve(fileURLToPath(import.meta.url), '../../..')

/** What each variable means, for `noisegraph serve --help` and the docs. */
export const variables = {
  NOISEGRAPH_DATA: 'folder for the database, pictures and caches (data/ in a checkout, else ~/.local/share/noisegraph)',
  NOISEGRAPH_MODELS: 'more folders that hold model folders, separated as in PATH',
  NOISEGRAPH_MODEL: 'the default model (emoji64)',
  NOISEGRAPH_PLUGINS: 'more folders or files with plugins, separated as in PATH',
  NOISEGRAPH_DEVICE: 'auto, cuda, cpu or wasm (auto: the first that works)',
  NOISEGRAPH_THREADS: 'threads for inference (the number of cores)',
  NOISEGRAPH_HOST: 'address to listen on (127.0.0.1)',
  NOISEGRAPH_PORT: 'port to listen on, 0 for any free one (4000)',
  NOISEGRAPH_WORKERS: 'worker processes (1)',
  NOISEGRAPH_MODEL_MEMORY: 'bytes of weights that each worker keeps loaded, such as 12G; the least recently used models go first (half of the memory, shared by the workers)',
  NOISEGRAPH_ORIGINS: 'origins of web pages that may call the API, separated by commas, such as https://studio.example; * lets all (this server and this machine)',
  NOISEGRAPH_LIMITS: `what one request may ask for, such as uploadBytes=100M,queryDepth=20 (${Object.entries(defaultLimits).map(([name, value]) => `${name}=${value}`).join(', ')})`,
  NOISEGRAPH_S3: 'bucket of an S3-compatible store for finished files, in place of a folder, with a prefix or without: https://s3.eu-central-1.amazonaws.com/BUCKET/PREFIX; with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION (us-east-1)',
  NOISEGRAPH_S3_LINKS: 'seconds that links into that store live, which readers are sent to, up to 604800 (0: this server passes the files on)',
  AWS_ACCESS_KEY_ID: 'access to that store',
  AWS_SECRET_ACCESS_KEY: 'access to that store',
  AWS_SESSION_TOKEN: 'access to that store, where it is for a while',
  AWS_REGION: 'region of that store (us-east-1)',
  HF_ENDPOINT: 'the hub that models are pulled from, or a mirror (https://huggingface.co)',
  HF_TOKEN: 'access to the hub, for models that need it',
  NOISEGRAPH_REVECTORIZE: 'on or off: 256-bit operations in the engine, an experimental feature of V8 (on)',
  NOISEGRAPH_PRECISION: 'stored, fp32, fp16, int8 or int4: what the engine holds weights as (stored: as they are in the files)',
  NOISEGRAPH_STREAM: 'off, on, or MiB of memory: the engine leaves weights on disk and reads them in every run (off)',
  NOISEGRAPH_PACKED: 'on or off: keep packed weights beside the model, or with the other data where that cannot be written to (on)',
  NOISEGRAPH_LOG: `${logLevels.join(', ')} (warn)`,
  DATABASE_URL: 'a PostgreSQL to use instead of the embedded one',
} as const

/** @throws {RangeError} naming the variable at fault and what it takes. */
export function settingsFrom(env: Readonly<Record<string, string | undefined>>): Settings {
  const value = (name: keyof typeof variables) => env[name]?.trim() || undefined
  const paths = (name: keyof typeof variables) => (value(name)?.split(process.platform === 'win32' ? ';' : ':') ?? []).filter(Boolean).map(p => resolve(p))
  const whole = (name: keyof typeof variables, preset: number, min: number, max: number) => {
    const given = value(name)
    const number = given === undefined ? preset : Number(given)
    if (!Number.isInteger(number) || number < min || number > max) throw new RangeError(`${name} must be a whole number from ${min} to ${max}, got "${given}".`)
    return number
  }
  const device = value('NOISEGRAPH_DEVICE') ?? 'auto'
  if (!isDevice(device)) throw new RangeError(`NOISEGRAPH_DEVICE must be auto, cuda, cpu or wasm, got "${device}".`)
  const revectorize = value('NOISEGRAPH_REVECTORIZE') ?? 'on'
  if (revectorize !== 'on' && revectorize !== 'off') throw new RangeError(`NOISEGRAPH_REVECTORIZE must be on or off, got "${revectorize}".`)
  const precision = value('NOISEGRAPH_PRECISION') ?? 'stored'
  if (!isPrecision(precision)) throw new RangeError(`NOISEGRAPH_PRECISION must be one of ${precisions.join(', ')}, got "${precision}".`)
  const stream = value('NOISEGRAPH_STREAM') ?? 'off'
  const packed = value('NOISEGRAPH_PACKED') ?? 'on'
  if (packed !== 'on' && packed !== 'off') throw new RangeError(`NOISEGRAPH_PACKED must be on or off, got "${packed}".`)
  const data = resolve(value('NOISEGRAPH_DATA') ?? dataFolder())
  const logLevel = value('NOISEGRAPH_LOG') ?? 'warn'
  if (!isLogLevel(logLevel)) throw new RangeError(`NOISEGRAPH_LOG must be one of ${logLevels.join(', ')}, got "${logLevel}".`)
  const workers = whole('NOISEGRAPH_WORKERS', 1, 0, 64)
  const endpoint = value('HF_ENDPOINT') ?? 'https://huggingface.co'
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint)) throw new RangeError(`HF_ENDPOINT must be a URL such as https://huggingface.co, got "${endpoint}".`)
  return {
    root, device, logLevel, revectorize: revectorize === 'on', precision, data,
    stream: stream === 'on' || stream === 'off' ? stream === 'on' : whole('NOISEGRAPH_STREAM', 512, 64, 4096) * 2 ** 20,
    packed: packed === 'on' && join(data, 'packed'),
    models: [...paths('NOISEGRAPH_MODELS'), join(root, 'models')],
    defaultModel: value('NOISEGRAPH_MODEL') ?? 'emoji64',
    plugins: paths('NOISEGRAPH_PLUGINS'),
    threads: whole('NOISEGRAPH_THREADS', availableParallelism(), 1, 1024),
    host: value('NOISEGRAPH_HOST') ?? '127.0.0.1',
    port: whole('NOISEGRAPH_PORT', 4000, 0, 65535),
    databaseUrl: value('DATABASE_URL'),
    workers,
    modelMemory: bytesFrom('NOISEGRAPH_MODEL_MEMORY', value('NOISEGRAPH_MODEL_MEMORY')) ?? Math.floor(totalmem() / 2 / Math.max(1, workers)),
    hub: { endpoint: endpoint.replace(/\/+$/, ''), token: value('HF_TOKEN') },
    origins: originsFrom(value('NOISEGRAPH_ORIGINS')),
    s3: s3From(value, whole('NOISEGRAPH_S3_LINKS', 0, 0, 604_800)),
    limits: limitsFrom(value('NOISEGRAPH_LIMITS')),
  }
}

/** `12G`, `800M`, or a number of bytes. */
function bytesFrom(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(text) ?? []
  const bytes = Number(number) * 1024 ** ' KMGT'.indexOf(unit.toUpperCase() || ' ')
  if (number === undefined || !Number.isSafeInteger(Math.round(bytes))) throw new RangeError(`${name} must be a number of bytes such as 12G or 800M, got "${text}".`)
  return Math.round(bytes)
}

function s3From(value: (name: keyof typeof variables) => string | undefined, links: number): S3Settings | undefined {
  const address = value('NOISEGRAPH_S3')
  if (address === undefined) return undefined
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol) || new URL(address).search) throw new RangeError(`NOISEGRAPH_S3 must be the URL of a bucket, such as https://s3.eu-central-1.amazonaws.com/pictures, got "${address}".`)
  const [accessKeyId, secretAccessKey] = [value('AWS_ACCESS_KEY_ID'), value('AWS_SECRET_ACCESS_KEY')]
  if (!accessKeyId || !secretAccessKey) throw new RangeError('NOISEGRAPH_S3 needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.')
  return { address, accessKeyId, secretAccessKey, region: value('AWS_REGION') ?? 'us-east-1', sessionToken: value('AWS_SESSION_TOKEN'), ...(links > 0 && { linkSeconds: links }) }
}

/** `uploadBytes=100M, queryDepth=20`: those that are named, beside the usual ones. */
function limitsFrom(text: string | undefined): ApiLimits {
  const limits: Record<string, number> = { ...defaultLimits }
  for (const one of (text ?? '').split(',').map(t => t.trim()).filter(Boolean)) {
    const [name, value] = one.split('=').map(t => t.trim()) as [string, string?]
    if (!Object.hasOwn(defaultLimits, name) || !value) throw new RangeError(`NOISEGRAPH_LIMITS must list some of ${Object.keys(defaultLimits).join(', ')} as NAME=NUMBER, got "${one}".`)
    limits[name] = bytesFrom(`NOISEGRAPH_LIMITS: ${name}`, value)!
  }
  return limits as unknown as ApiLimits
}

/** `https://a.example, https://b.example:8080`, or `*`. */
function originsFrom(text: string | undefined): readonly string[] {
  const all = (text ?? '').split(',').map(t => t.trim().replace(/\/$/, '')).filter(Boolean)
  for (const one of all) if (one !== '*' && (!URL.canParse(one) || new URL(one).origin !== one)) throw new RangeError(`NOISEGRAPH_ORIGINS must list origins such as https://studio.example, or be *, got "${one}".`)
  return all
}

const isPrecision = (word: string): word is Precision => (precisions as readonly string[]).includes(word)
const isLogLevel = (word: string): word is LogLevel => (logLevels as readonly string[]).includes(word)
const isDevice = (word: string): word is DeviceChoice => ['auto', 'cuda', 'cpu', 'wasm'].includes(word)

/** In a checkout that this user may write to, its own `data/`; else the user's. */
function dataFolder(): string {
  const own = join(root, 'data')
  if (!root.includes(`${sep}node_modules${sep}`) && writable(existsSync(own) ? own : dirname(own))) return own
  return join(homedir(), '.local/share/noisegraph')
}

function writable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch { return false }
}
