import { randomBytes } from 'node:crypto'
import { Option, type Command } from 'commander'
import { UsageError } from '../errors.js'
import { collect, real, seed, settings, stages, typed, whole } from '../options.js'
import { checkOut, fileNames, formatOf, write } from '../output.js'
import { progressView } from '../progress.js'
import { readRecipe } from '../recipe.js'
import { steering, type Steering } from '../steering.js'
import { runShown, silent, withInterrupt } from '../run.js'
import { bold, dim, duration } from '../style.js'
import { openTerminal, type Terminal } from '../terminal.js'
import type { CallRequest, OrderRequest } from '../../server/core/make-order.js'
import type { StageRequest } from '../../server/core/order-request.js'
import type { DeviceChoice } from '../../server/core/order.js'
import { find } from '../../server/core/registry.js'
import { wordsOf } from '../../server/core/words.js'
import { precisions, type Precision } from '../../server/settings.js'

export interface GenerateOptions extends Steering {
  model?: string; sampler?: string; option?: Record<string, string>; schedule?: string; scheduleOption?: Record<string, string>
  steps?: number; guidance?: number; seed?: string; count?: number; width?: number; height?: number; frames?: number; seconds?: number; points?: number
  then?: readonly StageRequest[]
  device?: DeviceChoice; threads?: number; precision?: Precision; recipe?: string; format?: string; quality?: number; out: string; json?: true
}

export default (program: Command) => program.command('generate')
  .description('make a picture, a video, a sound or a body, here, without a server')
  .argument('[prompt]', 'what the picture shows')
  .requiredOption('-o, --out <FILE>', 'where the picture goes; its ending says the format: .png, .webp, .jpg, .avif, for videos .webp, .gif, .zip (of frames), for sounds .wav, for bodies .glb, .ply, .xyz. With --count, a.png becomes a-0.png, a-1.png ...')
  .option('--negative <TEXT>', 'what it shall not show')
  .option('--model <NAME>', 'a model (noisegraph models lists them), or a path to a folder')
  .option('--sampler <NAME>', "a sampler or preset (noisegraph samplers lists them); the model's own if left out")
  .option('--option <KEY=VALUE>', 'an option of the sampler; may be repeated', collect)
  .option('--schedule <NAME>', "a noise schedule (noisegraph schedules lists them); the model's own if left out")
  .option('--schedule-option <KEY=VALUE>', 'an option of the schedule; may be repeated', collect)
  .option('--steps <N>', 'steps, 1 to 1000', whole(1, 1000))
  .option('--guidance <G>', 'how closely to follow the prompt: 1 is the plain model', real(0, 100))
  .option('--seed <S>', 'equal seeds make equal pictures; drawn if left out', seed)
  .option('--count <N>', 'pictures, 1 to 64; picture i has the seed S + i', whole(1, 64))
  .option('--width <PIXELS>', 'width', whole(1))
  .option('--height <PIXELS>', 'height', whole(1))
  .option('--frames <N>', 'of a video', whole(1))
  .option('--to <PROMPT>', 'a video (with --frames) that leads from the prompt to this one; the picture halfway without --frames')
  .option('--to-seed <S>', 'the same from the seed to this one', whole(0))
  .option('--seconds <S>', 'length of a sound', real(0, 600))
  .option('--points <N>', 'of a point cloud; atoms of a molecule', whole(1))
  .option('--image <FILE>', 'a picture to start from, or to edit, enlarge or keep to, where the model is made for that')
  .option('--video <FILE>', 'a clip to start from, an animated .webp or .gif')
  .option('--strength <X>', 'how much of --image or --video may change, 0 to 1', real(0, 1))
  .option('--mask <FILE>', 'white where --image may be painted over')
  .option('--label <N>', 'class index, for class-conditional models', whole(0))
  .option('--with <NAME.OPTION=VALUE>', 'any conditioner with an option of it, such as control.strength=0.6 or text.clipSkip=1 (noisegraph conditioners lists them); may be repeated', settings)
  .option('--then <MODEL[@SHARE]>', 'a model that goes on from the finished picture (an upscaler, another model), or takes over after that share of the run (sdxl-refiner@0.8); may be repeated', stages)
  .addOption(new Option('--device <DEVICE>', 'where to run').choices(['auto', 'cuda', 'cpu', 'wasm']))
  .option('--threads <N>', 'threads to run on', whole(1, 1024))
  .addOption(new Option('--precision <TYPE>', 'what the WASM engine holds weights as').choices(precisions))
  .option('--recipe <FILE>', 'make again what noisegraph made, from the recipe in the file; what is given beside it replaces what it says')
  .option('--format <NAME>', 'the format, where the ending of --out shall be checked against it')
  .option('--quality <N>', 'how much .webp, .jpg and .avif keep, 1 to 100; 100 is everything for .webp and .avif', whole(1, 100))
  .option('--json', 'print one JSON object instead of words')
  .action(async (prompt: string | undefined, options: GenerateOptions) => {
    const format = formatOf(options.out, options.format)
    await checkOut(options.out)
    await using terminal = await openTerminal({ device: options.device, threads: options.threads, precision: options.precision, model: options.model ?? undefined })
    const asked = await request(prompt, options, terminal)
    // The recipe's quality belongs to the recipe's format.
    const order = await terminal.order({ ...asked, format, quality: options.quality ?? (asked.format === format ? asked.quality ?? null : null) })
    if (wordsOf(order.conditioners) && prompt === undefined && !options.recipe) throw new UsageError('Say what the picture shows: noisegraph generate "a red apple on a blue background" --out apple.png')
    const began = performance.now()
    const outputs = await withInterrupt(signal => runShown(terminal.generate(order, signal), options.json ? silent : progressView()))
    const files = fileNames(options.out, outputs.length)
    for (const [i, output] of outputs.entries()) await write(files[i]!, output.bytes)
    const milliseconds = Math.round(performance.now() - began)
    if (options.json) console.log(JSON.stringify({ files: outputs.map((o, i) => ({ file: files[i], seed: o.seed, width: o.width, height: o.height, bytes: o.bytes.length })), milliseconds, order }))
    else for (const [i, o] of outputs.entries()) console.log(`${bold(files[i]!)}  ${dim(`${o.width ? `${o.width} x ${o.height}, ` : ''}seed ${o.seed}, ${duration(milliseconds)}`)}`)
  })

