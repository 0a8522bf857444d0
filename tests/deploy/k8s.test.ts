import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { kustomizations, root, serviceNames } from './folders.ts'
import {
  ofKind,
  selects,
  type Autoscaler,
  type ConfigMap,
  type Container,
  type DisruptionBudget,
  type KubernetesObject,
  type NetworkPolicy,
  type Service,
  type Workload,
} from './kustomize/objects.ts'
import { documentedSecrets, rendered } from './rendered.ts'
import { findUnknownFields, findWrongValues } from './schemas.ts'
import { plausible, serviceOf } from './services.ts'

const objectsOf = (name: string) => rendered.get(name) ?? []
const overlays = kustomizations.filter((name) => name.startsWith('overlays/'))
const nameOf = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`
const workloads = (objects: KubernetesObject[]) => ofKind<Workload>(objects, 'Deployment', 'StatefulSet')
const podOf = (workload: Workload) => workload.spec.template.spec
const labelsOf = (workload: Workload) => workload.spec.template.metadata.labels
const allContainers = (workload: Workload) => [...(podOf(workload).initContainers ?? []), ...podOf(workload).containers]

describe.each(kustomizations)('%s', (name) => {
  const objects = objectsOf(name)

  test('is made of objects that Kubernetes knows, to the field', async () => {
    expect(objects.length).toBeGreaterThan(0)
    for (const object of objects)
      expect([nameOf(object), await findWrongValues(object)]).toEqual([nameOf(object), undefined])
    expect(findUnknownFields(objects)).toBe('')
  })

  test('has each object once, in the namespace parley, labelled as part of parley', () => {
    const names = objects.map(nameOf)
    expect(names).toEqual([...new Set(names)])
    for (const { kind, metadata } of objects) {
      expect(kind === 'Namespace' ? metadata.name : metadata.namespace).toBe('parley')
      if (kind !== 'Secret') expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/part-of': 'parley' })
    }
  })
})

test('there is a folder for each service, and none beside them', () => {
  const folders = kustomizations.filter((name) => name.startsWith('services/'))
  expect(folders.toSorted()).toEqual(serviceNames.map((name) => `services/${name}`).toSorted())
})

describe.each([...serviceNames.map((name) => `services/${name}`), ...overlays])(
  'what belongs together in %s',
  (name) => {
    const objects = objectsOf(name)

    test('selectors find pods, services their ports, autoscalers what they scale', () => {
      const pods = workloads(objects)
      for (const workload of pods) {
        expect(selects(workload.spec.selector.matchLabels, labelsOf(workload))).toBe(true)
        for (const { labelSelector } of podOf(workload).topologySpreadConstraints ?? []) {
          expect(selects(labelSelector.matchLabels, labelsOf(workload))).toBe(true)
        }
      }
      for (const service of ofKind<Service>(objects, 'Service')) {
        const behind = pods.filter((workload) => selects(service.spec.selector, labelsOf(workload)))
        expect([service.metadata.name, behind.length]).toEqual([service.metadata.name, 1])
        const open = behind.flatMap((workload) => podOf(workload).containers.flatMap(({ ports = [] }) => ports))
        for (const { port, targetPort } of service.spec.ports)
          expect(open).toContainEqual({ name: targetPort, containerPort: port })
      }
      for (const { spec } of ofKind<Autoscaler>(objects, 'HorizontalPodAutoscaler')) {
        expect(pods.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toContain(
          `${spec.scaleTargetRef.kind} ${spec.scaleTargetRef.name}`,
        )
        expect(spec.minReplicas).toBeLessThanOrEqual(spec.maxReplicas)
      }
      for (const { spec } of ofKind<DisruptionBudget>(objects, 'PodDisruptionBudget')) {
        expect(pods.filter((workload) => selects(spec.selector.matchLabels, labelsOf(workload)))).toHaveLength(1)
      }
      const accounts = ofKind(objects, 'ServiceAccount').map(({ metadata }) => metadata.name)
      for (const workload of ofKind<Workload>(objects, 'Deployment'))
        expect(accounts).toContain(podOf(workload).serviceAccountName)
    })

    test('what is mounted is there', () => {
      // base is applied before any service.
      const claims = ofKind([...objectsOf('base'), ...objects], 'PersistentVolumeClaim').map(
        ({ metadata }) => metadata.name,
      )
      for (const workload of workloads(objects)) {
        const { volumes = [] } = podOf(workload)
        const ownClaims = (workload.spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name)
        const names = [...volumes.map(({ name }) => name), ...ownClaims]
        for (const { volumeMounts = [] } of allContainers(workload)) {
          for (const { name } of volumeMounts) expect(names).toContain(name)
        }
        const claimed = volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [])
        for (const name of claimed) expect(claims).toContain(name)
      }
    })

    test('every secret that is read is one that operators are told to make', () => {
      for (const workload of workloads(objects)) {
        const items = podOf(workload)
          .volumes?.flatMap(({ projected }) => projected?.sources ?? [])
          .flatMap(({ secret }) => secret.items.map(({ key }) => ({ name: secret.name, key })))
        const references = allContainers(workload).flatMap(({ env = [] }) =>
          env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []),
        )
        for (const { name, key } of [...(items ?? []), ...references])
          expect([...(documentedSecrets[name] ?? [])]).toContain(key)
      }
    })
  },
)

const shared = ofKind<ConfigMap>(objectsOf('base'), 'ConfigMap')

/** A service in one of the kustomizations that it is deployed by. */
type Deployed = { service: string; where: string; objects: KubernetesObject[] }
const deployments = serviceNames.flatMap((service): Deployed[] => [
  { service, where: `services/${service}`, objects: [...shared, ...objectsOf(`services/${service}`)] },
  ...overlays.map((where) => ({ service, where, objects: objectsOf(where) })),
])

/** What a container has in its environment, with the files of secrets read. */
function environmentOf({ env = [], envFrom = [] }: Container, objects: KubernetesObject[], files: string[]) {
  const maps = ofKind<ConfigMap>(objects, 'ConfigMap')
  const fromMaps = envFrom.map(
    ({ configMapRef }) => maps.find(({ metadata }) => metadata.name === configMapRef.name)?.data,
  )
  if (fromMaps.includes(undefined)) throw new Error(`A ConfigMap is missing: ${JSON.stringify(envFrom)}`)
  const environment: Record<string, string> = {}
  for (const [name, value] of [
    ...fromMaps.flatMap((data) => Object.entries(data ?? {})),
    ...env.map((item) => [item.name, item.value ?? ''] as const),
  ]) {
    if (!name.endsWith('_FILE')) environment[name] = value
    else if (files.includes(value))
      environment[name.slice(0, -'_FILE'.length)] = plausible[name.slice(0, -'_FILE'.length)] ?? 'secret'
    else throw new Error(`${name} is ${value}, and nothing is mounted there`)
  }
  return environment
}

describe.each(deployments)('$service by $where', ({ service, objects }) => {
  const config = serviceOf(service)
  const workload = ofKind<Workload>(objects, 'Deployment').find(({ metadata }) => metadata.name === service) as Workload
  const pod = podOf(workload)
  const container = pod.containers.find(({ name }) => name === 'service') as Container
  const init = pod.initContainers?.find(({ name }) => name === 'migrate')

  /** The files of secrets that a container sees. */
  const filesOf = ({ volumeMounts = [] }: Container) =>
    volumeMounts.flatMap(({ name, mountPath }) =>
      (pod.volumes?.find((volume) => volume.name === name)?.projected?.sources ?? []).flatMap(({ secret }) =>
        secret.items.map(({ path }) => `${mountPath}/${path}`),
      ),
    )
  const environment = environmentOf(container, objects, filesOf(container))

  test('has an environment of names that it reads, with all that it needs', () => {
    expect(Object.keys(environment).filter((name) => !config.names.has(name))).toEqual([])
    expect(Object.keys(environment)).toEqual(expect.arrayContaining(config.stores))
    expect(() => config.read(environment)).not.toThrow()
  })

  test('opens the ports that it listens on, and is probed where it answers about its health', () => {
    const open = new Map(container.ports?.map(({ name, containerPort }) => [name, containerPort]))
    expect(open.get('internal')).toBe(config.internalPort)
    expect(open.get('http')).toBe(config.publicPort)
    expect(container.startupProbe?.httpGet).toEqual({ path: '/livez', port: 'internal' })
    expect(container.livenessProbe?.httpGet).toEqual({ path: '/livez', port: 'internal' })
    expect(container.readinessProbe?.httpGet).toEqual({ path: '/readyz', port: 'internal' })
  })

  test('has its tables ready before it starts, if it has tables', () => {
    expect(init !== undefined).toBe(config.stores.includes('DATABASE_URL'))
    if (!init) return
    expect(init.command).toEqual(['node', 'src/migrate.ts'])
    expect(existsSync(join(root, 'services', service, 'src/migrate.ts'))).toBe(true)
    expect(init.image).toBe(container.image)
    expect(Object.keys(environmentOf(init, objects, filesOf(init)))).toEqual(expect.arrayContaining(['DATABASE_URL']))
    expect(environment['MIGRATE']).toBe('off')
  })

  test('runs under the restricted pod security, with nothing of the cluster in its hands', () => {
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 10_001, seccompProfile: { type: 'RuntimeDefault' } },
    })
    for (const { securityContext, resources } of allContainers(workload)) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
      expect(resources?.limits?.['memory']).toBeDefined()
      expect(resources?.requests).toMatchObject({
        cpu: expect.any(String) as string,
        memory: resources?.limits?.['memory'],
      })
    }
    expect(container.volumeMounts).toContainEqual({ name: 'tmp', mountPath: '/tmp' })
  })

  test('has the time to drain before it is killed', () => {
    const { drainMs } = config.read(environment) as { drainMs: number }
    const preStopS = container.lifecycle?.preStop?.sleep?.seconds ?? 0
    expect(preStopS).toBeGreaterThanOrEqual(5)
    // Edges close within 5 s, the bus within another drain.
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(preStopS + (2 * drainMs) / 1_000 + 5)
  })

  test('reaches its data stores and is reached from the ingress, if it has an edge, through the network policies', () => {
    const policy = ofKind<NetworkPolicy>(objects, 'NetworkPolicy').find(({ metadata }) => metadata.name === service)
    expect(policy && selects(policy.spec.podSelector.matchLabels, labelsOf(workload))).toBe(true)
    const ports = { NATS_URL: 4222, REDIS_URL: 6379, DATABASE_URL: 5432 } as Record<string, number>
    const needed = config.stores.map((name) => ports[name])
    const [toStores, ...others] = policy?.spec.egress ?? []
    expect(toStores?.ports?.map(({ port }) => port)).toEqual(needed)
    const outside = service === 'auth' ? [443, 465, 587] : [443]
    const left = others.flatMap(({ ports = [] }) => ports.map(({ port }) => port))
    expect(left.filter((port) => !outside.includes(Number(port)))).toEqual([])
    const entered = (policy?.spec.ingress ?? []).flatMap(({ ports = [] }) => ports.map(({ port }) => port))
    expect(entered).toEqual(config.publicPort === undefined ? [] : ['http'])
  })
})

test('the edges that ask who came believe exactly the ingress in front of them', () => {
  const asking = deployments.filter(({ service }) => serviceOf(service).names.has('TRUSTED_PROXIES'))
  for (const { service, objects } of asking) {
    const maps = ofKind<ConfigMap>(objects, 'ConfigMap').filter(({ metadata }) => metadata.name === service)
    expect(maps.map(({ data }) => data['TRUSTED_PROXIES'])).toEqual(['1'])
  }
})

test('in production a device has to be activated', () => {
  const maps = ofKind<ConfigMap>(objectsOf('overlays/prod'), 'ConfigMap')
  expect(maps.find(({ metadata }) => metadata.name === 'device-hub')?.data['DEVICE_ACTIVATION']).toBe('required')
})
