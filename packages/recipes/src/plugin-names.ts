import { suggestion } from '@hillock/core/errors'

/** The kinds of plugins. */
export const pluginKinds = ['learner', 'backend', 'neuron', 'encoder'] as const
/** A kind of plugin. */
export type PluginKind = (typeof pluginKinds)[number]

/** What a package of a plugin may be: those that recipes name, and queues for sweeps. */
export type PackageKind = PluginKind | 'sweep'

/** The packages that a plugin may be, the first one found first. */
export const packagesOf = (kind: PackageKind, name: string): readonly [string, string] => [
  `@hillock/${kind}-${name}`,
  `hillock-${kind}-${name}`,
]

/** What such a package exports: `random-bp` is `randomBp`. */
export const exportOf = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

/** Whether a plugin can be called so. */
export const isPluginName = (name: string): boolean => /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)

/** Whether a name that is not known stands for a plugin, and is no known one misspelt. */
export const isForeign = (name: string, known: readonly string[]): boolean =>
  isPluginName(name) && suggestion(name, known) === undefined
