/** The small page: a form, the stream of steps, the picture. Everything goes through the public API and its client. */
import { connect } from '/client/index.js'

const client = connect(location.origin)
const $ = id => document.getElementById(id)
const form = $('form')
let models = []
let running
/** Of a recipe that was put into the form: what the form has no field for. It goes along with the next request. */
let rest = {}

const listing = `{
  models { name summary isDefault problem makes formats reads extent { unit default min max } defaults { steps guidanceScale width height } loaded { device bytes pinned } }
  samplers { name summary presetOf }
  runtime { threads devices { device available chosen } }
}`
const recentQuery = '{ generations(first: 12, filter: { status: [SUCCEEDED] }) { nodes { id prompt modelName steps seed width height guidanceScale recipe format quality sampler { name } artifacts { url downloadUrl mimeType width height } } } }'

async function list() {
  const { models: all, samplers, runtime } = await client.request(listing)
  models = all
  form.model.replaceChildren(...all.map(m => option(m.name, m.problem ? `${m.name} (damaged)` : m.name, { title: m.problem ?? m.summary, disabled: !!m.problem, selected: m.isDefault })))
  form.sampler.append(...samplers.map(s => option(s.name, s.name, { title: s.summary })))
  const device = runtime.devices.find(d => d.chosen && d.available)
  $('runtime').textContent = device ? `runs on ${device.device}, ${runtime.threads} thread${runtime.threads === 1 ? '' : 's'}` : 'no worker is running'
  showDefaults()
}

const option = (value, text, more = {}) => Object.assign(document.createElement('option'), { value, textContent: text, ...more })

const chosenModel = () => models.find(m => m.name === form.model.value)

function showDefaults() {
  const model = chosenModel()
  for (const name of ['steps', 'guidanceScale']) form[name].placeholder = model ? String(model.defaults[name]) : ''
  form.prompt.disabled = !!model && !model.reads
  showExtent(model?.extent)
  showFormats()
  showMemory(model)
}

function showFormats() {
  const format = form.format.value
  form.format.replaceChildren(...(chosenModel()?.formats ?? []).map(f => option(f, f, { selected: f === format })))
  showQuality()
}

/** How long a video, a sound or a cloud shall be. */
function showExtent(extent) {
  $('extent').hidden = !extent
  form.extent.value = ''
  if (!extent) return
  $('unit').textContent = { FRAMES: 'Frames', SECONDS: 'Seconds', POINTS: 'Points' }[extent.unit]
  Object.assign(form.extent, { min: extent.min, max: extent.max, step: extent.unit === 'SECONDS' ? 'any' : 1, placeholder: String(Math.round(1000 * extent.default) / 1000) })
}

/** Only formats that may lose something have one. */
const usual = { JPEG: '90', WEBP: '90', AVIF: '75' }
function showQuality() {
  form.quality.disabled = !usual[form.format.value]
  form.quality.placeholder = usual[form.format.value] ?? 'keeps all'
}

function showMemory(model) {
  const [held] = model?.loaded ?? []
  $('memory').textContent = held ? `in memory on ${held.device}, ${megabytes(held.bytes)}${held.pinned ? ', pinned' : ''}` : model ? 'not in memory: the first picture waits for it' : ''
  $('load').textContent = held ? 'Unload model' : 'Load model'
  $('load').disabled = !model || !!model.problem
}

