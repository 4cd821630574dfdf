import { HillockError } from '@hillock/core'

/**
 * Node's own modules, asked for only when files are read: a bundle for browsers that makes glyphs, or reads idx files
 * that a page fetched, contains no trace of them. Throws HILLOCK_UNSUPPORTED if there are no such modules.
 */
export function node() {
  if (typeof process === 'undefined' || typeof process.getBuiltinModule !== 'function') {
    throw new HillockError('HILLOCK_UNSUPPORTED', 'reading data set files from folders needs Node.js', {
      hint: 'In a browser, fetch the files and pass their bytes to readIdx and idxExamples, or use glyphs.',
    })
  }
  return {
    crypto: process.getBuiltinModule('node:crypto'),
    fs: process.getBuiltinModule('node:fs/promises'),
    os: process.getBuiltinModule('node:os'),
    path: process.getBuiltinModule('node:path'),
    timers: process.getBuiltinModule('node:timers/promises'),
    zlib: process.getBuiltinModule('node:zlib'),
  }
}
