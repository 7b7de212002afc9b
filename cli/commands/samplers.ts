import type { Command } from 'commander'
import { openTerminal } from '../terminal.js'
import { listing, one } from '../describe.js'

export default (program: Command) => program.command('samplers')
  .description('the samplers that are loaded; with a name, its options')
  .argument('[name]', 'a sampler, a preset or an alias')
  .option('--json', 'as JSON')
  .action(async (name: string | undefined, { json }: { json?: true }) => {
    await using terminal = await openTerminal()
    const all = terminal.samplers()
    if (name) one('sampler', all, name, json)
    else listing(all, terminal.plugins.failures(), json)
  })
