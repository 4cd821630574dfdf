import { HillockError } from '@hillock/core'
import { checkOptions, checkValue, is } from '@hillock/core/options'
import { counted } from './axes.ts'
import { checkCount, checkSome, checkValues, isList } from './check.ts'
import { type Figure, figure, type Part } from './figure.ts'
import { asGiven } from './grid.ts'
import { imagePanel } from './image-panel.ts'
import { inkScale, polarityScale, type Scale } from './palette.ts'
import { heightFor } from './raster.ts'

/** What an event camera or a cochlea recorded: event i happened at `t[i]`, at (`x[i]`, `y[i]`). An `EventList` of `@hillock/datasets` is one. */
export interface Recording {
  /** Columns, or neurons of one dimension, from 0. */
  readonly x: ArrayLike<number>
  /** Rows, from 0; all 0 in one dimension. */
  readonly y: ArrayLike<number>
  /** Times, in `unit`. */
  readonly t: ArrayLike<number>
  /** 1 where it became brighter (on), else 0. */
  readonly polarity: ArrayLike<number>
  /** Width of the sensor in pixels. */
  readonly width: number
  /** Height of the sensor in pixels. */
  readonly height: number
  /** Unit of the times. */
  readonly unit: 's' | 'ms' | 'us'
}

/** Options of `events`. */
export interface EventsOptions {
  /** Title of the figure. Default: none. */
  readonly title?: string
  /** What was recorded. */
  readonly recording: Recording
  /** Number of frames, 1 to 12; they divide the recording into equal times. Default: 6. */
  readonly frames?: number
}

const [across, bins, gap] = [640, 320, 8]
const milliseconds = { s: 1e3, ms: 1, us: 1e-3 } as const
const lists = ['x', 'y', 't', 'polarity'] as const
const members = [...lists, 'width', 'height', 'unit'] as const
const known = {
  title: is.text,
  recording: is.made(`a recording: { ${members.join(', ')} }`, ...members),
  frames: is.whole(1, 12),
}

/**
 * A recording of events: frames in a row, each titled with the time at which it begins, and a raster of all places (y * width + x) over time.
 * On is red and off blue; black if all are on. Where several events share a pixel, it shows the last of the list. A sensor of one row or one
 * column has no frames. Time counts from the first event. Throws HILLOCK_SHAPE if lengths differ or there is no event, HILLOCK_NOT_FINITE if a value
 * is NaN or infinite, HILLOCK_RANGE if an event is outside the sensor, HILLOCK_OPTION if an option is wrong.
 */
export function events(options: EventsOptions): Figure {
  checkOptions('events', options, known, ['recording'])
  const { title, recording, frames = 6 } = options
  checkRecording(recording)
  const { width, height } = recording
  const scale = Array.from(recording.polarity).every((sign) => sign > 0) ? inkScale(1) : polarityScale
  const span = spanOf(recording)
  const raster = overTime(recording, span, scale)
  return figure(title, width === 1 || height === 1 ? [raster] : [inFrames(recording, frames, span, scale), raster])
}

interface Span {
  readonly start: number
  /** In ms. */
  readonly length: number
  /** In which of so many equal parts of the time event i is. */
  part(i: number, parts: number): number
}

function spanOf({ t, unit }: Recording): Span {
  let [start, end] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < t.length; i++) {
    start = Math.min(start, t[i]!)
    end = Math.max(end, t[i]!)
  }
  const length = end - start || 1
  return {
    start,
    length: length * milliseconds[unit],
    part: (i, parts) => Math.min(parts - 1, Math.floor((parts * (t[i]! - start)) / length)),
  }
}

/** Of each cell the last event: 1 for on, -1 for off, 0 where there is none. */
function lastOf({ polarity }: Recording, cells: number, cellOf: (i: number) => number): Int8Array {
  const last = new Int8Array(cells)
  for (let i = 0; i < polarity.length; i++) last[cellOf(i)] = polarity[i]! > 0 ? 1 : -1
  return last
}

function overTime(recording: Recording, { length, part }: Span, scale: Scale): Part {
  const { x, y, width, height: down } = recording
  const places = width * down
  const height = heightFor(places)
  const rows = Math.min(places, height)
  const rowOf = (i: number) => Math.floor(((y[i]! * width + x[i]!) * rows) / places)
  return imagePanel({
    grid: asGiven(
      rows,
      bins,
      lastOf(recording, rows * bins, (i) => rowOf(i) * bins + part(i, bins)),
    ),
    scale,
    width: across,
    height,
    alt: `${x.length} events of ${places} places over time`,
    ...(scale === polarityScale && { title: 'on: red, off: blue' }),
    x: { from: 0, to: length, title: 'time after the first event (ms)' },
    y: counted(places, 'place'),
  })
}

function inFrames(recording: Recording, frames: number, { length, part }: Span, scale: Scale): Part {
  const { x, y, width, height } = recording
  const pixel = (across - gap * (frames - 1)) / frames / Math.max(width, height)
  const size = { width: Math.max(1, Math.round(pixel * width)), height: Math.max(1, Math.round(pixel * height)) }
  const [rows, columns] = [Math.min(height, size.height), Math.min(width, size.width)]
  const cells = lastOf(recording, frames * rows * columns, (i) => {
    const row = Math.floor((y[i]! * rows) / height)
    return (part(i, frames) * rows + row) * columns + Math.floor((x[i]! * columns) / width)
  })
  const begin = (frame: number) => `${Number(((frame * length) / frames).toPrecision(3))} ms`
  const panels = Array.from({ length: frames }, (_, frame) =>
    imagePanel({
      ...size,
      grid: asGiven(rows, columns, cells.subarray(frame * rows * columns, (frame + 1) * rows * columns)),
      scale,
      alt: `events from ${begin(frame)} to ${begin(frame + 1)}, ${height} rows by ${width} columns`,
      title: begin(frame),
      x: { from: 0, to: width, bare: true },
      y: { from: 0, to: height, bare: true },
    }),
  )
  return { hconcat: panels, spacing: gap }
}

function checkRecording(recording: Recording): void {
  const { x, y, width, height } = recording
  checkValue('events', 'unit', recording.unit, is.oneOf(...Object.keys(milliseconds)))
  checkCount('recording: width', width)
  checkCount('recording: height', height)
  checkValue('recording', 'x', x, isList)
  for (const name of lists) checkValues(`recording: ${name}`, recording[name], [x.length])
  checkSome('events', x)
  for (let i = 0; i < x.length; i++) {
    if (isPlace(x[i]!, width) && isPlace(y[i]!, height)) continue
    const hint = 'give the width and height of the sensor, and places from 0'
    const found = `event ${i} at (${x[i]}, ${y[i]}) is outside ${width} x ${height}`
    throw new HillockError('HILLOCK_RANGE', found, { hint })
  }
}

const isPlace = (at: number, size: number) => Number.isInteger(at) && at >= 0 && at < size
