import type { EpochReport, Warning } from '@hillock/core'
import type { Recipe } from '@hillock/recipes'
import type { Compared } from './compare.ts'
import type { Dropped } from './dropped.ts'
import type { Frame, Report, Request, RunReport, Shown } from './messages.ts'
import { pickOf } from './picked.ts'
import { drawable, fromHash, latest, type Settings, type Swap, toHash, withSwap } from './settings.ts'
import { type Store, store } from './store.ts'
import { trainingOf, trainingsOf } from './training.ts'

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
}

const nothing: Progress = {
  recipe: undefined,
  threads: 1,
  points: [],
  epochs: [],
  warnings: [],
  batch: undefined,
  seconds: undefined,
}

/** What is known of one run. */
export interface Run {
  readonly progress: Store<Progress>
  readonly frame: Store<Frame | undefined>
}

const newRun = (): Run => ({ progress: store(nothing), frame: store<Frame | undefined>(undefined) })

export const settings = store<Settings>(fromHash(location.hash))
/** The run, and the second one where two are compared. */
export const runs: readonly [Run, Run] = [newRun(), newRun()]
export const compared = store<Compared | undefined>(undefined)
export const failure = store<string | undefined>(undefined)
/** Why the backend that was asked for last is not used, or the recording not shown. */
export const refusal = store<string | undefined>(undefined)
export const paused = store(false)
/** The time step that all pictures point at. */
export const cursor = store(0)
/** The recording that is shown in place of an example. */
export const watched = store<Dropped | undefined>(undefined)
/** [28 * 28], what is drawn on the pad. */
export const drawing = store<Float32Array>(new Float32Array(28 * 28))

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
const ask = (request: Request) => worker.postMessage(request)

function shown(): Shown {
  const { view, data, example, pick } = settings.value
  const recording = data === 'recordings' && watched.value
  const what = view === 'draw' && drawable(data) ? { drawing: drawing.value } : recording ? { recording } : { example }
  return { ...what, pick: pickOf(pick) }
}

/** Until a run begins anew. */
let waiting: ReturnType<typeof setTimeout> | undefined

function clear(): void {
  for (const { progress } of runs) progress.set(nothing)
  for (const told of [compared, failure, refusal]) told.set(undefined)
}

function begin(): void {
  waiting = undefined
  clear()
  ask({ type: 'start', trainings: trainingsOf(settings.value), paused: paused.value, shown: shown() })
}

type BatchReport = Extract<RunReport, { type: 'batch' }>

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

function take({ progress, frame }: Run, data: RunReport): void {
  const { points, epochs, warnings, batch } = progress.value
  const add = (more: Partial<Progress>) => progress.set({ ...progress.value, ...more })
  if (data.type === 'start') progress.set({ ...nothing, recipe: data.recipe, threads: data.threads })
  else if (data.type === 'batch') add({ batch: data, points: [...points, pointOf(data, batch)] })
  else if (data.type === 'epoch') add({ epochs: [...epochs, data.report], warnings: [] })
  else if (data.type === 'warning') add({ warnings: [...warnings, data.warning] })
  else if (data.type === 'end') add({ seconds: data.seconds })
  else {
    frame.set(data.frame)
    if (cursor.value >= data.frame.steps) cursor.set(0)
  }
}

worker.onmessage = ({ data }: MessageEvent<Report>) => {
  if ('side' in data) take(runs[data.side]!, data)
  else if (data.type === 'compared') compared.set(data.compared)
  else if (data.type === 'failed') failure.set(data.message)
  else if (data.type === 'refused') refusal.set(data.message)
  else if (data.type === 'unreadable') {
    refusal.set(data.message)
    watched.set(undefined)
  } else if (data.type === 'model') saved(data.bytes)
  else {
    const { progress } = runs[0]
    progress.set({ ...progress.value, threads: data.threads })
    // those of the address come back as they are done
    if (!trainingOf(settings.value).swaps.some(({ batch, to }) => batch === data.swap.batch && to === data.swap.to)) {
      show(withSwap(settings.value, data.swap))
    }
  }
}
worker.onerror = ({ message }) => failure.set(`the worker failed: ${message}`)

/** The weights of a run as they are, as a model.safetensors. */
export const save = (side: number): Promise<Uint8Array> =>
  new Promise((resolve) => {
    saved = resolve
    ask({ type: 'save', side })
  })

export function setPaused(value: boolean): void {
  paused.set(value)
  ask({ type: value ? 'pause' : 'play' })
}

export function step(): void {
  if (!paused.value) setPaused(true)
  ask({ type: 'step' })
}

/** Trains on files. */
export function give(files: readonly Dropped[]): void {
  ask({ type: 'files', files })
  const before = settings.value
  watched.set(undefined)
  show({ ...before, ...latest(before), swaps: '', example: 0 })
  begin()
}

/** Shows the network a recording, or again the example where there is none. */
export function watch(recording: Dropped | undefined): void {
  watched.set(recording)
  refusal.set(undefined)
  ask({ type: 'show', shown: shown() })
}

/** Begins anew, with the learner and the backend that are at work. */
export function restart(): void {
  show({ ...settings.value, ...latest(settings.value), swaps: '' })
  begin()
}

/** Exchanges the learner or the backend: while the one network trains, in its next pause between batches; else it begins anew with that. */
export function exchange(name: 'learner' | 'backend', to: Swap['to']): void {
  const { batch, seconds } = runs[0].progress.value
  refusal.set(undefined)
  if (settings.value.view !== 'two' && waiting === undefined && batch && seconds === undefined)
    ask({ type: 'swap', to })
  else change({ [name]: to })
}

export function draw(image: Float32Array): void {
  drawing.set(image)
  ask({ type: 'show', shown: shown() })
}

const sameRuns = (a: Settings, b: Settings) => JSON.stringify(trainingsOf(a)) === JSON.stringify(trainingsOf(b))

/**
 * Changes settings, and with them the address; a run that follows from other settings begins anew when no change has come for a moment, with
 * the learner and the backend that are at work.
 */
export function change(more: Partial<Settings>): void {
  const before = settings.value
  const next = { ...before, ...more }
  show(sameRuns(before, next) ? next : { ...before, ...latest(before), swaps: '', ...more })
  follow(before)
}

/** Sets the settings and the address alone. */
function show(next: Settings): void {
  settings.set(next)
  history.replaceState(null, '', `#${toHash(next)}`)
}

function follow(before: Settings): void {
  const next = settings.value
  if ((['view', 'example', 'pick'] as const).some((name) => before[name] !== next[name]))
    ask({ type: 'show', shown: shown() })
  if (sameRuns(before, next)) return
  clear()
  clearTimeout(waiting)
  waiting = setTimeout(begin, 300)
}

addEventListener('hashchange', () => {
  const before = settings.value
  settings.set(fromHash(location.hash))
  follow(before)
})
begin()
