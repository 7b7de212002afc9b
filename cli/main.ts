import { readFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import bench from './commands/bench.js'
import compare from './commands/compare.js'
import conditioners from './commands/conditioners.js'
import conformance from './commands/conformance.js'
import generate from './commands/generate.js'
import inspect from './commands/inspect.js'
import models from './commands/models.js'
import recommend from './commands/recommend.js'
import samplers from './commands/samplers.js'
import schedules from './commands/schedules.js'
import serve from './commands/serve.js'
import worker from './commands/worker.js'
import { report } from './errors.js'
import { alarm } from './style.js'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }

const program = new Command('noisegraph')
  .description('Makes pictures with diffusion models, in this terminal or as a server.')
  .version(version)
  .option('--verbose', 'show the stack of an error')
  .enablePositionalOptions()
  .showHelpAfterError('(noisegraph --help, or noisegraph COMMAND --help, shows what there is)')
  .configureHelp({ subcommandTerm: command => [command.name(), ...command.registeredArguments.map(a => (a.required ? `<${a.name()}>` : `[${a.name()}]`))].join(' ') })
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, `${alarm('noisegraph:')} `)) })
  .exitOverride()
for (const add of [generate, compare, recommend, serve, worker, models, samplers, conditioners, schedules, inspect, conformance, bench]) add(program)
for (const command of program.commands) command.addOption(new Option('--verbose').hideHelp()).copyInheritedSettings(program).showHelpAfterError(`(noisegraph ${command.name()} --help shows what there is)`)

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = report(error, process.argv.includes('--verbose'))
}
