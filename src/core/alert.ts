/** One record of an alert: DESIGN section 2.4. Dotted `kibana.alert.*` keys beside nested ECS. */
export interface AlertRecord {
  '@timestamp': string
  message: string
  event: { kind: 'signal', action: 'open' | 'update' | 'close' }
  'kibana.alert.uuid': string
  'kibana.alert.status': 'active' | 'recovered'
  tripline: { record_id: string, sequence: number, [name: string]: unknown }
  [field: string]: unknown
}
