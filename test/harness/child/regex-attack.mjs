/** Runs regular expressions on hostile texts and tells how long each took; whoever started it ends it when it hangs. */
import { parentPort, workerData } from 'node:worker_threads'

/** At most: only what was not quick enough is run again, since a busy machine interrupts. */
const RUNS = 12

/** Every pattern is tried on what it is made of, again and again, and on what brings others down. */
function attacksOn(source, size) {
  // Parts of the pattern that match themselves, and what a class or a quantifier stands behind.
  const words = [...new Set([...source.replaceAll(/\\([/.<>{}()[\]*+?|^$-])/g, '$1').matchAll(/[\w<>{}@!:=/*"'`-]{1,20}/g)].map(([word]) => word))].slice(0, 8)
  const seeds = [...words, ...words.map(word => `${word} `), 'a', ' ', '\t', '\n', '0', '-', '_', '.', '/', '\\', '(', '[', '{', '<', '"', '/*', '((((', '<!--', 'a.', 'a-', 'a/', '/../', 'a:', 'a=', "a'", '${', 'Aa', '\u00e9', '\u2028']
  return [...new Set(seeds)].flatMap(seed => {
    const text = seed.repeat(Math.ceil(size / seed.length)).slice(0, size)
    return [text, ...words.slice(0, 2).flatMap(word => [word + text, text + word]), `${text}\u0000`]
  })
}

/** The quickest of some runs: what the pattern needs, not what else the processor did. */
function quickest(pattern, text) {
  let best = Infinity
  for (let run = 0; run < RUNS && best > workerData.limitMs / 2 && (run === 0 || best < 100); run++) {
    pattern.lastIndex = 0
    const start = performance.now()
    pattern.test(text)
    best = Math.min(best, performance.now() - start)
  }
  return best
}

for (const [index, { source, flags }] of workerData.patterns.entries()) {
  const pattern = new RegExp(source, flags)
  let worst = { ms: 0, text: '' }
  for (const text of attacksOn(source, workerData.size)) {
    parentPort.postMessage({ index, at: text.slice(0, 60) })
    const ms = quickest(pattern, text)
    if (ms > worst.ms) worst = { ms, text: text.slice(0, 60) }
  }
  parentPort.postMessage({ index, ...worst })
}
parentPort.postMessage({ index: -1 })
