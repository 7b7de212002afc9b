import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'

const folder = mkdtempSync(join(tmpdir(), 'noisegraph-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = (name: string) => join(folder, name)

/** The command as a shell runs it. */
const noisegraph = (...args: string[]) => new Promise<{ status: number | null; out: string; err: string }>(resolve => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./main.js', import.meta.url)), ...args], { env: { ...process.env, NOISEGRAPH_DATA: folder, NOISEGRAPH_THREADS: '1' } })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => { out += chunk.toString() })
  child.stderr.on('data', (chunk: Buffer) => { err += chunk.toString() })
  child.on('close', status => resolve({ status, out, err }))
})
const quick = ['--steps', '3', '--device', 'cpu']

test('a picture, and the same bits again from its recipe', async () => {
  const first = await noisegraph('generate', 'a red apple', '--seed', '7', '--count', '2', ...quick, '--json', '--out', file('a.png'))
  expect(first).toMatchObject({ status: 0, err: '' })
  const { files, order } = JSON.parse(first.out) as { files: { file: string; seed: string; width: number }[]; order: { sampler: null } }
  expect(files).toMatchObject([{ file: file('a-0.png'), seed: '7', width: 64 }, { file: file('a-1.png'), seed: '8', width: 64 }])
  expect(order.sampler).toBeNull()
  const again = await noisegraph('generate', '--recipe', file('a-1.png'), '--out', file('again.png'))
  expect(again.status).toBe(0)
  expect(again.err).toContain('step 3/3')
  expect(readFileSync(file('again.png')).equals(readFileSync(file('a-1.png')))).toBe(true)
})

test('other formats, by the ending of the file, carry their recipe too', async () => {
  expect(await noisegraph('generate', 'a red apple', '--seed', '7', ...quick, '--quality', '60', '--out', file('a.jpg'))).toMatchObject({ status: 0 })
  expect(readFileSync(file('a.jpg')).subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]))
  expect(await noisegraph('generate', '--recipe', file('a.jpg'), '--out', file('b.jpg'))).toMatchObject({ status: 0 })
  expect(readFileSync(file('b.jpg')).equals(readFileSync(file('a.jpg')))).toBe(true)
  const { out } = await noisegraph('generate', '--recipe', file('a.jpg'), '--json', '--out', file('a.avif'))
  expect((JSON.parse(out) as { order: object }).order).toMatchObject({ seed: '7', format: 'avif', quality: 75 })
})

test('what is typed in place of a part of the recipe replaces it', async () => {
  const { out } = await noisegraph('generate', 'a blue apple', '--seed', '7', ...quick, '--json', '--sampler', 'euler-ancestral', '--option', 'eta=0.5', '--out', file('b.png'))
  expect((JSON.parse(out) as { order: object }).order).toMatchObject({ sampler: { name: 'euler-ancestral', options: { eta: 0.5 } } })
  const changed = await noisegraph('generate', 'a green apple', '--recipe', file('b.png'), '--option', 'eta=0.25', '--json', '--out', file('c.png'))
  expect((JSON.parse(changed.out) as { order: object }).order).toMatchObject({
    seed: '7', steps: 3, sampler: { name: 'euler-ancestral', options: { eta: 0.25 } }, conditioners: [{ name: 'text', options: { prompt: 'a green apple' } }],
  })
})

test('every conditioner and its options can be typed; a model that edits takes --image for that', async () => {
  const golden = (name: string) => fileURLToPath(new URL(`../../golden/models/${name}`, import.meta.url))
  const order = async (...args: string[]) => {
    const { status, out, err } = await noisegraph('generate', 'a dog', ...quick, '--json', ...args, '--out', file('with.png'))
    expect({ status, err }).toEqual({ status: 0, err: '' })
    return (JSON.parse(out) as { order: { conditioners: object[] } }).order.conditioners
  }
  await noisegraph('generate', 'a red apple', ...quick, '--out', file('start.png'))
  expect(await order('--model', golden('sd1-edit'), '--image', file('start.png'), '--with', 'edit.pictureGuidance=2')).toMatchObject([{ name: 'text' }, { name: 'edit', options: { picture: file('start.png'), pictureGuidance: 2 } }])
  const hinted = await order('--model', golden('sdxl-base'), '--with', 'size-hint.cropTop=8', '--with', 'text.prompt2=a cat', '--negative', 'fog')
  expect(hinted).toMatchObject([{ name: 'size-hint', options: { cropTop: 8 } }, { name: 'text', options: { prompt: 'a dog', prompt2: 'a cat', negativePrompt: 'fog' } }])
  expect(await order('--recipe', file('with.png'), '--model', golden('sdxl-base'), '--with', 'size-hint.cropLeft=4')).toMatchObject([{ name: 'size-hint', options: { cropTop: 8, cropLeft: 4 } }, { name: 'text', options: { prompt2: 'a cat' } }])
}, 60_000)

