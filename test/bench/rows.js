import { join } from 'node:path'
import { writeHundredRules, writeUnlimitedRule } from './rules.js'

/**
 * What `npm run bench` measures. A row is a body and the servers that get it by turns; each of its figures compares two
 * of them. `aim` is the ratio to reach (or, for a latency, the milliseconds not to exceed).
 */
export function rowsIn (folder) {
  const one = { kind: 'tripline', options: { rules: ['builtin'], state: 'memory' } }
  const parsing = { kind: 'tripline', options: { ...one.options, parseAll: true } }
  const bare = { kind: 'bare' }
  const fastify = { kind: 'fastify' }
  const parseAll = (aim) => ({ what: 'events/s', of: 'tripline', against: 'parse_all', aim })
  const plainFastify = { what: 'events/s', of: 'tripline', against: 'fastify' }
  const receiving = { what: 'MB/s', of: 'tripline', against: 'bare', aim: 0.5 }

  return [
    row('ndjson-1.7k-0.4%', { format: 'ndjson', share: 0.004 }, { tripline: one, parse_all: parsing, fastify, bare }, [parseAll(8), plainFastify, receiving]),
    row('ndjson-1.7k-1%', { format: 'ndjson', share: 0.01 }, { tripline: one, parse_all: parsing }, [parseAll(6)]),
    row('ndjson-4.8k-0.4%', { format: 'ndjson', full: true, share: 0.004 }, { tripline: one, parse_all: parsing, bare }, [parseAll(8), receiving]),
    row('ndjson-4.8k-1%', { format: 'ndjson', full: true, share: 0.01 }, { tripline: one, parse_all: parsing }, [parseAll(6)]),
    row('array-1.7k-1%', { format: 'array', share: 0.01 }, { tripline: one, parse_all: parsing, fastify, bare }, [parseAll(5), plainFastify, receiving]),
    row('array-4.8k-0.4%', { format: 'array', full: true, share: 0.004 }, { tripline: one, parse_all: parsing, bare }, [parseAll(5), receiving]),
    row('msgpack-1.7k-1%', { format: 'msgpack', share: 0.01 }, { tripline: one, parse_all: parsing }, [parseAll(3)]),
    row('gzip-1.7k-1%', { format: 'ndjson', share: 0.01, gzip: true }, { tripline: one, gunzip: { kind: 'gunzip' } }, [{ what: 'events/s', of: 'tripline', against: 'gunzip', aim: 0.8 }]),
    // Two servers that have run equally long.
    row('rules-1.7k-1%', { format: 'ndjson', share: 0.01 }, {
      '100 rules': { ...one, hundred: true, options: { ...one.options, rules: writeHundredRules(join(folder, 'hundred')) } },
      '1 rule': one
    }, [{ what: 'events/s', of: '100 rules', against: '1 rule', aim: 0.5 }], { young: true }),
    row('durable-1.7k-1%', { format: 'ndjson', share: 0.01 }, {
      durable: { ...one, options: { ...one.options, state: { dir: join(folder, 'state') } } },
      memory: one
    }, [{ what: 'events/s', of: 'durable', against: 'memory' }], { young: true }),
    ...['memory', 'durable'].map((state) => ({
      name: `latency-${state}`,
      measure: 'latency',
      // Fifteen of them trip the wire for a host that is new, where that is wanted.
      body: { format: 'ndjson', share: 0.019 },
      threshold: 15,
      server: { kind: 'tripline', options: { rules: writeUnlimitedRule(join(folder, `unlimited-${state}`)), state: state === 'memory' ? state : { dir: join(folder, 'state-latency') } } },
      aim: 20
    })),
    { name: 'state', measure: 'state', aim: 700 }
  ]
}

function row (name, body, servers, figures, more = {}) {
  return { name, measure: 'throughput', body, servers, figures, ...more }
}
