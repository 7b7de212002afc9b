import { Option, type Command } from 'commander'
import { cellsOf } from '../../server/core/compare.js'
import type { Order } from '../../server/core/order.js'
import { wordsOf } from '../../server/core/words.js'
import { axisOf, optionNamed } from '../axis.js'
import { fillCells, planCells, type Filled } from '../cells.js'
import { UsageError } from '../errors.js'
import { drawGrid, type Tile } from '../grid.js'
import { collect, real, seed, whole } from '../options.js'
import { checkOut, formatOf, write } from '../output.js'
import { progressView } from '../progress.js'
import { silent, withInterrupt } from '../run.js'
import { bold, dim } from '../style.js'
import { openTerminal, type Terminal } from '../terminal.js'
import { request, type GenerateOptions } from './generate.js'

interface CompareOptions extends GenerateOptions { rows: string; columns: string; referenceSteps: number }

export default (program: Command) => program.command('compare')
  .description('a grid of pictures over any two options, with times and distances on it')
  .argument('[prompt]', 'what the pictures show')
  .requiredOption('--rows <NAME=VALUES>', 'what the rows differ in: sampler=euler,dpmpp-2m; also schedule, seed, guidance, prompt, sampler.eta ...')
  .requiredOption('--columns <NAME=VALUES>', 'what the columns differ in: steps=5,10,20')
  .requiredOption('-o, --out <FILE>', 'where the grid goes (.png); FILE.cells/ beside it keeps its pictures, so that a grid that was broken off goes on')
  .option('--negative <TEXT>', 'what they shall not show')
  .option('--model <NAME>', 'a model (noisegraph models lists them), or a path to a folder')
  .option('--sampler <NAME>', "the sampler where no axis names it; the model's own if left out")
  .option('--option <KEY=VALUE>', 'an option of that sampler; may be repeated', collect)
  .option('--schedule <NAME>', "the schedule where no axis names it; the model's own if left out")
  .option('--schedule-option <KEY=VALUE>', 'an option of that schedule; may be repeated', collect)
  .option('--steps <N>', 'steps where no axis names them', whole(1, 1000))
  .option('--guidance <G>', 'how closely to follow the prompt', real(0, 100))
  .option('--seed <S>', 'of all pictures, unless it is an axis', seed, '0')
  .option('--width <PIXELS>', 'width', whole(1))
  .option('--height <PIXELS>', 'height', whole(1))
  .option('--reference-steps <N>', 'steps of the pictures that distances are measured from', whole(1, 1000), 60)
  .addOption(new Option('--device <DEVICE>', 'where to run').choices(['auto', 'cuda', 'cpu', 'wasm']))
  .option('--threads <N>', 'threads to run on', whole(1, 1024))
  .option('--json', 'print one JSON object instead of words')
  .action(async (prompt: string | undefined, options: CompareOptions) => {
    if (formatOf(options.out) !== 'png') throw new UsageError(`A grid is kept as PNG: --out must end in .png, got "${options.out}".`)
    await checkOut(options.out)
    await using terminal = await openTerminal(options)
    const base = await terminal.order({ ...await request(prompt, options, terminal), count: 1 })
    const [rows, columns] = [axisOf('--rows', options.rows, base, terminal), axisOf('--columns', options.columns, base, terminal)]
    if (prompt === undefined && wordsOf(base.conditioners) && ![rows, columns].some(a => a.name === optionNamed('prompt', base))) throw new UsageError('Say what the pictures show, before the options or as an axis: --rows \'prompt=["a fox","a cat"]\'.')
    const planned = await planCells(cellsOf(base, rows, columns), terminal, options.referenceSteps)
    const filled = await withInterrupt(signal => fill(planned, terminal, options, signal))
    await write(options.out, await drawGrid({ ...await headings(base, terminal, options), ...grid(filled) }))
    if (options.json) console.log(JSON.stringify({ out: options.out, cells: filled.map(cell => ({ ...cell, png: undefined })) }))
    else console.log(`${bold(options.out)}  ${dim(`${rows.values.length} x ${columns.values.length} pictures`)}`)
  })

async function fill(planned: Parameters<typeof fillCells>[0], terminal: Terminal, { out, json }: CompareOptions, signal: AbortSignal): Promise<readonly Filled[]> {
  const view = json ? silent : progressView()
  const filling = fillCells(planned, terminal, `${out}.cells`, signal, view)
  for (;;) {
    const next = await filling.next()
    if (next.done) return next.value
    const { done, total, cell, made, kept } = next.value
    view.done(`${done}/${total}  ${cell.labels.join(', ')}  ${kept ? 'kept from before' : seconds(made.milliseconds)}`)
  }
}

function grid(cells: readonly Filled[]): { rows: string[]; columns: string[]; tiles: Tile[] } {
  const nearest = Math.min(...cells.map(c => ('distance' in c ? c.distance : Infinity)))
  const label = (which: 'row' | 'column', index: 0 | 1) => [...new Map(cells.map(c => [c[which], c.labels[index]])).values()]
  return {
    rows: label('row', 0), columns: label('column', 1),
    tiles: cells.map(({ row, column, ...cell }) => 'problem' in cell ? { row, column, caption: 'not possible', problem: cell.problem }
      : { row, column, png: cell.png, caption: `${seconds(cell.milliseconds)}, distance ${(100 * cell.distance).toFixed(1)}%`, best: cell.distance === nearest }),
  }
}

async function headings({ model, seed, guidanceScale, steps, conditioners }: Order, { devices }: Terminal, { rows, columns, device, referenceSteps }: CompareOptions) {
  const fixed = [['seed', seed], ['guidance', guidanceScale], ['steps', steps]].filter(([name]) => ![rows, columns].some(axis => axis.startsWith(String(name))))
  const where = (await devices.provider(device ?? 'auto')).device
  const prompt = wordsOf(conditioners)?.options.prompt
  return {
    title: typeof prompt === 'string' && prompt ? prompt : model,
    notes: [
      `${model} on ${where}, ${fixed.map(([name, value]) => `${name} ${value}`).join(', ')}`,
      `Distance: RMS over the pixels from ${referenceSteps} steps of heun, or of the sampler itself where it draws noise; same seed.`,
    ],
  }
}

const seconds = (milliseconds: number) => (milliseconds < 1000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1)} s`)
