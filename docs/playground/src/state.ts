import type { EpochReport, Warning } from '@hillock/core'
import type { Recipe } from '@hillock/recipes'
import type { Frame, Report, Request, Shown } from './messages.ts'
import { fromHash, type Settings, toHash, trainingOf } from './settings.ts'
import { store } from './store.ts'

/** A point of the curves: means over the batches since the point before. */
export interface Point {
  /** Epochs done, with the part of the one at hand. */
  readonly at: number
  readonly loss: number
  readonly accuracy: number
}

/** How far the run has come. */
export interface Progress {
  readonly recipe: Recipe | undefined
  readonly threads: number
  readonly points: readonly Point[]
  readonly epochs: readonly Omit<EpochReport, 'warnings'>[]
  /** Of the last epoch. */
  readonly warnings: readonly Warning[]
  readonly batch: BatchReport | undefined
  readonly seconds: number | undefined
  readonly failure: string | undefined
}

const nothing: Progress = {
  recipe: undefined,
  threads: 1,
  points: [],
  epochs: [],
  warnings: [],
  batch: undefined,
  seconds: undefined,
  failure: undefined,
}

export const settings = store<Settings>(fromHash(location.hash))
export const progress = store<Progress>(nothing)
export const frame = store<Frame | undefined>(undefined)
export const paused = store(false)
/** The time step that all pictures point at. */
export const cursor = store(0)
/** [28 * 28], what is drawn on the pad. */
export const drawing = store<Float32Array>(new Float32Array(28 * 28))

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
const ask = (request: Request) => worker.postMessage(request)

const shown = (): Shown =>
  settings.value.view === 'draw' ? { drawing: drawing.value } : { example: settings.value.example }

function begin(): void {
  progress.set(nothing)
  ask({ type: 'start', training: trainingOf(settings.value), paused: paused.value, shown: shown() })
}

const add = (more: Partial<Progress>) => progress.set({ ...progress.value, ...more })

type BatchReport = Extract<Report, { type: 'batch' }>

/** A report tells of its epoch so far: what the one before in that epoch told is taken off. */
function pointOf({ epoch, batch, batches, loss, accuracy }: BatchReport, before: BatchReport | undefined): Point {
  const done = before?.epoch === epoch ? before.batch : 0
  const since = (now: number, then = 0) => (now * batch - then * done) / (batch - done)
  return {
    at: epoch - 1 + batch / batches,
    loss: since(loss, before?.loss),
    accuracy: since(accuracy, before?.accuracy),
  }
}

let saved = (_: Uint8Array) => {}

worker.onmessage = ({ data }: MessageEvent<Report>) => {
  const { points, epochs, warnings } = progress.value
  if (data.type === 'start') progress.set({ ...nothing, recipe: data.recipe, threads: data.threads })
  else if (data.type === 'batch') {
    add({ batch: data, points: [...points, pointOf(data, progress.value.batch)] })
  } else if (data.type === 'epoch') add({ epochs: [...epochs, data.report], warnings: [] })
  else if (data.type === 'warning') add({ warnings: [...warnings, data.warning] })
  else if (data.type === 'end') add({ seconds: data.seconds })
  else if (data.type === 'failed') add({ failure: data.message })
  else if (data.type === 'frame') {
    frame.set(data.frame)
    if (cursor.value >= data.frame.steps) cursor.set(0)
  } else saved(data.bytes)
}
worker.onerror = ({ message }) => add({ failure: `the worker failed: ${message}` })

/** The weights as they are, as a model.safetensors. */
export const save = (): Promise<Uint8Array> =>
  new Promise((resolve) => {
    saved = resolve
    ask({ type: 'save' })
  })

export function setPaused(value: boolean): void {
  paused.set(value)
  ask({ type: value ? 'pause' : 'play' })
}

export function step(): void {
  if (!paused.value) setPaused(true)
  ask({ type: 'step' })
}

export const restart = begin

export function draw(image: Float32Array): void {
  drawing.set(image)
  ask({ type: 'show', shown: { drawing: image } })
}

let waiting: ReturnType<typeof setTimeout> | undefined

/** Changes settings, and with them the address; a run that follows from other settings begins anew when no change has come for a moment. */
export function change(more: Partial<Settings>): void {
  apply({ ...settings.value, ...more })
  history.replaceState(null, '', `#${toHash(settings.value)}`)
}

function apply(next: Settings): void {
  const before = settings.value
  settings.set(next)
  if (before.view !== next.view || before.example !== next.example) ask({ type: 'show', shown: shown() })
  if (JSON.stringify(trainingOf(before)) === JSON.stringify(trainingOf(next))) return
  progress.set(nothing)
  clearTimeout(waiting)
  waiting = setTimeout(begin, 300)
}

addEventListener('hashchange', () => apply(fromHash(location.hash)))
begin()
