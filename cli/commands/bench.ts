import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { join } from 'node:path'
import type { Command } from 'commander'
import { UsageError } from '../errors.js'
import { columns } from '../style.js'

/** What a file of bench/ exports. */
interface Bench { readonly default: { readonly about: string; run(args: readonly string[]): Promise<Readonly<Record<string, unknown>>> } }

const folder = fileURLToPath(new URL('../../bench', import.meta.url))
const names = () => (existsSync(folder) ? readdirSync(folder).filter(f => /^[^_].*\.js$/.test(f) && !f.endsWith('.test.js')).map(f => f.slice(0, -3)).sort() : [])
const load = async (name: string) => ((await import(pathToFileURL(join(folder, `${name}.js`)).href)) as Bench).default

export default (program: Command) => program.command('bench')
  .description('measure; without a name, what there is to measure')
  .argument('[name]', 'a benchmark')
  .argument('[args...]', 'its own arguments')
  .option('--json', 'print one JSON object instead of words')
  .action(async (name: string | undefined, args: readonly string[], { json }: { json?: true }) => {
    if (!name) return console.log(columns(await Promise.all(names().map(async n => [n, (await load(n)).about]))))
    if (!names().includes(name)) throw new UsageError(`There is no benchmark "${name}". There are: ${names().join(', ')}.`)
    const result = await (await load(name)).run(args)
    console.log(json ? JSON.stringify(result) : columns(Object.entries(result).map(([key, value]) => [key, typeof value === 'object' ? JSON.stringify(value) : String(value)])))
  })
