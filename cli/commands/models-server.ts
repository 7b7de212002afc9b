import { Option, type Command } from 'commander'
import { connect, NoisegraphProblem, type Client, type ModelOperation } from '../../client/index.js'
import { settingsFrom } from '../../server/settings.js'
import { UsageError } from '../errors.js'
import { bold, bytes, columns, dim } from '../style.js'

interface ServerOptions { readonly server?: string; readonly device?: string; readonly pin?: true }

/** `models load`, `unload`, `pin`, `unpin`, `loaded`: what a running server keeps in memory. The terminal's own commands hold a model only as long as they run. */
export default (models: Command) => {
  const add = (name: string, about: string) => models.command(name).description(about)
    .option('--server <URL>', 'the server (where NOISEGRAPH_HOST and NOISEGRAPH_PORT say)')
  const model = '<model>'
  add('load', 'load a model in the workers of a running server, before it is needed').argument(model, 'its name')
    .addOption(new Option('--device <DEVICE>', 'where to').choices(['auto', 'cuda', 'cpu', 'wasm']).default('auto'))
    .option('--pin', 'keep it loaded, whatever else is used')
    .action((name: string, { server, device = 'auto', pin }: ServerOptions) => on(server, async it => watch(it, await it.loadModel(name, { device: device.toUpperCase() as 'AUTO', pin: pin ?? false }))))
  add('unload', 'take a model out of the memory of the workers, and unpin it').argument(model, 'its name')
    .action((name: string, { server }: ServerOptions) => on(server, async it => watch(it, await it.unloadModel(name))))
  for (const [word, pinned, about] of [['pin', true, 'keep a model loaded once it is, whatever else is used'], ['unpin', false, 'let a model go again when there is no room']] as const)
    add(word, about).argument(model, 'its name').action((name: string, { server }: ServerOptions) => on(server, async it => { await it.pinModel(name, pinned); console.log(`${bold(name)}  ${word}ned`) }))
  add('loaded', 'what is in the memory of the workers of a running server').option('--json', 'as JSON')
    .action(({ server, json }: ServerOptions & { json?: true }) => on(server, async it => {
      const { runtime } = await it.request<{ runtime: { workers: Worker[] } }>('{ runtime { workers { pid budgetBytes models { name device bytes pinned } } } }')
      if (json) return console.log(JSON.stringify(runtime.workers, null, 2))
      console.log(columns(runtime.workers.flatMap(({ pid, budgetBytes, models }) => [
        [bold(`worker ${pid}`), '', dim(`${bytes(models.reduce((sum, m) => sum + m.bytes, 0))} of ${budgetBytes ? bytes(budgetBytes) : '?'}`)],
        ...models.map(m => [`  ${m.name}`, m.device, `${bytes(m.bytes)}${m.pinned ? ', pinned' : ''}`]),
      ])) || 'No worker is running.')
    }))
}
interface Worker { readonly pid: number; readonly budgetBytes: number | null; readonly models: readonly { readonly name: string; readonly device: string; readonly bytes: number; readonly pinned: boolean }[] }

async function on(server: string | undefined, work: (client: Client) => Promise<void>): Promise<void> {
  const { host, port } = settingsFrom(process.env)
  const address = server ?? `http://${host === '0.0.0.0' ? 'localhost' : host}:${port}`
  try {
    await work(connect(address))
  } catch (error) {
    if (error instanceof NoisegraphProblem) throw new UsageError(error.message)
    if (error instanceof TypeError && error.cause) throw new UsageError(`No noisegraph server answers at ${address}. Start one with "noisegraph serve", or name another with --server.`)
    throw error
  }
}

async function watch(client: Client, begun: ModelOperation): Promise<void> {
  let last = begun
  for await (const it of client.followModel(begun.id)) {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${it.part ?? it.status.toLowerCase()}  ${it.percent === null ? '' : `${Math.round(it.percent)}%`}`)
    last = it
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K')
  if (last.failure) throw new NoisegraphProblem(last.failure)
  console.log(`${bold(last.modelName)}  ${last.status === 'CANCELLED' ? 'cancelled' : last.kind === 'LOAD' ? `loaded, ${bytes(last.totalBytes)}` : 'unloaded'}`)
}
