import { quantile, shown, table } from './figures.js'

/** The results as tables, for people; `results` holds what each row gave, by its name. */
export function report (results) {
  const by = (measure) => Object.entries(results).filter(([, result]) => result.measure === measure)
  return Object.entries(tables).flatMap(([measure, show]) => by(measure).length === 0 ? [] : show(by(measure))).filter((part) => part !== '').join('\n\n')
}

const tables = {
  throughput: (rows) => [
    table(['row', 'figure', 'here', 'there', 'ratio: min', 'median', 'max', 'by computing', 'aim', 'reached'], rows.flatMap(([name, { servers, figures }]) => figures.map(({ what, of, against, aim, ratio, byComputing }, i) => [
      i === 0 ? name : '',
      `${what}, ${of} / ${against}`,
      shown(servers[of][what].median),
      shown(servers[against][what].median),
      shown(ratio.min),
      shown(ratio.median),
      shown(ratio.max),
      shown(byComputing.median),
      aim === undefined ? '' : `>= ${aim}`,
      aim === undefined ? '' : ratio.median >= aim ? 'yes' : 'no'
    ]))),
    table(['row', 'server', 'events/s: min', 'median', 'max', 'MB/s', 'µs/event', 'core busy', 'generator busy', 'not parsed'], rows.flatMap(([name, { servers }]) => Object.entries(servers).map(([target, server], i) => [
      i === 0 ? name : '',
      target,
      ...['min', 'median', 'max'].map((which) => shown(server['events/s'][which])),
      shown(server['MB/s'].median),
      shown(server['µs/event'].median),
      percent(server.busy.median),
      percent(server['generator busy'].median),
      percent(server.passedOver)
    ]))),
    noise(rows),
    disturbance(rows)
  ],
  latency: (rows) => [
    table(['ms, at half of full speed', 'alerts', 'min', 'median', 'p99', 'max', 'aim', 'reached'], rows.flatMap(([name, { alerts, aim, answerToAlert, sentToAlert, sentToAnswer }]) => [
      [`${name}: answer received to alert received`, alerts, answerToAlert, `<= ${aim}`, answerToAlert.p99 <= aim ? 'yes' : 'no'],
      ['batch sent to alert received', alerts, sentToAlert, '', ''],
      ['batch sent to answer received', alerts, sentToAnswer, '', '']
    ].map(([what, count, { min, median, p99, max }, ...rest]) => [what, String(count), ...[min, median, p99, max].map(shown), ...rest]))),
    table(['sent at', 'events/s', 'full speed', 'core busy', 'batches late'], rows.map(([name, { perSecond, fullSpeed, busy, late }]) => [name, shown(perSecond), shown(fullSpeed), percent(busy), String(late)]))
  ],
  state: (rows) => rows.map(([name, { memory, wanted, flood, aim }]) => table([name, 'here', 'aim', 'reached'], [
    [`heap bytes per host of one hit, ${shown(memory.hosts)} hosts${memory.hosts < wanted ? ` (of ${shown(wanted)}: there was no time for more)` : ''}`, shown(memory.heap), `<= ${aim}`, memory.heap <= aim ? 'yes' : 'no'],
    ['resident bytes per host', shown(memory.resident), '', ''],
    ['before V8 gave free pages back', shown(memory.atOnce), '', ''],
    ['µs per event', shown(memory.time), '', ''],
    [`alerts of the attacker in a flood of ${shown(flood.hosts * 1.5)} hosts, max_groups ${shown(flood.groups)}`, String(flood.alerts), '1', flood.alerts === 1 ? 'yes' : 'no'],
    ['heap MB after a quarter of it', shown(flood.quarter), '', ''],
    ['heap MB at its end', shown(flood.end), '', ''],
    ['µs per event', shown(flood.time), '', '']
  ]))
}

/** What the machine does to a figure when nothing else has changed. */
function noise (rows) {
  const steps = rows.flatMap(([, { servers }]) => Object.values(servers)
    .flatMap(({ slices }) => slices.slice(1).map((slice, i) => slice['events/s'] / slices[i]['events/s'])))
  if (steps.length === 0) return ''
  const [low, high] = [quantile(steps, 0.05), quantile(steps, 0.95)]
  return `noise: from one slice of a server to its next, events/s changes by a factor of ${shown(low)} to ${shown(high)} (nine in ten of ${steps.length})`
}

/** One of the two cores is full while a server is measured, unless someone else is on it. */
function disturbance (rows) {
  const disturbed = rows.filter(([, { servers }]) => Object.values(servers).some((server) => Math.max(server.busy.median, server['generator busy'].median) < 0.9))
  if (disturbed.length === 0) return ''
  return `disturbed by other processes, so that only \`by computing\` counts: ${disturbed.map(([name]) => name).join(' ')}`
}

function percent (share) {
  return share === undefined ? '-' : `${(share * 100).toFixed(1)} %`
}
