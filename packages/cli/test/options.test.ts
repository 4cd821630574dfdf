import { describe, expect, test } from '@jest/globals'
import type { Command } from 'commander'
import fc from 'fast-check'
import { createProgram } from '../src/program.ts'

/** Reads a command line as hillock does, and does nothing; the options that a command would be given, or the error. */
async function parsed(args: readonly string[]): Promise<{ given?: object; error?: { code: string; message: string } }> {
  const program = createProgram()
  let given: object | undefined
  for (const command of program.commands) {
    command
      .exitOverride()
      .configureOutput({ writeOut: () => {}, writeErr: () => {}, outputError: () => {} })
      .action(() => {
        given = command.opts()
      })
  }
  program.configureOutput({ writeOut: () => {}, writeErr: () => {}, outputError: () => {} })
  try {
    await program.parseAsync(args, { from: 'user' })
    return given === undefined ? {} : { given }
  } catch (error) {
    return { error: error as { code: string; message: string } }
  }
}

const takesValue = (command: Command) => command.options.filter(({ required }) => required)
const commands = createProgram().commands.map((command) => [command.name(), command] as const)

/** A value that an option takes, so that another one can be wrong. */
function rightValue(command: Command, flag: string): string {
  const option = command.options.find(({ long }) => long === flag)!
  if (option.flags.endsWith('<k/n>')) return '1/3'
  return option.argChoices?.[0] ?? (/<(n[>,]|seconds)/.test(option.flags) ? '3' : 'a=1')
}

/** What a command cannot do without. */
function needed(command: Command, besides?: string): string[] {
  const words = command.registeredArguments.map(({ argChoices }) => argChoices?.[0] ?? 'my-own')
  const mandatory = command.options.filter(({ mandatory, long }) => mandatory && long !== besides)
  return [command.name(), ...words, ...mandatory.flatMap(({ long }) => [long!, rightValue(command, long!)])]
}

describe.each(commands)('%s', (_, command) => {
  test('takes each of its options with a value that is right, and none with an empty one', async () => {
    for (const { long } of takesValue(command)) {
      const args = needed(command, long)
      expect(await parsed([...args, long!, rightValue(command, long!)])).toEqual({ given: expect.any(Object) })
      for (const nothing of ['', ' ', '\t']) {
        const { error } = await parsed([...args, long!, nothing])
        expect([long, error]).toMatchObject([long, { message: expect.stringMatching(/It is empty/) }])
      }
    }
  })

  test('takes no number but a whole one in its range', async () => {
    for (const { long, flags } of takesValue(command)) {
      if (!/<n[>,]/.test(flags)) continue
      for (const wrong of ['-1', '1.5', '1e3', '0x10', 'NaN', 'Infinity', '٣', '99999999999999999999', '3,', 'many']) {
        const { error } = await parsed([...needed(command, long), long!, wrong])
        expect([long, wrong, error]).toMatchObject([long, wrong, { code: 'commander.invalidArgument' }])
        expect(error!.message).toContain(wrong)
      }
    }
  })

  test('takes no word too many, and names it', async () => {
    expect(await parsed([...needed(command), 'tooMany'])).toEqual({
      error: expect.objectContaining({ code: 'HILLOCK_USAGE', message: expect.stringContaining("'tooMany'") }),
    })
  })
})

test('whatever stands on the command line is taken or refused with a code', async () => {
  const word = fc.oneof(
    fc.constantFrom(...commands.map(([name]) => name)),
    fc.constantFrom(...commands.flatMap(([, { options }]) => options.map(({ long }) => long!))),
    fc.constantFrom('stdp', 'neuron', 'raster', '1', '-1', '--', '-', '', '--no-json', '__proto__', 'constructor'),
    fc.string(),
  )
  let taken = 0
  const property = fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (args) => {
    const { given, error } = await parsed(args)
    if (given !== undefined) taken++
    if (error !== undefined) expect(error.code).toMatch(/^(commander\.|HILLOCK_USAGE$)/)
  })
  await fc.assert(property, { numRuns: 2000 })
  expect(taken).toBeGreaterThan(0)
})
