import { HillockError } from '@hillock/core'
import { checkOptions, checkValue, is } from '@hillock/core/options'
import { damaged } from './damaged.ts'
import type { Dataset } from './data-types.ts'
import { aNumber, split } from './dataset.ts'
import { idxExamples } from './examples.ts'
import { type Idx, readIdx } from './idx.ts'
import { reasonOf } from './keep.ts'
import { type LocateOptions, locate } from './locate.ts'
import { node } from './node.ts'
import { downloadOptions } from './receive.ts'
import { type IdxSource, sources } from './sources.ts'

/** Options of data sets in IDX files. */
export interface IdxOptions extends LocateOptions {
  /** How many training examples are held back for validation, drawn by `seed`. */
  validation?: number | undefined
  /** Seed of the split into training and validation. Default: 0. */
  seed?: number | undefined
  /** Use only the first so many training examples, the validation ones among them. The test set stays whole. */
  limit?: number | undefined
}

/** Options of `mnist`. */
export interface MnistOptions extends IdxOptions {
  /** Which of the data sets in MNIST's format. Default: 'mnist'. */
  dataset?: keyof typeof sources | undefined
}

/** Numbers are checked where they are used. */
const known = {
  data: is.text,
  ...downloadOptions,
  validation: aNumber,
  seed: is.whole(0, 2 ** 32 - 1),
  limit: aNumber,
}

const isSource = is.made('a data set of four idx files: { name, classes, files }', 'name', 'classes', 'files')

/**
 * MNIST or one of its family: 60,000 and 10,000 images of 28x28. Looked up in `data`, HILLOCK_DATA and the user's
 * cache, in this order, then downloaded into the cache. What lies in a folder may be any version of the files that
 * holds together (gzipped or not, fewer images); what was downloaded is held to its SHA-256.
 *
 * Throws HILLOCK_DATA_MISSING, HILLOCK_DATA_DAMAGED, HILLOCK_OPTION (an unknown `dataset`), HILLOCK_RANGE (`limit`,
 * `validation`), HILLOCK_UNSUPPORTED (not in Node.js).
 */
export async function mnist(options: MnistOptions = {}): Promise<Dataset> {
  checkOptions('mnist', options, { ...known, dataset: is.oneOf(...Object.keys(sources)) })
  const { dataset = 'mnist', ...others } = options
  return idxDataset(sources[dataset], others)
}

/** A data set of your own in four idx files, looked up and checked as `mnist` is. */
export async function idxDataset(source: IdxSource, options: IdxOptions = {}): Promise<Dataset> {
  checkValue('idxDataset', 'source', source, isSource)
  checkOptions('idxDataset', options, known)
  const { name, classes } = source
  const { validation = 0, seed = 0, limit } = options
  const paths = await locate(source, options)
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all([
    readFile(paths.trainImages),
    readFile(paths.trainLabels),
    readFile(paths.testImages),
    readFile(paths.testLabels),
  ])
  if (source.counts?.train === testLabels.shape[0] && source.counts?.test === trainLabels.shape[0]) {
    throw damaged(
      paths.trainLabels,
      `holds the labels of the test set and ${paths.testLabels} those of the training set`,
    )
  }
  const training = idxExamples(trainImages, trainLabels, {
    classes,
    limit,
    names: { images: paths.trainImages, labels: paths.trainLabels },
  })
  const test = idxExamples(testImages, testLabels, {
    classes,
    names: { images: paths.testImages, labels: paths.testLabels },
  })
  const shape = trainImages.shape.slice(1)
  const other = testImages.shape.slice(1)
  if (shape.join() !== other.join()) {
    throw damaged(paths.testImages, `holds images of ${other.join('x')}, the training set has ${shape.join('x')}`)
  }
  const parts = validation === 0 ? { train: training } : split(training, { validation, seed })
  return { name, shape, classes, ...parts, test, source: node().path.dirname(paths.trainImages) }
}

async function readFile(path: string): Promise<Idx> {
  const bytes = await node()
    .fs.readFile(path)
    .catch((cause: unknown) => {
      const hint = 'See to it that you may read it, or give another folder.'
      throw new HillockError('HILLOCK_DATA_MISSING', `${path} cannot be read: ${reasonOf(cause)}`, { hint, cause })
    })
  return readIdx(new Uint8Array(bytes), path)
}
