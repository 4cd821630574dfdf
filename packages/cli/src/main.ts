process.stderr.write('hillock: no command is here yet\n')
process.exitCode = 2
