import { Option, type Command } from 'commander'
import { settingsFrom } from '../../server/settings.js'
import { whole } from '../options.js'
import { asVariables, type ServeOptions } from './serve.js'

export default (program: Command) => program.command('worker')
  .description('take generations from the queue of a server; on as many machines as wanted (DATABASE_URL)')
  .addOption(new Option('--device <DEVICE>', 'where to run').choices(['auto', 'cuda', 'cpu', 'wasm']))
  .option('--threads <N>', 'threads for inference', whole(1, 1024))
  .option('--data <FOLDER>', 'where pictures and caches are kept; the same as the server has')
  .action(async (options: ServeOptions) => {
    const { work } = await import('../../server/main.js')
    await work(settingsFrom({ ...process.env, ...asVariables(options) }))
  })
