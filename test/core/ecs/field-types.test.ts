import t from 'tap'
import { fieldType } from '../../../src/core/ecs/field-types.js'
import type { FieldType } from '../../../src/core/ecs/field-types.js'

t.test('a field has the type of Elastic\'s mappings', async (t) => {
  const names: Partial<Record<FieldType, string[]>> = {
    keyword: ['event.code', 'event.category', 'process.name', 'process.args', 'host.id', 'user.name', 'labels.port', 'winlog.event_data.Port', 'winlog.event_data.pid',
      'winlog.event_id', 'winlog.record_id', 'tags', 'dns.question.name', 'file.hash.sha256', 'vulnerability.severity', 'container.labels.size', 'event.name.keyword'],
    wildcard: ['process.command_line', 'process.parent.command_line', 'url.full', 'http.request.body.content', 'registry.data.strings', 'process.io.text'],
    text: ['message', 'error.message', 'process.name.text', 'powershell.file.script_block_text', 'custom.field.text', 'destination.port.text'],
    caseless: ['process.name.caseless', 'custom.caseless'],
    long: ['destination.port', 'source.nat.port', 'network.bytes', 'network.packets', 'process.pid', 'process.parent.pid', 'process.args_count', 'http.request.body.bytes',
      'http.response.status_code', 'destination.bytes', 'event.duration', 'file.size', 'source.as.number', 'winlog.process.pid', 'winlog.process.thread.id', 'dns.answers.ttl'],
    double: ['event.risk_score', 'kibana.alert.risk_score', 'vulnerability.score.base', 'host.risk.calculated_score'],
    boolean: ['process.interactive', 'file.code_signature.trusted', 'tls.established'],
    ip: ['source.ip', 'host.ip', 'related.ip', 'dns.resolved_ip', 'client.nat.ip', 'custom.ip'],
    date: ['@timestamp', 'event.created', 'event.ingested', 'event.start', 'process.start', 'file.mtime', 'kibana.alert.original_time'],
    flattened: ['log.syslog.structured_data.x.y', 'process.pe.imports.kernel32'],
    unknown: ['custom', 'custom.field', 'ip', 'text', 'port', '']
  }
  for (const [type, list] of Object.entries(names)) for (const name of list) t.equal(fieldType(name), type, name)
})
