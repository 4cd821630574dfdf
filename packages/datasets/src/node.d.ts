/**
 * Node's own modules, asked for only when files are read: a bundle for browsers that makes glyphs, or reads idx files
 * that a page fetched, contains no trace of them. Throws HILLOCK_UNSUPPORTED where there are none.
 */
export declare function node(): {
  fs: typeof import('node:fs/promises')
  os: typeof import('node:os')
  path: import('path').PlatformPath
}
