import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeMachine, type Machine, machineLine } from './machine.ts'

/** What one run found: figures for machines and a table for people. */
export interface Report {
  readonly name: string
  readonly title: string
  /** What was measured and how, in a sentence or two. */
  readonly about: string
  readonly figures: unknown
  readonly tables: string
}

/** The machine as it is before the work, and the command that is run. */
export interface Circumstances {
  readonly machine: Machine
  readonly command: string
}

export const circumstances = (): Circumstances => ({
  machine: describeMachine(),
  // Where results and runs went is of no interest to others.
  command: `npm run bench -- ${process.argv.slice(2).join(' ')}`.replace(/ --(?:out|sweeps)[ =]\S+/g, '').trim(),
})

export function reportText({ title, about, tables }: Report, { machine, command }: Circumstances): string {
  return `# ${title}\n\n${about}\n\n${machineLine(machine)}.\n\`${command}\`\n\n${tables}\n`
}

/** Writes `name`.json and `name`.md. */
export function writeReport(folder: string, report: Report, around: Circumstances): void {
  mkdirSync(folder, { recursive: true })
  const { name, figures } = report
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify({ ...around, figures }, round, 2)}\n`)
  writeFileSync(join(folder, `${name}.md`), reportText(report, around))
}

/** The figures of an earlier run, if there are any. */
export function heldFigures<T>(folder: string, name: string): T | undefined {
  const path = join(folder, `${name}.json`)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')).figures as T) : undefined
}

const round = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(5)) : value)
