import { checkOptions } from '@hillock/core/options'
import { damaged } from '../damaged.ts'
import { node } from '../node.ts'
import { zipEntries } from '../zip.ts'
import {
  bytesIn,
  type EventDatasetOptions,
  eventDatasetOptions,
  firstFolder,
  heldBack,
  namesIn,
} from './event-dataset.ts'
import { type EventDataset, type EventSource, eventSource } from './event-source.ts'
import { type Frames, frames as framesOf } from './frames.ts'
import { readShd, type SpokenRecordings } from './shd.ts'

/** Options of `shd` and `ssc`. */
export interface ShdOptions extends EventDatasetOptions {
  /** Speakers of the training file whose recordings are for validation. Default: the last two that speak in it, if it has more than two. */
  readonly heldOut?: readonly number[]
}

const areNumbers = (value: unknown) =>
  Array.isArray(value) && value.every((speaker) => Number.isInteger(speaker))
    ? undefined
    : 'give numbers of speakers, such as [10, 11]'

/**
 * Spiking Heidelberg Digits (Cramer et al. 2022): digits spoken in English and German, 20 classes, 700 channels, up to 1.4 s. `shd_train.h5` and `shd_test.h5`
 * from a folder, or `shd_train.h5.zip` and `shd_test.h5.zip`, which are otherwise downloaded into the user's cache, and checked. Validation is on speakers that are not trained on, as the test is on such in part. Default frames: 100 steps of 14 ms.
 *
 * Throws HILLOCK_DATA_MISSING, HILLOCK_DATA_DAMAGED, HILLOCK_UNSUPPORTED without the package jsfive, HILLOCK_OPTION, HILLOCK_RANGE.
 */
export async function shd(options: ShdOptions = {}): Promise<EventDataset> {
  checkOptions('shd', options, { ...eventDatasetOptions, heldOut: areNumbers })
  const { frames = spokenFrames(), limit } = options
  const { folder, files } = await filesOf('shd', ['train', 'test'], options)
  const [train, test] = await Promise.all(files.map((path) => readFile(path)))
  const whole = sourceOf('shd train', train!, 20, frames)
  const some = heldBack(whole, { limit }).train
  const { speakers } = train!
  const all = [...new Set(speakers)].sort((a, b) => a - b)
  const { heldOut = all.length > 2 ? all.slice(-2) : [] } = options
  const rows = Array.from({ length: some.count }, (_, row) => row)
  const [own, others] = [true, false].map((kept) => rows.filter((row) => heldOut.includes(speakers[row]!) !== kept))
  const parts =
    others!.length === 0 || own!.length === 0
      ? { train: some }
      : { train: whole.subset(own!), validation: whole.subset(others!) }
  const { shape, steps, classes } = whole
  return { name: 'shd', shape, steps, classes, ...parts, test: sourceOf('shd test', test!, 20, frames), source: folder }
}

/**
 * Spiking Speech Commands (Cramer et al. 2022): 35 words, as `shd`, from `ssc_train.h5`, `ssc_valid.h5` and `ssc_test.h5`. The
 * files are in memory while they are used.
 */
export async function ssc(options: EventDatasetOptions = {}): Promise<EventDataset> {
  checkOptions('ssc', options, eventDatasetOptions)
  const { frames = spokenFrames(), limit } = options
  const { folder, files } = await filesOf('ssc', ['train', 'valid', 'test'], options)
  const read = await Promise.all(files.map((path) => readFile(path)))
  const [train, validation, test] = read.map((file, i) => sourceOf(`ssc ${i}`, file, 35, frames)) as [
    EventSource,
    EventSource,
    EventSource,
  ]
  const { shape, steps, classes } = train
  return { name: 'ssc', shape, steps, classes, ...heldBack(train, { limit }), validation, test, source: folder }
}

const spokenFrames = () => framesOf({ steps: 100, dt: 14e-3, polarity: false })

const readFile = async (path: string) =>
  readShd(path.endsWith('.zip') ? await unzipped(path) : await bytesIn(path), { name: path })

/** The one HDF5 file in a zip file. */
async function unzipped(path: string): Promise<Uint8Array> {
  const file = (await zipEntries(path)).find(({ name }) => name.endsWith('.h5'))
  if (file === undefined) throw damaged(path, 'has no HDF5 file in it')
  return file.read()
}

const sourceOf = (id: string, file: SpokenRecordings, classes: number, frames: Frames): EventSource =>
  eventSource({
    id: `${id}, ${file.count} recordings`,
    labels: file.labels,
    classes,
    width: 700,
    height: 1,
    frames,
    read: file.recording,
  })

function filesOf(name: string, parts: readonly string[], options: EventDatasetOptions) {
  const { path } = node()
  const wanted = parts.map((part) => `${name}_${part}.h5`)
  const found = async (folder: string) => {
    const names = await namesIn(folder)
    const files = wanted.map((file) => [file, `${file}.zip`].find((one) => names.includes(one)))
    return files.every((file) => file !== undefined)
      ? { folder, files: files.map((file) => path.join(folder, file)) }
      : undefined
  }
  const hint = `Put ${wanted.join(', ')} of https://zenkelab.org/datasets in a folder ${name}, as zip files or unpacked, and give the folder above as data.`
  return firstFolder(name, options, found, hint)
}
