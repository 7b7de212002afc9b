import type { Command } from 'commander'
import { bold, bytes, columns, dim, red } from '../style.js'
import { openTerminal } from '../terminal.js'
import inspect from './inspect.js'
import pull from './models-pull.js'
import onServer from './models-server.js'

export default (program: Command) => {
  const models = program.command('models')
  inspect(models)
  pull(models)
  onServer(models)
  models.description('the models that are installed')
  .option('--json', 'as JSON')
  .action(async ({ json }: { json?: true }) => {
    await using terminal = await openTerminal()
    const models = await terminal.models.list()
    if (json) return console.log(JSON.stringify(models, null, 2))
    console.log(columns(models.map(m => [
      bold(m.name),
      m.problem ? red('broken') : `${m.defaults.width} x ${m.defaults.height}`,
      m.problem ? '' : bytes(m.parts.reduce((sum, p) => sum + p.bytes, 0)),
      m.problem ?? `${m.summary || m.pipeline} ${dim(`takes ${m.conditioners.join(', ')}`)}`,
    ])) || 'No model is installed: put a folder in diffusers-ONNX layout into models/, or name its parent in NOISEGRAPH_MODELS.')
  })
}
