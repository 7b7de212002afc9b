import type { Command } from 'commander'
import { openTerminal } from '../terminal.js'
import { listing, one } from '../describe.js'

export default (program: Command) => program.command('schedules')
  .description('the noise schedules; with a name, its options')
  .argument('[name]', 'a schedule or an alias')
  .option('--json', 'as JSON')
  .action(async (name: string | undefined, { json }: { json?: true }) => {
    await using terminal = await openTerminal()
    const all = terminal.schedules()
    if (name) one('schedule', all, name, json)
    else listing(all, [], json)
  })
