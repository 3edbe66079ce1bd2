// What members and steps say on standard output, and are told on standard input.
const readline = require('readline')

const say = (what, value) => process.stdout.write(JSON.stringify({ [what]: value }) + '\n')

let owned = '[]'

/** What is owned, {topic: [partition]}, if that changed: a test's members read one topic at a time. */
function owns(assignment) {
  const partitions = [...new Set(Object.values(assignment).flat())].sort()
  if (JSON.stringify(partitions) === owned) return
  owned = JSON.stringify(partitions)
  say('owned', partitions)
}

/** ['--name', 'value', ...] as an object. A name alone stands at the end. */
function options(words) {
  const found = {}
  for (let at = 0; at < words.length; at += 2) found[words[at].slice(2)] = words[at + 1] || ''
  return found
}

/** Until standard input ends; a line that comes before means something else. */
async function toldToLeave(line = () => {}) {
  for await (const _ of readline.createInterface({ input: process.stdin })) line()
}

module.exports = { say, owns, options, toldToLeave }
