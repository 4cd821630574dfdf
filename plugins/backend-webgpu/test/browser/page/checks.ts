import { type Availability, isAvailable, webgpu } from '@hillock/backend-webgpu'
import { backendConformance, type TestFunctions } from '@hillock/testkit'
import { losses } from '../../training.ts'

/** What a page or worker tells of itself. */
export interface Report {
  readonly availability: Availability
  readonly passed: number
  readonly failures: readonly string[]
  readonly losses: readonly number[]
}

/** Says whether there is a GPU, and if so trains on it and, to be `thorough`, runs the conformance suite. */
export async function runChecks(thorough: boolean): Promise<Report> {
  const availability = await isAvailable()
  if (!availability.available) return { availability, passed: 0, failures: [], losses: [] }
  const tests: { name: string; body: () => Promise<void> | void }[] = []
  const add = (name: string, body: () => Promise<void> | void) => {
    tests.push({ name, body })
  }
  // Node runs the whole suite, with these kernels; what only goes deeper into them is left out
  const deep = ['whole layers', 'recurrence', 'wirings', 'the largest of sites', 'lanes', 'guards', 'programs']
  const describe: TestFunctions['describe'] = (name, body) => {
    if (!deep.includes(name)) body()
  }
  const runner: TestFunctions = { describe, test: Object.assign(add, { skip: () => {} }) }
  const knownDeviations = { 'with a text of 200 lines': 'an emulated GPU compiles its kernel for minutes' }
  if (thorough)
    backendConformance({
      name: 'browser',
      create: () => webgpu(),
      programs: 0,
      decorated: false,
      runner,
      knownDeviations,
    })
  const failures: string[] = []
  for (const { name, body } of tests) {
    try {
      await body()
    } catch (error) {
      failures.push(`${name}: ${error}`)
    }
  }
  return { availability, passed: tests.length - failures.length, failures, losses: await losses(await webgpu()) }
}
