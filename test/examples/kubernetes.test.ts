import { readFileSync } from 'node:fs'
import t from 'tap'
import { parseAllDocuments } from 'yaml'
import { readConfig } from '../../src/config.js'

const documents = parseAllDocuments(readFileSync('examples/kubernetes/tripline.yaml', 'utf8'))
const [configMap, service, statefulSet] = documents.map((document) => document.toJS())
const { spec } = statefulSet.spec.template
const [container] = spec.containers

t.test('it is YAML: a ConfigMap, a Service and a StatefulSet', async (t) => {
  t.same(documents.flatMap(({ errors }) => errors), [])
  t.same([configMap.kind, service.kind, statefulSet.kind], ['ConfigMap', 'Service', 'StatefulSet'])
})

t.test('its config can be taken, with the token that the container gets', async (t) => {
  const folder = t.testdir(configMap.data)
  const env = Object.fromEntries(container.env.map(({ name }: { name: string }) => [name, 'token']))
  const config = await readConfig({ file: `${folder}/tripline.yaml`, env })

  t.same(config.auth, { bearer: 'token' })
  t.equal(config.listen.port, container.ports[0].containerPort)
  t.equal(config.listen.port, service.spec.ports[0].port)
  t.match(config.state, { dir: new RegExp(`^${container.volumeMounts[1].mountPath}/`) })
})

t.test('there is one process, and it gets the time that it needs to stop', async (t) => {
  t.equal(statefulSet.spec.replicas, 1)
  t.ok(spec.terminationGracePeriodSeconds > 10)
})

t.test('the probes ask for pages that exist', async (t) => {
  t.equal(container.livenessProbe.httpGet.path, '/health')
  t.strictSame(container.readinessProbe.httpGet, { path: '/ready', port: 'http' })
})

t.test('names and labels agree', async (t) => {
  t.same(service.spec.selector, statefulSet.spec.template.metadata.labels)
  t.same(statefulSet.spec.selector.matchLabels, statefulSet.spec.template.metadata.labels)
  t.equal(statefulSet.spec.serviceName, service.metadata.name)
  t.equal(spec.volumes[0].configMap.name, configMap.metadata.name)
  t.equal(statefulSet.spec.volumeClaimTemplates[0].metadata.name, container.volumeMounts[1].name)
  t.equal(service.spec.ports[0].targetPort, container.ports[0].name)
})
