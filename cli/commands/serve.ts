import { InvalidArgumentError, Option, type Command } from 'commander'
import { precisions, settingsFrom, variables } from '../../server/settings.js'
import { whole } from '../options.js'
import { columns } from '../style.js'

export default (program: Command) => program.command('serve')
  .description('start the server, its database and a worker; then open the address that it prints')
  .option('--port <N>', 'port to listen on, 0 for any free one', whole(0, 65535))
  .option('--host <ADDRESS>', 'address to listen on')
  .option('--workers <N>', 'worker processes', whole(0, 64))
  .addOption(new Option('--device <DEVICE>', 'where to run').choices(['auto', 'cuda', 'cpu', 'wasm']))
  .option('--threads <N>', 'threads for inference', whole(1, 1024))
  .addOption(new Option('--precision <TYPE>', 'what the engine holds weights as').choices(precisions))
  .option('--data <FOLDER>', 'where everything is kept')
  .addHelpText('after', () => `\nEnvironment:\n${columns(Object.entries(variables).map(([name, about]) => [`  ${name}`, about]))}`)
  .action(async (options: ServeOptions) => {
    const { serve } = await import('../../server/main.js')
    await serve(settingsFrom({ ...process.env, ...asVariables(options) }))
  })

export interface ServeOptions { port?: number; host?: string; workers?: number; device?: string; threads?: number; precision?: string; data?: string }

/** What is said on the command line goes before the environment, and to the worker processes with it. */
export const asVariables = ({ port, host, workers, device, threads, precision, data }: ServeOptions): Record<string, string> => {
  if (host === '') throw new InvalidArgumentError('--host takes an address, such as 127.0.0.1 or 0.0.0.0.')
  const given = { NOISEGRAPH_PORT: port, NOISEGRAPH_HOST: host, NOISEGRAPH_WORKERS: workers, NOISEGRAPH_DEVICE: device, NOISEGRAPH_THREADS: threads, NOISEGRAPH_PRECISION: precision, NOISEGRAPH_DATA: data }
  return Object.fromEntries(Object.entries(given).filter(([, v]) => v !== undefined).map(([k, v]) => [k, String(v)]))
}
