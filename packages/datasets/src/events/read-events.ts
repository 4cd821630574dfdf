import { HillockError } from '@hillock/core'
import { checkOptions, checkValue } from '@hillock/core/options'
import { readAedat2 } from './aedat2.ts'
import { readAedat3 } from './aedat3.ts'
import { readAedat4 } from './aedat4.ts'
import { readCsv } from './csv.ts'
import { readDat } from './dat.ts'
import { type EventList, latin, type Reader, type ReadOptions, readOptions } from './event-list.ts'
import { readEvt2 } from './evt2.ts'
import { readEvt3 } from './evt3.ts'
import { readNMnist } from './n-mnist.ts'
import { readNpy } from './npy.ts'
import { readSlayer1d, readSlayer3d } from './slayer.ts'

/** Formats that say so themselves. */
const byBeginning: readonly (readonly [RegExp, Reader])[] = [
  [/^#!AER-DAT4/, readAedat4],
  [/^#!AER-DAT3/, readAedat3],
  [/^#!AER-DAT[12]/, readAedat2],
  [/^%(?:.*\n%)* *(?:evt 3|format EVT3)/, readEvt3],
  [/^%(?:.*\n%)* *(?:evt 2|format EVT2)/, readEvt2],
  [/^%/, readDat],
  [/^\x93NUMPY/, readNpy],
]

const byEnding: readonly (readonly [RegExp, Reader])[] = [
  [/\.(bin|bs2)$/i, readNMnist],
  [/\.bs1$/i, readSlayer1d],
  [/\.bs3$/i, readSlayer3d],
  [/\.(csv|tsv|txt)$/i, readCsv],
]

/**
 * Reads events of any of the formats: by how the file begins, or else by how its `name` ends (.bin, .bs1, .bs2, .bs3, .csv, .txt). Throws as the reader of
 * that format, and HILLOCK_UNSUPPORTED if neither tells which it is.
 */
export function readEvents(bytes: Uint8Array, options: ReadOptions & { readonly name: string }): EventList {
  const hint = 'give the bytes of a file: new Uint8Array(await response.arrayBuffer())'
  checkValue('readEvents', 'bytes', bytes, (value) => (ArrayBuffer.isView(value) ? undefined : hint))
  checkOptions('readEvents', options, readOptions, ['name'])
  const text = latin(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, 4096)
  const found = byBeginning.find(([sign]) => sign.test(text)) ?? byEnding.find(([sign]) => sign.test(options.name))
  if (found !== undefined) return found[1](bytes, options)
  throw new HillockError('HILLOCK_UNSUPPORTED', `${options.name} is of no format of events that is known`, {
    hint: 'Known are AEDAT 2 to 4, EVT2, EVT3, DAT, NPY, and by their endings .bin, .bs1, .bs2, .bs3 and .csv.',
  })
}
