import type { Command } from 'commander'
import { openTerminal } from '../terminal.js'
import { listing, one } from '../describe.js'

export default (program: Command) => program.command('conditioners')
  .description('the conditioners that are loaded; with a name, its options')
  .argument('[name]', 'a conditioner')
  .option('--json', 'as JSON')
  .action(async (name: string | undefined, { json }: { json?: true }) => {
    await using terminal = await openTerminal()
    const all = terminal.plugins.conditioners()
    if (name) one('conditioner', all, name, json)
    else listing(all, terminal.plugins.failures(), json)
  })
