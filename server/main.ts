/** The programs `serve` and `worker`. This file and the terminal's commands are the only readers of the environment. */
import { fork, type ChildProcess } from 'node:child_process'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { compose, tokens } from './container.js'
import { NoisegraphError } from './core/errors.js'
import { startEmbedded } from './database/embedded/postgres.js'
import { startHttp, type HttpServer } from './graphql/http.js'
import { openBackend, openStore, type Backend, type BackendOptions } from './jobs/backend.js'
import { runAsProcess } from './jobs/process.js'
import { startWorker, type JobWorker } from './jobs/worker.js'
import { createLog } from './log.js'
import { checkPull, pullModel } from './models/pull.js'
import { recipeOf } from './pipelines/recipe-text.js'
import { settingsFrom, type Settings } from './settings.js'
import { stopOnSignals, supervise, type Supervised } from './supervisor/supervise.js'

const here = fileURLToPath(import.meta.url)
const logOf = (settings: Settings) => createLog(settings.logLevel, process.stderr.isTTY)

/** Starts database, workers and API, says where to go, and runs until it is told to end. */
export async function serve(settings: Settings): Promise<void> {
  let stopping = false
  const starting = start(settings, logOf(settings))
  const stopped = stopOnSignals(starting.then(({ supervised }) => supervised), seconds => {
    stopping = true
    console.log(seconds ? `Stopping; what runs has ${seconds} s to end, Ctrl-C again hands it back at once.` : 'Handing back.')
  })
  const { url } = await starting
  if (!stopping) console.log(`noisegraph is ready: ${url}\n  GraphQL ${url}/graphql, its explorer ${url}/graphiql\n  Ctrl-C stops it.`)
  if (!stopping && !settings.workers) console.log('  No worker was asked for: generations wait until "noisegraph worker" runs.')
  await stopped
  process.exit(0)
}

async function start(settings: Settings, log: Logger): Promise<{ readonly supervised: Supervised; readonly url: string }> {
  const { url: databaseUrl, stop: stopDatabase } = await databaseOf(settings, log)
  const container = compose(settings, { watch: true })
  const artifacts = container.resolve(tokens.artifacts)
  const backend = await openBackend({ url: databaseUrl, log, artifacts, pulls: pullsOf(settings) }).catch(async (error: unknown) => {
    await stopDatabase()
    throw error
  })
  let url = ''
  const supervised = await supervise({
    backend, log, stopDatabase, workers: settings.workers,
    spawnWorker: () => spawnWorker(settings, databaseUrl),
    async listen() {
      const plugins = await container.resolve(tokens.plugins)
      const http = await listen(settings, { ...backend, plugins, artifacts, models: container.resolve(tokens.models), recipes: { read: recipeOf }, uploads: container.resolve(tokens.uploads) }, log)
      url = http.url
      return {
        async close() {
          await http.close()
          await plugins.close()
        },
      }
    },
  })
  return { supervised, url }
}

/** Takes generations from the queue until it is told to end. */
export async function work(settings: Settings): Promise<void> {
  const log = logOf(settings)
  let stopDatabase = async () => {}
  const status = await runAsProcess(async () => {
    const database = await databaseOf(settings, log)
    stopDatabase = database.stop
    return worker(settings, database.url, log)
  }, log)
  if (status === 0) await stopDatabase()
  process.exit(status)
}

/** Models go into the first folder that is looked in. */
function pullsOf({ models, hub: { endpoint, token } }: Settings): NonNullable<BackendOptions['pulls']> {
  const into = models[0]!
  return {
    check: request => checkPull({ ...request, into }).name,
    async *run(request, signal) {
      for await (const { file, bytes, totalBytes } of pullModel({ ...request, into, endpoint, signal, ...(token && { token }) })) yield { part: file, bytes, totalBytes }
    },
  }
}

/** Milliseconds that a worker waits for a database that is away, before it ends. */
const patience = 60_000

async function worker(settings: Settings, url: string, log: Logger): Promise<JobWorker> {
  const container = compose(settings, { watch: false })
  const [devices, residency, uploads] = [container.resolve(tokens.devices), container.resolve(tokens.residency), container.resolve(tokens.uploads)]
  const store = await openStore({ url, log, patience, connections: 4 })
  const started = await startWorker({
    ...store, url, log, patience,
    generate: container.resolve(tokens.generate), plugins: await container.resolve(tokens.plugins), artifacts: container.resolve(tokens.artifacts), image: id => uploads.read(id),
    models: residency,
    async describe() {
      const report = await devices.report()
      const models = residency.loaded()
      return { devices: report, threads: settings.threads, engine: report.find(one => one.chosen)?.detail ?? 'none', loadedModels: models.map(m => `${m.name} on ${m.device}`), models, budgetBytes: residency.budget }
    },
  })
  const close = async () => {
    await residency.close()
    await store.queue.close()
    await store.database.close()
  }
  return { ...started, done: started.done.then(close) }
}

interface Ours { readonly url: string; readonly stop: () => Promise<void> }

/** The PostgreSQL that the settings name, or the embedded one. */
const databaseOf = async ({ databaseUrl, data }: Settings, log: Logger): Promise<Ours> => databaseUrl ? { url: databaseUrl, stop: async () => {} } : startEmbedded(data, log)

async function listen({ port, host, defaultModel, origins, limits }: Settings, services: Parameters<typeof startHttp>[0] & Backend, log: Logger): Promise<HttpServer> {
  return startHttp(services, { port, host, log, defaultModel, origins, limits }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') throw new NoisegraphError('INTERNAL', `Port ${port} is taken, perhaps by another noisegraph. Choose another with --port or NOISEGRAPH_PORT; 0 takes any free one.`)
    if (error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL') throw new NoisegraphError('INTERNAL', `Cannot listen on ${host}:${port} (${error.code}). Choose others with --host and --port.`)
    throw error
  })
}

/** A worker on the same settings, those of the command line included. */
function spawnWorker(settings: Settings, url: string): ChildProcess {
  const env = {
    ...process.env, DATABASE_URL: url, NOISEGRAPH_DATA: settings.data, NOISEGRAPH_MODELS: settings.models.join(delimiter), NOISEGRAPH_PLUGINS: settings.plugins.join(delimiter),
    NOISEGRAPH_DEVICE: settings.device, NOISEGRAPH_THREADS: String(settings.threads), NOISEGRAPH_LOG: settings.logLevel,
    NOISEGRAPH_MODEL_MEMORY: String(settings.modelMemory),
    NOISEGRAPH_REVECTORIZE: settings.revectorize ? 'on' : 'off', NOISEGRAPH_PRECISION: settings.precision, NOISEGRAPH_PACKED: settings.packed ? 'on' : 'off',
    NOISEGRAPH_STREAM: typeof settings.stream === 'number' ? String(settings.stream / 2 ** 20) : settings.stream ? 'on' : 'off',
  }
  return fork(here, [], { env, execArgv: [] })
}

if (process.argv[1] === here) await work(settingsFrom(process.env))
