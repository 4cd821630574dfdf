import type { Type } from '@hillock/device'

/** Kinds of registers: numbers, words, conditions, addresses, and what tensor cores are given. */
export type RegisterType = Type | 'u64' | 'b32'

const letters = { f32: 'f', u32: 'r', bool: 'p', u64: 'd', b32: 'b' } as const
const types = { f32: 'f32', u32: 'u32', bool: 'pred', u64: 'u64', b32: 'b32' } as const

/** The text of a kernel under construction: instructions, and as many registers and labels as it takes. */
export interface Text {
  /** A register that nothing else uses. */
  register(type: RegisterType): string
  label(): string
  emit(instruction: string): void
  place(label: string): void
  declarations(): string
  body(): string
}

export function createText(): Text {
  const counts: Record<RegisterType, number> = { f32: 0, u32: 0, bool: 0, u64: 0, b32: 0 }
  const lines: string[] = []
  let labels = 0
  return {
    register: (type) => `%${letters[type]}${counts[type]++}`,
    label: () => `L${labels++}`,
    emit(instruction) {
      lines.push(`  ${instruction};`)
    },
    place(label) {
      lines.push(`${label}:`)
    },
    declarations: () =>
      (Object.keys(counts) as RegisterType[])
        .filter((type) => counts[type] > 0)
        .map((type) => `  .reg .${types[type]} %${letters[type]}<${counts[type]}>;`)
        .join('\n'),
    body: () => lines.join('\n'),
  }
}