test('a grid over prompts, whichever conditioner reads them', async () => {
  const model = fileURLToPath(new URL('../../golden/models/unclip', import.meta.url))
  const { status, out } = await noisegraph('compare', '--model', model, '--rows', 'prompt=a fox,a cat', '--columns', 'steps=2', '--reference-steps', '2', '--device', 'cpu', '--json', '--out', file('grid.png'))
  expect(status).toBe(0)
  expect((JSON.parse(out) as { cells: object[] }).cells).toMatchObject([{ labels: ['prompt a fox', 'steps 2'] }, { labels: ['prompt a cat', 'steps 2'] }])
  expect(await noisegraph('compare', '--model', model, '--rows', 'seed=1', '--columns', 'steps=2', '--out', file('none.png'))).toMatchObject({ status: 2, err: expect.stringContaining('Say what the pictures show') })
})

test('a video from one prompt and seed to another, played at 8 frames a second; another one from it; the ending says the format', async () => {
  const plays = async (name: string) => {
    const { pages, delay, pageHeight } = await sharp(file(name), { pages: -1 }).metadata()
    return { pages, delay, pageHeight }
  }
  const way = { pages: 3, delay: [125, 125, 125], pageHeight: 64 }
  expect(await noisegraph('generate', 'a red apple', '--to', 'a blue fish', '--seed', '7', '--to-seed', '9', '--frames', '3', ...quick, '--out', file('way.webp'))).toMatchObject({ status: 0 })
  expect(await plays('way.webp')).toEqual(way)
  for (const [prompt, seed, frame] of [['a red apple', '7', 0], ['a blue fish', '9', 2]] as const) {
    await noisegraph('generate', prompt, '--seed', seed, ...quick, '--out', file('end.png'))
    expect(Buffer.compare(await sharp(file('way.webp'), { page: frame }).removeAlpha().raw().toBuffer(), await sharp(file('end.png')).removeAlpha().raw().toBuffer())).toBe(0)
  }
  const other = await noisegraph('generate', 'a green apple', '--video', file('way.webp'), '--strength', '0.5', ...quick, '--json', '--out', file('other.gif'))
  expect(other).toMatchObject({ status: 0, err: '' })
  expect((JSON.parse(other.out) as { order: object }).order).toMatchObject({ frames: 3, format: 'gif', conditioners: [{ name: 'text' }, { name: 'video-to-video', options: { clip: file('way.webp'), strength: 0.5 } }] })
  expect(await plays('other.gif')).toMatchObject({ pages: 3, pageHeight: 64 })
  expect(await noisegraph('generate', 'a green apple', '--recipe', file('way.webp'), '--out', file('frames.zip'))).toMatchObject({ status: 0 })
  expect(readFileSync(file('frames.zip')).toString('latin1').match(/frame-\d{4}\.png/g)).toHaveLength(6)
}, 60_000)

test('the plan of a network, for shapes that are given', async () => {
  const { status, out } = await noisegraph('inspect', 'emoji64', '--plan', '--shape', 'sample=2x4x8x8')
  expect(status).toBe(0)
  expect(out).toMatch(/unet\nfor sample \[2, 4, 8, 8\][^]*steps after fuse attention[^]*f32_attention[^]*launches; arena/)
})

