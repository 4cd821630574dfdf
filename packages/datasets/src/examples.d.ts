import { type Examples } from './dataset.ts'
import { type Idx } from './idx.ts'
/**
 * Examples from the idx files of images and of labels, flattened: bytes divided by 255, floats as they are. Labels may be whole numbers of
 * any type. Throws HILLOCK_DATA_DAMAGED, by name, if the files do not fit together; HILLOCK_DATA_MISSING if there are no examples;
 * HILLOCK_UNSUPPORTED if the images are whole numbers of another type, or the labels are floats; HILLOCK_RANGE if `limit` is beyond their
 * count.
 */
export declare function idxExamples(
  images: Idx,
  labels: Idx,
  options?: {
    classes?: number
    limit?: number | undefined
    names?: {
      images: string
      labels: string
    }
  },
): Examples
