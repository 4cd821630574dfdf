import { checkCount, type Examples } from './dataset.ts'
import { damaged, type Idx } from './idx.ts'

/**
 * Examples from the idx files of images and of labels: bytes divided by 255, flattened. Throws HILLOCK_DATA_DAMAGED,
 * by name, for files that do not fit together, and HILLOCK_RANGE for a `limit` beyond their count.
 */
export function idxExamples(
  images: Idx,
  labels: Idx,
  options: { classes?: number; limit?: number | undefined; names?: { images: string; labels: string } } = {},
): Examples {
  const { classes = 10, names = { images: 'the file of images', labels: 'the file of labels' } } = options
  const [available = 0, ...shape] = images.shape
  if (shape.length === 0) throw damaged(names.images, 'holds labels where images are expected')
  if (labels.shape.length !== 1) throw damaged(names.labels, 'holds images where labels are expected')
  if (labels.shape[0] !== available) {
    throw damaged(names.labels, `holds ${labels.shape[0]} labels for the ${available} images of ${names.images}`)
  }
  const bad = labels.values.findIndex((label) => label >= classes)
  if (bad >= 0) throw damaged(names.labels, `has label ${labels.values[bad]} at ${bad}, of ${classes} classes`)

  const count = options.limit === undefined ? available : checkCount('limit', options.limit, 1, available)
  const features = shape.reduce((product, size) => product * size, 1)
  const grey = Float32Array.from({ length: 256 }, (_, byte) => byte / 255)
  const pixels = new Float32Array(count * features)
  for (let i = 0; i < pixels.length; i++) pixels[i] = grey[images.values[i]!]!
  return { images: pixels, labels: labels.values.slice(0, count), count, features, classes }
}
