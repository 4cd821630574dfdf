import type { NirNode } from './graph.ts'

/** A field of a file that was not used or was changed. */
export interface Note {
  /** Its name in the file. */
  readonly node: string
  /** Absent where the whole node is meant. */
  readonly field?: string
  /** Why, or what was done. */
  readonly text: string
}

/** Collects notes, and makes names for layers: 'lif1.lif' becomes 'lif1_lif', '3' becomes 'node3'. */
export function notesOf(nodes: ReadonlyMap<string, NirNode>): {
  readonly names: (node: string) => string
  readonly note: (node: string, field: string | undefined, text: string) => void
  readonly notes: () => readonly Note[]
} {
  const found: Note[] = []
  const taken = new Set<string>()
  return {
    names(node) {
      const word = node.replace(/\W/g, '_')
      let name = /^[A-Za-z_]/.test(word) ? word : `node${word}`
      while (taken.has(name) || (name !== node && nodes.has(name))) name += '_'
      taken.add(name)
      return name
    },
    note: (node, field, text) => found.push({ node, ...(field !== undefined && { field }), text }),
    notes: () => found,
  }
}
