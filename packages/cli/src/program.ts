import { choices, HillockError } from '@hillock/core/errors'
import { pluginKinds } from '@hillock/recipes/plugin-names'
import { Argument, Command } from 'commander'
import { version } from './home.ts'
import { modelCommands } from './model-commands.ts'
import { collect, list, oneOf, refuseNothing, whole } from './option-values.ts'
import { fail } from './output/failure.ts'
import { shapes } from './shapes.ts'
import { type Add, data, json, option, seed, threads } from './shared-options.ts'
import { trainingCommands } from './training-commands.ts'

/** The command line as a tree of commands. */
export function createProgram(): Command {
  const program = new Command('hillock')
    .description('Train and run spiking neural networks.')
    .version(version(), '-v, --version')
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .hook('preAction', (_, command) => {
      const extra = command.args[command.registeredArguments.length]
      if (extra === undefined) return
      const hint = `hillock ${command.name()} --help lists the options`
      throw new HillockError('HILLOCK_USAGE', `${command.name()} does not take '${extra}'`, { hint })
    })

  const add: Add = (name, description, example) =>
    program
      .command(name)
      .allowExcessArguments()
      .description(description)
      .addHelpText('after', `\nExample:\n  $ ${example}`)

  trainingCommands(add)
  modelCommands(add)

  add('bench', 'Time training batches.', 'hillock bench --recipe demo --backends reference,wasm --batches 40')
    .option('--recipe <name>', 'a recipe (repeatable; default: "demo")', collect)
    .option('--backends <names>', 'backends to compare, separated by commas', list)
    .option('--backend <name>', 'one backend (repeatable; default: as in training)', list)
    .addOption(threads())
    .option('--batches <n>', 'how many batches to time, after warming up', whole(1), 40)
    .addOption(data())
    .addOption(seed())
    .addOption(json())
    .action(async ({ recipe = ['demo'], backend = [], backends = [], seed = 0, ...rest }) => {
      const names: string[] = [...backend, ...backends]
      return (await import('./commands/bench.ts')).bench({ ...rest, seed, recipe, backends: [...new Set(names)] })
    })

  add('new', 'Create a package for your own plugin.', 'hillock new learner my-rule')
    .addArgument(new Argument('<kind>', 'kind of plugin').choices(pluginKinds).argParser(oneOf(pluginKinds)))
    .argument('<name>', 'name in lower case, such as my-rule')
    .addOption(option('--shape <shape>', 'kind of learner to start from (default: gradient)', shapes))
    .action(async (kind, name, options) => (await import('./commands/new.ts')).createPlugin(kind, name, options))

  add('recipes', 'List the recipes.', 'hillock recipes')
    .addOption(json())
    .action(async (options) => (await import('./commands/recipes.ts')).listRecipes(options))
  add('info', 'List what is installed and what works on this machine.', 'hillock info')
    .addOption(json())
    .action(async (options) => (await import('./commands/info.ts')).info(options))
  for (const { options } of program.commands) for (const option of options) refuseNothing(option)
  return program
}

/** Throws HILLOCK_USAGE if the command is unknown, whatever follows it. */
function checkCommand({ commands }: Command, [first = '', second = '']: readonly string[]): void {
  const name = first === 'help' ? second : first
  const names = commands.map((command) => command.name())
  if (name === '' || name.startsWith('-') || names.includes(name)) return
  throw new HillockError('HILLOCK_USAGE', `there is no command '${name}'`, { hint: choices(name, names) })
}

/** Runs the command line and gives its exit code. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const program = createProgram()
    checkCommand(program, args)
    await program.parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    return fail(error, args.includes('--json'))
  }
}
