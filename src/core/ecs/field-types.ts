/** How the values of a field compare; `unknown`: by the JSON type of each value. */
export type FieldType = 'keyword' | 'caseless' | 'wildcard' | 'text' | 'long' | 'double' | 'boolean' | 'ip' | 'date' | 'flattened' | 'unknown'

/**
 * The type that Elastic's index mappings give a field: ECS 8 and 9, the Windows integrations, alert fields. A suffix
 * `.text`, `.caseless` or `.keyword` names a multi-field. A field outside the known groups is `unknown`.
 */
export function fieldType (name: string): FieldType {
  const exact = byName.get(name)
  if (exact !== undefined) return exact
  const parts = name.split('.')
  const last = parts.at(-1) as string
  const suffix = parts.length > 1 ? suffixes.get(last) : undefined
  if (suffix !== undefined) return suffix
  if (freeGroups.some((prefix) => name.startsWith(prefix))) return 'keyword'
  if (!groups.has(parts[0] as string)) return last === 'ip' && parts.length > 1 ? 'ip' : 'unknown'
  if (parts.some((part) => flattened.has(part))) return 'flattened'
  return byLastParts.get(parts.slice(-2).join('.')) ?? byLastPart.get(last) ?? 'keyword'
}

const suffixes = new Map<string, FieldType>([['text', 'text'], ['caseless', 'caseless'], ['keyword', 'keyword']])

// Whatever users and event sources put here is a keyword, whatever it is called.
const freeGroups = ['labels.', 'winlog.event_data.', 'winlog.user_data.', 'container.labels.', 'orchestrator.resource.label']

const groups = new Set(words(`
  agent client cloud container data_stream destination device dll dns ecs elf email error event faas file gen_ai group
  hash host http input kibana labels log macho message network observer orchestrator organization os package pe
  powershell process registry related risk rule server service signal source span sysmon tags threat tls trace
  transaction url user user_agent vlan volume vulnerability winlog x509
`))

const flattened = new Set(words('structured_data imports exports go_imports'))

const byName = table({
  date: '@timestamp kibana.alert.original_time kibana.alert.last_detected kibana.alert.intended_timestamp',
  // process.io.text is a field that is called text, not a multi-field.
  wildcard: 'process.io.text url.full url.original url.path registry.data.strings error.stack_trace',
  text: `message error.message powershell.file.script_block_text powershell.command.value
    powershell.command.invocation_details.value`,
  ip: 'dns.resolved_ip',
  long: `event.sequence event.severity event.duration winlog.version winlog.process.thread.id log.syslog.priority
    log.origin.file.line kibana.alert.threshold_result.count kibana.alert.depth kibana.alert.rule.max_signals
    powershell.sequence powershell.total http.response.status_code dns.answers.ttl`,
  double: `event.risk_score event.risk_score_norm kibana.alert.risk_score kibana.alert.rule.risk_score host.cpu.usage
    container.cpu.usage container.memory.usage`
})

const byLastParts = table({
  wildcard: 'body.content',
  long: `as.number thread.id facility.code severity.code char_device.major char_device.minor tty.rows tty.columns
    bytes_skipped.length bytes_skipped.offset io.total_bytes_captured io.total_bytes_skipped usage.input_tokens
    usage.output_tokens`,
  double: 'score.base score.environmental score.temporal',
  boolean: 'code_signature.exists code_signature.trusted code_signature.valid volume.removable volume.writable',
  date: 'code_signature.timestamp matched.occurred alert.start alert.end email.delivery_timestamp email.origination_timestamp'
})

const byLastPart = table({
  wildcard: 'command_line',
  ip: 'ip',
  long: `port pid ppid vpid pgid bytes packets size exit_code args_count uptime sightings chi2 entropy var_entropy
    import_names_entropy import_names_var_entropy imports_names_entropy imports_names_var_entropy virtual_address
    virtual_size physical_size entrypoint public_key_exponent public_key_size max_bytes_per_process`,
  double: 'calculated_score calculated_score_norm static_score static_score_norm',
  boolean: 'interactive same_as_process established resumed coldstart max_bytes_per_process_exceeded go_stripped',
  date: `created start end ingested accessed ctime mtime not_after not_before first_seen last_seen modified_at installed
    creation_date`
})

function table (namesByType: Partial<Record<FieldType, string>>): Map<string, FieldType> {
  return new Map(Object.entries(namesByType).flatMap(([type, names]) => words(names).map((name) => [name, type as FieldType] as const)))
}

function words (text: string): string[] {
  return text.trim().split(/\s+/)
}
