import { HillockError } from '@hillock/core'
import { checkOptions, is } from '@hillock/core/options'
import { damaged } from '../damaged.ts'
import { aNumber } from '../dataset.ts'
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
import { readNMnist } from './n-mnist.ts'

/** Options of `nMnist`. */
export interface NMnistOptions extends EventDatasetOptions {
  /** How many training recordings are held back, drawn by the seed. Default: 0. */
  readonly validation?: number
  /** Default: 0. */
  readonly seed?: number
}

interface Files {
  readonly folder: string
  readonly train: readonly Sample[]
  readonly test: readonly Sample[]
}

interface Sample {
  readonly path: string
  readonly label: number
  read(): Promise<Uint8Array>
}

/**
 * N-MNIST (Orchard et al. 2015): MNIST before a moving camera, 34 x 34 places, 60,000 and 10,000 recordings of three saccades, some 300 ms. Read from a folder: `Train.zip`
 * and `Test.zip` as they are published, or what is in them, a folder for each digit; or files `1.bs2` and such with lists (`train*.txt` and `test*.txt` of numbers
 * and digits), as SLAYER has them. Otherwise the zip files are downloaded into the user's cache, and checked. Default frames: 60 steps of 5 ms, 2 channels.
 *
 * Throws HILLOCK_DATA_MISSING, saying where it looked, HILLOCK_DATA_DAMAGED if a list says no digits, and HILLOCK_OPTION or HILLOCK_RANGE if an
 * option is wrong.
 */
export async function nMnist(options: NMnistOptions = {}): Promise<EventDataset> {
  checkOptions('nMnist', options, { ...eventDatasetOptions, validation: aNumber, seed: is.whole(0, 2 ** 32 - 1) })
  const { frames = framesOf({ steps: 60, dt: 5e-3 }), ...parts } = options
  const hint =
    'Put Train.zip and Test.zip of https://doi.org/10.17632/468j46mzdv.1 in a folder n-mnist, and give the folder above as data.'
  const files = await firstFolder('n-mnist', options, found, hint)
  const train = sourceOf(files.train, frames)
  const test = sourceOf(files.test, frames)
  const { shape, steps, classes } = train
  return { name: 'n-mnist', shape, steps, classes, ...heldBack(train, parts), test, source: files.folder }
}

function sourceOf(samples: readonly Sample[], frames: Frames): EventSource {
  const first = node().path.basename(samples[0]!.path)
  return eventSource({
    id: `n-mnist, ${samples.length} recordings from ${first} on`,
    labels: samples.map(({ label }) => label),
    classes: 10,
    width: 34,
    height: 34,
    frames,
    read: async (row) => readNMnist(await samples[row]!.read(), { name: samples[row]!.path }),
  })
}

async function found(folder: string): Promise<Files | undefined> {
  const { path } = node()
  for (const inner of [folder, ...['N-MNIST', 'NMNIST', 'NMNISTsmall'].map((name) => path.join(folder, name))]) {
    const names = await namesIn(inner)
    const inFolders = names.includes('Train') && names.includes('Test')
    const zips = ['train.zip', 'test.zip'].map((zip) => names.find((name) => name.toLowerCase() === zip))
    const lists = ['train', 'test'].map((part) => names.find((name) => name.startsWith(part) && name.endsWith('.txt')))
    if (inFolders) {
      const [train, test] = await Promise.all(['Train', 'Test'].map((part) => ofDigits(path.join(inner, part))))
      return { folder: inner, train: train!, test: test! }
    }
    if (zips[0] && zips[1]) {
      const [train, test] = await Promise.all(zips.map((zip) => zipped(path.join(inner, zip!))))
      return { folder: inner, train: train!, test: test! }
    }
    if (lists[0] && lists[1]) {
      const [train, test] = await Promise.all(lists.map((list) => listed(inner, list!)))
      return { folder: inner, train: train!, test: test! }
    }
  }
  return undefined
}

const ofFile = (path: string, label: number): Sample => ({ path, label, read: () => bytesIn(path) })

/** Recordings in a zip file of a folder for each digit. */
async function zipped(path: string): Promise<Sample[]> {
  const samples = (await zipEntries(path)).flatMap(({ name, read }): Sample[] => {
    const digit = /(?:^|\/)([0-9])\/[^/]+\.bin$/.exec(name)?.[1]
    return digit === undefined ? [] : [{ path: `${path}: ${name}`, label: Number(digit), read }]
  })
  if (samples.length > 0) return samples.sort((a, b) => a.label - b.label || (a.path < b.path ? -1 : 1))
  throw damaged(path, 'has no recordings in folders 0 to 9')
}

async function ofDigits(folder: string): Promise<Sample[]> {
  const { path } = node()
  const samples: Sample[] = []
  for (let label = 0; label < 10; label++) {
    const names = await namesIn(path.join(folder, String(label)))
    samples.push(
      ...names
        .filter((name) => /\.(bin|bs2)$/.test(name))
        .map((name) => ofFile(path.join(folder, String(label), name), label)),
    )
  }
  if (samples.length > 0) return samples
  throw new HillockError('HILLOCK_DATA_MISSING', `${folder} has no recordings in folders 0 to 9`, {
    hint: 'Unpack the file again, or give another folder.',
  })
}

/** Lines of a number and a digit; those that begin with # are passed over. */
async function listed(folder: string, name: string): Promise<Sample[]> {
  const { path } = node()
  const file = path.join(folder, name)
  const lines = new TextDecoder().decode(await bytesIn(file)).split('\n')
  const samples = lines.flatMap((line, i): Sample[] => {
    if (line.trim() === '' || line.startsWith('#')) return []
    const [number, label] = line.trim().split(/\s+/).map(Number)
    if (Number.isInteger(number) && Number.isInteger(label) && label! >= 0 && label! < 10)
      return [ofFile(path.join(folder, `${number}.bs2`), label!)]
    throw damaged(file, `says no number and digit in line ${i + 1}`)
  })
  if (samples.length === 0) throw damaged(file, 'lists no recordings')
  return samples
}
