import type { Dataset, EventDataset } from '@hillock/datasets'
import { framesOf } from '@hillock/recipes'
import type { Dropped } from './dropped.ts'
import type { Report, Request } from './messages.ts'
import { recipeOf } from './rules.ts'
import { fromFiles } from './settings.ts'
import type { Training } from './training.ts'
import { type Wish, work } from './work.ts'

const post = (report: Report, transfer: Transferable[] = []) => self.postMessage(report, { transfer })

const wish: Wish = {
  paused: false,
  steps: 0,
  frame: false,
  save: undefined,
  swap: undefined,
  shown: { example: 0, pick: undefined },
}

let wake = () => {}
const message = () => new Promise<void>((resolve) => (wake = resolve))

const channel = new MessageChannel()
/** A timer would wait for four milliseconds. */
const turn = () =>
  new Promise<void>((resolve) => {
    channel.port1.onmessage = () => resolve()
    channel.port2.postMessage(undefined)
  })

/** What was dropped, and what idx files of it hold. */
let given: readonly Dropped[] = []
let images: Promise<Dataset> | undefined

async function dataOf(training: Training): Promise<Dataset | EventDataset | undefined> {
  const { data, seed } = training
  if (!fromFiles(data)) return undefined
  if (given.length === 0)
    throw new Error(
      `Give ${data === 'files' ? 'the four files of a data set' : 'a folder of recordings'}: they stay in your browser.`,
    )
  if (data === 'recordings')
    return (await import('./reading.ts')).recordingsOf(given, framesOf(recipeOf(training), seed)!)
  images ??= import('./reading.ts').then(({ datasetOf }) => datasetOf(given))
  return images
}

let abort = new AbortController()
let working: Promise<void> = Promise.resolve()

/** Begins when what was at work has ended. */
function begin(trainings: readonly Training[]): void {
  abort.abort()
  const own = new AbortController()
  abort = own
  const before = working
  working = (async () => {
    await before
    if (own.signal.aborted) return
    await work(trainings, { wish, abort: own, post, message, turn, data: await dataOf(trainings[0]!) })
  })().catch((error: Error) => {
    if (abort !== own) return
    post({ type: 'failed', message: error.message })
  })
}

self.onmessage = ({ data }: MessageEvent<Request>) => {
  if (data.type === 'start') {
    Object.assign(wish, { paused: data.paused, steps: 0, swap: undefined, save: undefined, shown: data.shown })
    begin(data.trainings)
  } else if (data.type === 'files') {
    given = data.files
    images = undefined
  } else if (data.type === 'show') Object.assign(wish, { shown: data.shown, frame: true })
  else if (data.type === 'save') wish.save = data.side
  else if (data.type === 'swap') wish.swap = data.to
  else if (data.type === 'step') wish.steps++
  else wish.paused = data.type === 'pause'
  wake()
}
