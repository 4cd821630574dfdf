import { HillockError } from '@hillock/core'
import { checkOptions, checkValue, is, sizeOf } from '@hillock/core/options'
import { damaged } from './damaged.ts'
import type { Examples } from './data-types.ts'
import { aNumber, checkCount } from './dataset.ts'
import type { Idx } from './idx.ts'

const names = is.made("what the files are called: { images: 'a', labels: 'b' }", 'images', 'labels')
const isIdx = is.made('what readIdx gives', 'shape', 'values')

/**
 * Examples from the idx files of images and of labels, flattened: bytes divided by 255, floats as they are. Labels may be whole numbers of
 * any type. Throws HILLOCK_DATA_DAMAGED, by name, if the files do not fit together; HILLOCK_DATA_MISSING if there are no examples;
 * HILLOCK_UNSUPPORTED if the images are whole numbers of another type, or the labels are floats; HILLOCK_RANGE if `limit` is beyond their
 * count.
 */
export function idxExamples(
  images: Idx,
  labels: Idx,
  options: { classes?: number; limit?: number | undefined; names?: { images: string; labels: string } } = {},
): Examples {
  checkOptions('idxExamples', options, { classes: is.whole(1), limit: aNumber, names })
  for (const [name, idx] of Object.entries({ images, labels })) checkValue('idxExamples', name, idx, isIdx)
  const { classes = 10, names: called = { images: 'the file of images', labels: 'the file of labels' } } = options
  const [available = 0, ...shape] = images.shape
  if (shape.length === 0) throw damaged(called.images, 'holds labels where images are expected')
  if (labels.shape.length !== 1) throw damaged(called.labels, 'holds images where labels are expected')
  if (labels.shape[0] !== available) {
    throw damaged(called.labels, `holds ${labels.shape[0]} labels for the ${available} images of ${called.images}`)
  }
  const features = sizeOf(shape)
  if (available * features === 0) {
    const hint = 'The file is sound; give one that has images in it.'
    throw new HillockError('HILLOCK_DATA_MISSING', `${called.images} holds ${images.shape.join(' x ')} values`, {
      hint,
    })
  }
  const wanted = labelsOf(labels.values, classes, called.labels)
  const count = options.limit === undefined ? available : checkCount('limit', options.limit, 1, available)
  const pixels = pixelsOf(images.values, called.images, count * features)
  return { images: pixels, labels: wanted.slice(0, count), count, features, classes }
}

/** The first `count` values of images. */
function pixelsOf(values: Idx['values'], name: string, count: number): Float32Array {
  if (kindOf(values) === 'Uint8') {
    const grey = Float32Array.from({ length: 256 }, (_, byte) => byte / 255)
    const pixels = new Float32Array(count)
    for (let i = 0; i < count; i++) pixels[i] = grey[values[i]!]!
    return pixels
  }
  if (isFloats(values)) return Float32Array.from(values.subarray(0, count))
  const hint =
    'Make Float32Array.from(values, ...) of what readIdx gives: you know which of them is black and which is white.'
  throw new HillockError('HILLOCK_UNSUPPORTED', `${name} holds images of ${kindOf(values)} values`, { hint })
}

/** Labels in the smallest array that has room for all classes. */
function labelsOf(values: Idx['values'], classes: number, name: string): Examples['labels'] {
  if (isFloats(values)) {
    const hint = 'Labels are whole numbers: save them as bytes.'
    throw new HillockError('HILLOCK_UNSUPPORTED', `${name} holds labels of ${kindOf(values)} values`, { hint })
  }
  const bad = values.findIndex((label: number) => label < 0 || label >= classes)
  if (bad >= 0) throw damaged(name, `has label ${values[bad]} at ${bad}, of ${classes} classes`)
  return classes <= 256
    ? Uint8Array.from(values)
    : classes <= 65536
      ? Uint16Array.from(values)
      : Int32Array.from(values)
}

const kindOf = (values: Idx['values']): string => Object.prototype.toString.call(values).slice(8, -6)
const isFloats = (values: Idx['values']): values is Float32Array | Float64Array => kindOf(values).startsWith('Float')
