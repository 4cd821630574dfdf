import { type Dataset } from './dataset.ts'
import { type LocateOptions } from './locate.ts'
import { type IdxSource, sources } from './sources.ts'
export interface IdxOptions extends LocateOptions {
  /** How many training examples are held back for validation, drawn by `seed`. */
  validation?: number | undefined
  seed?: number | undefined
  /** Use only the first so many training examples, the validation ones among them. The test set stays whole. */
  limit?: number | undefined
}
export interface MnistOptions extends IdxOptions {
  dataset?: keyof typeof sources | undefined
}
/**
 * MNIST or one of its family: 60,000 and 10,000 images of 28x28. Looked up in `data`, HILLOCK_DATA and the user's
 * cache, in this order, then downloaded into the cache. What lies in a folder may be any version of the files that
 * holds together (gzipped or not, fewer images); what was downloaded is held to its SHA-256.
 *
 * Throws HILLOCK_DATA_MISSING, HILLOCK_DATA_DAMAGED, HILLOCK_OPTION (an unknown `dataset`), HILLOCK_RANGE (`limit`,
 * `validation`), HILLOCK_UNSUPPORTED (not in Node.js).
 */
export declare function mnist(options?: MnistOptions): Promise<Dataset>
/** A data set of your own in four idx files, looked up and checked as `mnist` is. */
export declare function idxDataset(source: IdxSource, options?: IdxOptions): Promise<Dataset>
