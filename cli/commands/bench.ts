import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Command } from 'commander'
import { UsageError } from '../errors.js'
import { bold, columns } from '../style.js'

const folder = fileURLToPath(new URL('../../bench', import.meta.url))

/** Files of bench/ that export `run(args)`, each with the first sentence of its comment; helpers lie beside them. */
function benchmarks(): { name: string; about: string }[] {
  return (existsSync(folder) ? readdirSync(folder) : []).filter(f => f.endsWith('.js') && !f.endsWith('.test.js')).sort().flatMap(file => {
    const text = readFileSync(join(folder, file), 'utf8')
    const about = /\/\*\*\s*([\s\S]*?)\s*\*\//.exec(text)?.[1]?.replace(/\s*\n\s*\*\s*/g, ' ') ?? ''
    return /^export (async )?function run\(/m.test(text) ? [{ name: file.slice(0, -3), about }] : []
  })
}

export default (program: Command) => program.command('bench')
  .description('measure; without a name, what there is to measure')
  .argument('[name]', 'a benchmark')
  .argument('[args...]', 'its own arguments')
  .passThroughOptions().allowUnknownOption()
  .action(async (name: string | undefined, args: readonly string[]) => {
    const all = benchmarks()
    if (!name) return console.log(columns(all.map(b => [bold(b.name), b.about])))
    if (!all.some(b => b.name === name)) throw new UsageError(`There is no benchmark "${name}". There are: ${all.map(b => b.name).join(', ')}.`)
    const { run } = (await import(pathToFileURL(join(folder, `${name}.js`)).href)) as { run(args: readonly string[]): Promise<void> }
    await run(args)
  })
