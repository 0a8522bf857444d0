/** What every object of Kubernetes has; the rest of it is read by its kind. */
export type KubernetesObject = {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
  }
}

export type Container = {
  name: string
  image: string
  command?: string[]
  env?: { name: string; value?: string; valueFrom?: { secretKeyRef?: { name: string; key: string } } }[]
  envFrom?: { configMapRef: { name: string } }[]
  ports?: { name: string; containerPort: number }[]
  volumeMounts?: { name: string; mountPath: string }[]
  securityContext?: {
    allowPrivilegeEscalation?: boolean
    readOnlyRootFilesystem?: boolean
    capabilities?: { drop?: string[] }
  }
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> }
  lifecycle?: { preStop?: { sleep?: { seconds: number } } }
} & Partial<Record<'startupProbe' | 'livenessProbe' | 'readinessProbe', { httpGet?: { path: string; port: string } }>>

type SecretItems = { secret: { name: string; optional?: boolean; items: { key: string; path: string }[] } }

export type PodSpec = {
  serviceAccountName: string
  automountServiceAccountToken?: boolean
  terminationGracePeriodSeconds: number
  securityContext: { runAsNonRoot?: boolean; runAsUser?: number; seccompProfile?: { type: string } }
  containers: Container[]
  initContainers?: Container[]
  volumes?: {
    name: string
    projected?: { sources: SecretItems[] }
    persistentVolumeClaim?: { claimName: string }
  }[]
  topologySpreadConstraints: { labelSelector: Selector }[]
}

type Selector = { matchLabels?: Record<string, string>; matchExpressions?: unknown[] }

export type Workload = KubernetesObject & {
  spec: {
    selector: Selector
    template: { metadata: { labels: Record<string, string> }; spec: PodSpec }
    volumeClaimTemplates?: KubernetesObject[]
  }
}
export type Service = KubernetesObject & {
  spec: { selector: Record<string, string>; ports: { name: string; port: number; targetPort: string }[] }
}
export type Ingress = KubernetesObject & {
  spec: {
    tls?: { hosts: string[] }[]
    rules: {
      host: string
      http?: { paths: { path: string; backend: { service: { name: string; port: { name: string } } } }[] }
    }[]
  }
}
export type ConfigMap = KubernetesObject & { data: Record<string, string> }
export type Autoscaler = KubernetesObject & {
  spec: { scaleTargetRef: { kind: string; name: string }; minReplicas: number; maxReplicas: number }
}
export type DisruptionBudget = KubernetesObject & { spec: { selector: Selector } }
export type NetworkPolicy = KubernetesObject & {
  spec: {
    podSelector: Selector
    ingress?: { ports?: { port: number | string }[] }[]
    egress?: { ports?: { port: number | string }[] }[]
  }
}

/** The objects of one kind. */
export const ofKind = <Kind extends KubernetesObject>(objects: KubernetesObject[], ...kinds: string[]): Kind[] =>
  objects.filter(({ kind }) => kinds.includes(kind)) as Kind[]

/** Whether a pod with these labels is meant. */
export const selects = (wanted: Record<string, string> | undefined, labels: Record<string, string>): boolean =>
  Object.entries(wanted ?? {}).every(([name, value]) => labels[name] === value)