/** What was typed, as the request that the API would be sent. Everything is checked where the API's requests are. */
export async function request(prompt: string | undefined, o: GenerateOptions, terminal: Pick<Terminal, 'samplers' | 'schedules' | 'plugins' | 'model'>): Promise<OrderRequest> {
  if (o.option && !o.sampler && !o.recipe) throw new UsageError('--option belongs to a sampler: give --sampler NAME too.')
  if (o.scheduleOption && !o.schedule) throw new UsageError('--schedule-option belongs to a schedule: give --schedule NAME too.')
  const before = o.recipe ? await readRecipe(o.recipe) : undefined
  const sampler = o.sampler ? { name: o.sampler, options: {} } : before?.sampler
  const call = <T extends Parameters<typeof find>[1][number] & { options: Parameters<typeof typed>[0] }>(kind: string, all: readonly T[], it: { name: string; options: object }, given: Record<string, string> = {}): CallRequest =>
    ({ name: it.name, options: { ...it.options, ...typed(find(kind, all, it.name, kind).options, given) } })
  return {
    model: o.model ?? before?.model ?? null, steps: o.steps ?? before?.steps ?? null, guidanceScale: o.guidance ?? before?.guidanceScale ?? null,
    width: o.width ?? before?.width ?? null, height: o.height ?? before?.height ?? null,
    frames: o.frames ?? before?.frames ?? null, seconds: o.seconds ?? before?.seconds ?? null, points: o.points ?? before?.points ?? null, count: o.count ?? before?.count ?? null,
    seed: o.seed ?? before?.seed ?? randomBytes(4).readUInt32LE().toString(), device: o.device ?? before?.device ?? null, noise: before?.noise ?? null, format: before?.format ?? null, quality: before?.quality ?? null,
    sampler: sampler ? call('sampler', terminal.samplers(), sampler, o.option) : null,
    schedule: o.schedule ? call('schedule', terminal.schedules(), { name: o.schedule, options: {} }, o.scheduleOption) : before?.schedule ?? null,
    ...steering(prompt, o, before?.conditioners ?? [], await terminal.model(o.model ?? before?.model), terminal.plugins.conditioners()),
    stages: o.then ?? before?.stages ?? null,
  }
}
