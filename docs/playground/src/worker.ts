import type { Dataset } from '@hillock/datasets'
import type { Report, Request } from './messages.ts'
import type { Training } from './settings.ts'
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

/** Of files that were dropped. */
let given: Promise<Dataset> | undefined

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
    const files = trainings.some(({ data }) => data === 'files')
    if (files && !given) throw new Error('Give the four files of a data set: they stay in your browser.')
    await work(trainings, { wish, abort: own, post, message, turn, data: files ? await given : undefined })
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
    given = import('./files.ts').then(({ datasetOf }) => datasetOf(data.files))
    // told when a run asks for them
    given.catch(() => {})
  } else if (data.type === 'show') Object.assign(wish, { shown: data.shown, frame: true })
  else if (data.type === 'save') wish.save = data.side
  else if (data.type === 'swap') wish.swap = data.to
  else if (data.type === 'step') wish.steps++
  else wish.paused = data.type === 'pause'
  wake()
}