test.each([
  ['a shape of an input that is not there', ['inspect', 'emoji64', '--plan', '--shape', 'sampel=1x4x8x8'], /No input "sampel"[^]*sample/],
  ['a shape that is none', ['inspect', 'emoji64', '--plan', '--shape', 'sample=1,4'], /sample=1x4x64x64/],
  ['an unknown command', ['genrate'], /unknown command 'genrate'[^]*generate/],
  ['an unknown option', ['generate', 'x', '--out', 'x.png', '--stpes', '3'], /--stpes[^]*--steps/],
  ['no prompt', ['generate', '--out', 'x.png'], /Say what the picture shows/],
  ['no --out', ['generate', 'x'], /--out/],
  ['a file of no known format', ['generate', 'x', '--out', 'x.bmp'], /\.png, \.webp, \.jpg/],
  ['a format that the file name contradicts', ['generate', 'x', '--out', 'x.png', '--format', 'webp'], /x\.png names a png file and --format says webp[^]*x\.webp/],
  ['a format for another kind of result', ['generate', 'x', '--out', 'x.wav'], /makes pictures, which are kept as png, webp, jpeg, avif, not as "wav"/],
  ['a quality of what loses nothing', ['generate', 'x', '--out', 'x.png', '--quality', '50'], /png keeps everything/],
  ['a grid as JPEG', ['compare', 'x', '--rows', 'steps=1', '--columns', 'seed=1', '--out', 'x.jpg'], /\.png/],
  ['0 steps', ['generate', 'x', '--out', 'x.png', '--steps', '0'], /1 to 1000/],
  ['a guidance that is not a number', ['generate', 'x', '--out', 'x.png', '--guidance', 'NaN'], /0 to 100/],
  ['an unknown sampler', ['generate', 'x', '--out', 'x.png', '--sampler', 'eulr'], /Did you mean "euler"/],
  ['an unknown option of a sampler', ['generate', 'x', '--out', 'x.png', '--sampler', 'euler', '--option', 'etta=1'], /no option "etta"/],
  ['an unknown model', ['generate', 'x', '--out', 'x.png', '--model', 'none'], /"none"[^]*emoji64/],
  ['a size that the model cannot take', ['generate', 'x', '--out', 'x.png', '--width', '65'], /multiple of 16/],
  ['a mask without a picture', ['generate', 'x', '--out', 'x.png', '--mask', 'm.png'], /--image/],
  ['an unknown conditioner', ['generate', 'x', '--out', 'x.png', '--with', 'txt.clipSkip=1'], /Did you mean "text"/],
  ['an unknown option of a conditioner', ['generate', 'x', '--out', 'x.png', '--with', 'text.clipskip=1'], /text has no option "clipskip"[^]*"clipSkip"/],
  ['an option of nothing', ['generate', 'x', '--out', 'x.png', '--with', 'clipSkip=1'], /control\.strength=0\.6/],
  ['a strength where a picture is only looked at', ['generate', 'x', '--model', fileURLToPath(new URL('../../golden/models/sd1-edit', import.meta.url)), '--image', 'a.png', '--strength', '0.5', '--out', 'x.png'], /by its conditioner "edit"/],
  ['frames that lead nowhere', ['generate', 'x', '--out', 'x.webp', '--frames', '4'], /where they lead/],
  ['a picture and a clip', ['generate', 'x', '--out', 'x.webp', '--image', 'a.png', '--video', 'a.webp'], /one of them/],
  ['a strength of nothing', ['generate', 'x', '--out', 'x.png', '--strength', '0.5'], /--image or --video/],
  ['a picture that is not there', ['generate', 'x', '--out', 'x.png', '--image', '/no/such.png'], /no file \/no\/such\.png/],
  ['a prompt of 100,000 characters', ['generate', 'x'.repeat(100_000), '--out', 'x.png'], /10000/],
  ['no server to load a model in', ['models', 'load', 'emoji64', '--server', 'http://127.0.0.1:9'], /No noisegraph server answers at http:\/\/127\.0\.0\.1:9/],
  ['a suite that is not there', ['conformance', 'everything', '.'], /samplers/],
  ['a folder without cases', ['conformance', 'samplers', fileURLToPath(new URL('.', import.meta.url))], /no recordings/],
])('%s is said, and ends with status 2', async (_, args, message) => {
  const { status, out, err } = await noisegraph(...args)
  expect(err).toMatch(message)
  expect(err).not.toMatch(/\n {4}at /)
  expect({ status, out }).toEqual({ status: 2, out: '' })
  expect(existsSync('x.png')).toBe(false)
})

test('a picture that is not one', async () => {
  writeFileSync(file('text.png'), 'no picture')
  expect(await noisegraph('generate', 'x', '--out', file('x.png'), '--image', file('text.png'))).toMatchObject({ status: 2, err: expect.stringContaining('not a picture') })
})

test('lists, as words and as JSON', async () => {
  const [samplers, euler, models] = await Promise.all([noisegraph('samplers', '--json'), noisegraph('samplers', 'Euler a'), noisegraph('models', '--json')])
  expect((JSON.parse(samplers.out) as { name: string }[]).map(s => s.name)).toEqual(expect.arrayContaining(['ddpm', 'ddim', 'euler', 'euler-ancestral', 'heun', 'dpmpp-2m', 'dpmpp-2m-sde', 'unipc']))
  expect(euler.out).toMatch(/^euler-ancestral {2}/)
  expect(JSON.parse(models.out)).toMatchObject([{ name: 'emoji64' }])
})

test('Ctrl-C ends a run with status 130 and leaves no file', async () => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./main.js', import.meta.url)), 'generate', 'x', '--steps', '1000', '--device', 'cpu', '--out', file('never.png')], { env: { ...process.env, NOISEGRAPH_DATA: folder } })
  let err = ''
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
    if (/ on cpu/.test(err) && !child.killed) child.kill('SIGINT')
  })
  expect(await new Promise(resolve => child.on('close', resolve))).toBe(130)
  expect(err).toContain('Cancelled.')
  expect(existsSync(file('never.png'))).toBe(false)
})