const megabytes = bytes => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`

/** Loads the chosen model, or takes it out of memory, and says how far that is. */
async function load() {
  const { name, loaded } = chosenModel()
  clearProblem()
  $('load').disabled = true
  try {
    const operation = loaded.length ? await client.unloadModel(name) : await client.loadModel(name)
    for await (const { status, part, percent, failure } of client.followModel(operation.id)) {
      if (failure) throw failure
      $('memory').textContent = status === 'RUNNING' && part ? `loading ${part}, ${Math.round(percent ?? 0)}%` : status.toLowerCase()
    }
  } catch (error) {
    problem(error)
  }
  await lookAtMemory()
}

/** What is in memory may have changed. */
async function lookAtMemory() {
  const { models: fresh } = await client.request('{ models { name loaded { device bytes pinned } } }')
  models = models.map(m => ({ ...m, ...fresh.find(f => f.name === m.name) }))
  showMemory(chosenModel())
}

/** The recipe in a file, as if its generation had been clicked. */
async function fromFile() {
  const [file] = $('file').files
  $('file').value = ''
  if (!file) return
  clearProblem()
  try {
    const recipe = await client.recipeOf(file)
    if (!models.some(m => m.name === recipe.model)) throw new Error(`It was made by the model "${recipe.model}", which this server has not.`)
    fill(recipe)
  } catch (error) {
    problem(error)
  }
}

/** What the form says; what is left empty is left to the model. */
function input() {
  const { prompt = '', negativePrompt, model, sampler, steps, guidanceScale, seed, format, quality, extent } = Object.fromEntries(new FormData(form))
  const takesText = !form.prompt.disabled
  const unit = chosenModel()?.extent?.unit.toLowerCase()
  const { samplerOptions, ...recipe } = rest
  return {
    ...(Object.keys(recipe).length && { recipe }),
    ...(takesText && { prompt: prompt.trim() || form.prompt.placeholder }),
    ...(unit && extent && { [unit]: Number(extent) }), ...(format && { format }), ...(quality && { quality: Number(quality) }),
    ...(takesText && negativePrompt.trim() && { negativePrompt: negativePrompt.trim() }),
    ...(model && { model }), ...(sampler && { sampler: { plugin: { name: sampler, ...(samplerOptions?.name === sampler && { options: samplerOptions.options }) } } }),
    ...(steps && { steps: Number(steps) }), ...(guidanceScale && { guidanceScale: Number(guidanceScale) }), ...(seed.trim() && { seed: seed.trim() }),
  }
}

async function make() {
  clearProblem()
  setBusy(true)
  $('caption').hidden = true
  stage('Asking …')
  try {
    const generation = await client.generate(input())
    running = generation.id
    for await (const event of client.follow(generation.id, { previewEvery: 1 })) shown[event.__typename]?.(event, generation)
    await Promise.all([recent(), lookAtMemory()])
  } catch (error) {
    problem(error)
  } finally {
    running = undefined
    setBusy(false)
  }
}

const shown = {
  QueuedEvent: ({ position }) => stage(position ? `${position} before this one` : 'Waiting for a worker …'),
  LoadingEvent: ({ part, bytes, totalBytes, percent }) => stage(`Loading ${part}, ${megabytes(bytes)} of ${megabytes(totalBytes)}`, percent),
  StartedEvent: ({ device, sampler }) => stage(`Started on ${device} with ${sampler}`),
  StepEvent({ index, total, percent, etaMilliseconds, preview }) {
    stage(total ? `Step ${index + 1} of ${total}` : `Step ${index + 1}`, percent, etaMilliseconds)
    if (preview) pictures([preview], 'Preview')
  },
  DecodingEvent: () => stage('Decoding …', 100),
  SucceededEvent: ({ artifacts }, generation) => finished({ ...generation, artifacts }),
  CancelledEvent: () => stage('Cancelled'),
  FailedEvent: problem,
}

function stage(text, percent, eta) {
  $('progress').hidden = false
  $('stage').textContent = text
  $('eta').textContent = eta ? `${eta < 950 ? 'under a second' : `${Math.round(eta / 1000)} s`} left` : ''
  const bar = $('progress').querySelector('progress')
  if (percent == null) bar.removeAttribute('value')
  else bar.value = percent
}

function pictures(urls, alt) {
  const frame = $('frame')
  const images = [...frame.querySelectorAll('img')]
  if (images.length === urls.length) images.forEach((image, i) => Object.assign(image, { src: urls[i], alt }))
  else frame.replaceChildren(...urls.map(src => Object.assign(new Image(), { src, alt, onload: sharpen })))
  frame.classList.toggle('many', urls.length > 1)
}

/** Sounds are played; what a browser cannot show is offered, beside its last preview. */
function other(artifacts) {
  $('frame').classList.remove('many')
  const preview = [...$('frame').querySelectorAll('img')].slice(0, 1)
  $('frame').replaceChildren(...(artifacts[0].mimeType.startsWith('audio/') ? [] : preview), ...artifacts.map(({ url, mimeType }) => mimeType.startsWith('audio/') ? Object.assign(document.createElement('audio'), { src: url, controls: true })
    : Object.assign(document.createElement('p'), { textContent: `A file of type ${mimeType}: download it below.` })))
}

/** Small pictures are shown with their pixels rather than blurred; previews of a few pixels better blurred. */
function sharpen() { $('frame').classList.toggle('small', this.naturalWidth > 32 && this.naturalWidth <= 128) }

function finished(generation) {
  const { artifacts, prompt, recipe, seed, steps, guidanceScale, modelName, sampler, format } = generation
  if (artifacts[0].mimeType.startsWith('image/')) pictures(artifacts.map(a => a.url), prompt || 'The picture')
  else other(artifacts)
  $('progress').hidden = true
  $('caption').hidden = false
  $('what').textContent = prompt
  $('facts').textContent = [modelName, sampler?.name, `${steps} steps`, `guidance ${guidanceScale}`, `seed ${seed}`, format].filter(Boolean).join(' · ')
  $('download').href = artifacts[0].downloadUrl
  $('recipe').textContent = JSON.stringify(recipe, null, 2)
  $('again').onclick = () => { fill(recipe); form.seed.value = ''; make() }
}

/** Puts a recipe into the form, and keeps what the form has no field for. */
function fill({ model, sampler, steps, guidanceScale, seed, format, quality, ...others }) {
  form.model.value = model
  showDefaults()
  const { reads, extent } = chosenModel() ?? {}
  const unit = extent?.unit.toLowerCase()
  const words = others.conditioners?.find(c => c.name === reads)
  form.prompt.value = words?.options.prompt ?? ''
  form.negativePrompt.value = words?.options.negativePrompt ?? ''
  form.negativePrompt.closest('details').open = form.negativePrompt.value !== ''
  Object.assign(form.sampler, { value: sampler?.name ?? '' })
  Object.assign(form.steps, { value: steps })
  Object.assign(form.guidanceScale, { value: guidanceScale })
  form.seed.value = seed
  form.extent.value = (unit && others[unit]) ?? ''
  // A video made of pictures is kept as what pictures are not.
  const kept = format?.toUpperCase()
  if (kept && ![...form.format.options].some(o => o.value === kept)) form.format.append(option(kept, kept))
  if (kept) form.format.value = kept
  showQuality()
  form.quality.value = quality ?? ''
  if (unit) delete others[unit]
  const conditioners = others.conditioners?.map(c => (c === words && 'negativePrompt' in c.options ? { ...c, options: { ...c.options, negativePrompt: null } } : c))
  keep({ ...others, conditioners, ...(sampler && { samplerOptions: sampler }) })
}

function keep(recipe) {
  rest = recipe
  const { conditioners = [], stages = [], width, height, frames, schedule, count } = recipe
  const { reads, defaults } = chosenModel() ?? {}
  const said = [
    ...conditioners.filter(c => c.name !== reads).map(c => c.name), ...stages.map(s => `then ${s.model}`), ...(schedule ? [`schedule ${schedule.name}`] : []),
    ...(frames ? [`${frames} frames`] : []), ...(count > 1 ? [`${count} of them`] : []), ...(defaults && width && (width !== defaults.width || height !== defaults.height) ? [`${width} × ${height}`] : []),
  ]
  $('rest').hidden = !said.length
  $('rest').querySelector('span').textContent = `Also from the recipe: ${said.join(', ')}.`
}

function problem({ message, code, field }) {
  const box = $('problem')
  box.replaceChildren(message, ...(code ? [' ', Object.assign(document.createElement('code'), { textContent: code })] : []))
  box.hidden = false
  $('progress').hidden = true
  const control = field && form.elements[field.split('.')[0]]
  if (control?.setAttribute) { control.setAttribute('aria-invalid', 'true'); control.setAttribute('aria-describedby', 'problem'); control.focus() }
}

function clearProblem() {
  $('problem').hidden = true
  for (const control of form.querySelectorAll('[aria-invalid]')) { control.removeAttribute('aria-invalid'); control.removeAttribute('aria-describedby') }
}

function setBusy(busy) {
  $('generate').disabled = busy
  $('generate').textContent = busy ? 'Generating …' : 'Generate'
  $('cancel').hidden = !busy
  $('result').setAttribute('aria-busy', String(busy))
  if (busy && matchMedia('(max-width: 50rem)').matches) $('result').scrollIntoView({ block: 'start' })
}

async function recent() {
  const { generations } = await client.request(recentQuery)
  $('recent').hidden = !generations.nodes.length
  $('recent').querySelector('ul').replaceChildren(...generations.nodes.filter(g => g.artifacts.length).map(generation => {
    const button = Object.assign(document.createElement('button'), { type: 'button', title: generation.prompt ?? '' })
    button.append(generation.artifacts[0].mimeType.startsWith('image/') ? Object.assign(new Image(), { src: generation.artifacts[0].url, alt: generation.prompt || 'A picture', loading: 'lazy' }) : generation.modelName)
    button.onclick = () => { if (!running) { finished(generation); fill(generation.recipe); clearProblem(); $('result').scrollIntoView({ block: 'nearest' }) } }
    const item = document.createElement('li')
    item.append(button)
    return item
  }))
}

form.addEventListener('submit', event => { event.preventDefault(); if (!running) make() })
form.prompt.addEventListener('keydown', event => { if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) form.requestSubmit() })
form.model.addEventListener('change', () => { keep({}); showDefaults() })
form.format.addEventListener('change', showQuality)
$('load').onclick = load
$('file').onchange = fromFile
$('forget').onclick = () => { keep({}); showFormats() }
$('dice').onclick = () => { form.seed.value = ''; form.seed.focus() }
$('cancel').onclick = () => running && client.cancel(running).catch(problem)
$('copy').onclick = async () => { await navigator.clipboard.writeText($('recipe').textContent); $('copy').textContent = 'Copied'; setTimeout(() => { $('copy').textContent = 'Copy' }, 1500) }
list().then(recent).catch(problem)
