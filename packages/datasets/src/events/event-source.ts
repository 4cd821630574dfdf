import { type ExampleSource, HillockError } from '@hillock/core'
import { type Check, checkOptions, checkValue, is, sizeOf } from '@hillock/core/options'
import type { Examples } from '../data-types.ts'
import type { EventList } from './event-list.ts'
import type { Frames, Sensor } from './frames.ts'

/** Recordings to train on, to tune on and to test on, read as they are needed. */
export interface EventDataset {
  /** Name of the data set. */
  readonly name: string
  /** [height, width, channels] of a step. */
  readonly shape: readonly number[]
  /** Time steps of an example. */
  readonly steps: number
  /** Number of classes. */
  readonly classes: number
  /** Recordings to train on. */
  readonly train: EventSource
  /** Recordings to choose settings by. */
  readonly validation?: EventSource
  /** Recordings to test on. */
  readonly test: EventSource
  /** The folder that was read; none where recordings are made. */
  readonly source?: string
}

/** Options of `eventSource`. */
export interface EventSourceOptions extends Sensor {
  /** What is read, in a few words: a session resumes within an epoch only with the same. */
  readonly id: string
  /** What each recording shows. */
  readonly labels: ArrayLike<number>
  /** Number of classes. */
  readonly classes: number
  /** Reads a recording by its number. */
  read(row: number): EventList | Promise<EventList>
  /** How events become spikes at time steps. */
  readonly frames: Frames
}

/** Recordings that are read as they are needed, for the encoder `spikes()`, or `rows()` where frames are not clipped. */
export interface EventSource extends ExampleSource {
  /** The class of each recording. */
  readonly labels: Examples['labels']
  /** [height, width, channels] of a step. */
  readonly shape: readonly number[]
  /** Time steps of an example. */
  readonly steps: number
  /** A recording itself. Throws HILLOCK_RANGE if there is no recording of this number. */
  recording(row: number): Promise<EventList>
  /** Those of these numbers, in this order. Throws HILLOCK_RANGE if there is no recording of a number. */
  subset(rows: ArrayLike<number>): EventSource
}

const side = is.whole(1, 65536)
const areLabels: Check = (value) =>
  (Array.isArray(value) || ArrayBuffer.isView(value)) &&
  Array.from(value as number[]).every((label) => is.whole(0)(label) === undefined)
    ? undefined
    : 'give a whole number for each recording, from 0'
const known = {
  id: is.text,
  labels: areLabels,
  classes: is.whole(1),
  read: is.callable,
  frames: is.made('frames({ steps: 100 })', 'encode', 'shape', 'steps'),
  width: side,
  height: side,
}

/**
 * Examples of recordings. A batch's are read together, and only they are in memory. Throws HILLOCK_OPTION if an option is unknown or missing, or its
 * value is not allowed. Reading throws HILLOCK_DATA_DAMAGED if a recording is of a larger sensor.
 */
export function eventSource(options: EventSourceOptions): EventSource {
  checkOptions('eventSource', options, known, ['id', 'labels', 'classes', 'read', 'frames', 'width', 'height'])
  const { id, classes, frames, width, height } = options
  const shape = frames.shape({ width, height })
  const features = frames.steps * sizeOf(shape)
  const { encode: _, shape: __, ...how } = frames
  const labels = classes <= 256 ? Uint8Array.from(options.labels) : Int32Array.from(options.labels)
  const count = labels.length

  function check(row: number): void {
    checkValue('a source', 'row', row, (value) => (typeof value === 'number' ? undefined : 'give a number'))
    if (Number.isInteger(row) && row >= 0 && row < count) return
    const hint = `There are ${count}, from 0.`
    throw new HillockError('HILLOCK_RANGE', `recording ${row} is not there`, { hint })
  }
  async function recording(row: number): Promise<EventList> {
    check(row)
    const list = await options.read(row)
    if (list.width <= width && list.height <= height) return list
    const found = `recording ${row} is of ${list.width} x ${list.height}, the source of ${width} x ${height}`
    throw new HillockError('HILLOCK_DATA_DAMAGED', found, { hint: 'Give the size of the largest.' })
  }
  return {
    id: `${id}, frames ${JSON.stringify(how)}`,
    count,
    features,
    labels,
    classes,
    shape,
    steps: frames.steps,
    recording,
    async read(rows, epoch) {
      const lists = await Promise.all(Array.from(rows, recording))
      return frames.encode(lists, { width, height }, rows, epoch)
    },
    subset(rows) {
      for (const row of Array.from(rows)) check(row)
      const own = Int32Array.from(rows)
      return eventSource({
        ...options,
        id: `${id}, ${own.length} of them: ${own.join(' ')}`,
        labels: own.map((row) => labels[row]!),
        read: (row) => options.read(own[row]!),
      })
    },
  }
}
