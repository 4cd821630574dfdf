import { observeExample } from '@hillock/analysis'
import { wasm } from '@hillock/backend-wasm'
import { HillockError } from '@hillock/core'
import { subset } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'
import { decolle } from '@hillock/learner-decolle'
import { eligibility } from '@hillock/learner-eligibility'
import { randomBp } from '@hillock/learner-random-bp'
import { findRecipe, type Recipe, type Run, runRecipe, setPath, writeModel } from '@hillock/recipes'
import type { Frame, Report, Request, Shown } from './messages.ts'
import type { Training } from './settings.ts'

declare const __VERSION__: string

const learners = { bptt, 'random-bp': randomBp, eligibility, decolle }

/** Milliseconds between two looks at the network, and between two reports of a batch. */
const between = { frames: 200, batches: 100 }

const post = (report: Report, transfer: Transferable[] = []) => self.postMessage(report, { transfer })

/** What the page wants: looked at between two batches. */
const wish = {
  paused: false,
  /** Batches that are still to be trained while paused. */
  steps: 0,
  frame: false,
  save: false,
  shown: { example: 0 } as Shown,
}

let wake = () => {}
/** Until the next message of the page. */
const message = () => new Promise<void>((resolve) => (wake = resolve))

const channel = new MessageChannel()
/** Lets messages in: a timer would wait for four milliseconds. */
const turn = () =>
  new Promise<void>((resolve) => {
    channel.port1.onmessage = () => resolve()
    channel.port2.postMessage(undefined)
  })

/** The recipe as `hillock train` makes it of the same words. */
function recipeOf({ learner, epochs, changes }: Training): Recipe {
  const demo = findRecipe('demo')
  const chosen: Recipe = { ...demo, learner: { ...demo.learner, name: learner }, epochs }
  return changes.reduce((recipe, change) => setPath(recipe, change), chosen)
}

async function frameOf({ session, dataset, recipe: { steps } }: Run): Promise<Frame> {
  const { shown } = wish
  const drawn = 'drawing' in shown
  const { features, classes } = dataset.test
  const example = drawn
    ? { images: shown.drawing, labels: new Uint8Array(1), count: 1, features, classes }
    : subset(dataset.test, [shown.example])
  const { input, layers } = await observeExample(session, example, steps)
  const { predictions } = await session.predict(example.images)
  const named = [{ name: 'input', ...input }, ...layers.map(({ layer, output }) => ({ name: layer.name, ...output }))]
  return {
    image: example.images.slice(),
    label: drawn ? undefined : example.labels[0]!,
    prediction: predictions[0]!,
    steps,
    layers: named.map(({ name, size, values }) => ({ name, size, spikes: Uint8Array.from(values) })),
  }
}

async function serve(run: Run): Promise<void> {
  if (wish.frame) {
    wish.frame = false
    const frame = await frameOf(run)
    post({ type: 'frame', frame }, [frame.image.buffer, ...frame.layers.map(({ spikes }) => spikes.buffer)])
  }
  if (wish.save) {
    wish.save = false
    const { session, recipe, seed } = run
    const about = { recipe, seed, epochs: session.counters.epochs }
    const bytes = writeModel(session.network, await session.snapshot(), about, { hillock: __VERSION__ })
    post({ type: 'model', bytes })
  }
}

/** Trains, and answers between batches; after the last epoch it goes on answering until it is aborted. */
async function work(training: Training, signal: AbortSignal): Promise<void> {
  const backend = await wasm()
  const last = { frame: 0, batch: 0 }
  let told: Report | undefined
  const tell = () => {
    if (told) post(told)
    told = undefined
  }
  const run = await runRecipe(recipeOf(training), {
    learners,
    backend,
    seed: training.seed,
    signal,
    async onEvent(event, run) {
      if (signal.aborted) return
      if (event.event === 'start') {
        return post({ type: 'start', recipe: run.recipe, parameters: event.parameters, threads: backend.threads })
      }
      if (event.event !== 'batch') tell()
      if (event.event === 'epoch') return post({ type: 'epoch', report: event })
      if (event.event === 'warning') return post({ type: 'warning', warning: event })
      if (event.event === 'result') return post({ type: 'end', seconds: event.seconds })
      const { epoch, epochs, batch, batches, loss, accuracy } = event
      told = { type: 'batch', epoch, epochs, batch, batches, loss, accuracy }
      const now = performance.now()
      if (now - last.batch > between.batches || wish.paused) {
        last.batch = now
        tell()
        await turn()
      }
      if (now - last.frame > between.frames || wish.paused) {
        last.frame = now
        wish.frame = true
      }
      await serve(run)
      if (wish.steps > 0) wish.steps--
      while (wish.paused && wish.steps === 0 && !signal.aborted) {
        await message()
        await serve(run)
      }
    },
  })
  try {
    wish.frame = true
    while (!signal.aborted) {
      await serve(run)
      if (!signal.aborted) await message()
    }
  } finally {
    await run.session.dispose()
  }
}

let abort = new AbortController()
let working: Promise<void> = Promise.resolve()

async function begin(training: Training): Promise<void> {
  abort.abort()
  abort = new AbortController()
  const { signal } = abort
  const before = working
  working = (async () => {
    await before
    if (!signal.aborted) await work(training, signal)
  })().catch((error: Error) => {
    const told = error instanceof HillockError || signal.aborted ? error.message : `${error.name}: ${error.message}`
    if (!signal.aborted) post({ type: 'failed', message: told })
  })
}

self.onmessage = ({ data }: MessageEvent<Request>) => {
  if (data.type === 'start') {
    Object.assign(wish, { paused: data.paused, steps: 0, shown: data.shown })
    begin(data.training)
  } else if (data.type === 'show') Object.assign(wish, { shown: data.shown, frame: true })
  else if (data.type === 'save') wish.save = true
  else if (data.type === 'step') wish.steps++
  else wish.paused = data.type === 'pause'
  wake()
}
