{{/* What the spec of every pod has; it keeps to the pod security standard "restricted". Input: dict "root" $ "component" "silo" "uid" 1654. */}}
{{- define "soma.pod" -}}
serviceAccountName: {{ include "soma.serviceAccountName" . | quote }}
automountServiceAccountToken: false
# Otherwise Kubernetes sets variables for each Service (SOMA_QDRANT_PORT=tcp://…), which Soma would read as settings.
enableServiceLinks: false
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .uid }}
  runAsGroup: {{ .uid }}
  fsGroup: {{ .uid }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- end -}}

{{- define "soma.container" -}}
securityContext:
  allowPrivilegeEscalation: false
  privileged: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  capabilities:
    drop: [ALL]
{{- end -}}

{{/* Where pods of one component may run. Input: the component's values. */}}
{{- define "soma.placement" -}}
{{- with .priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/*
Spreads a component's pods over nodes and zones, where there are several. Input: dict "root" $ "component" c "values" v "revision" label.
The revision's label keeps a rollout from counting old pods together with new ones.
*/}}
{{- define "soma.spread" -}}
topologySpreadConstraints:
{{- if .values.topologySpreadConstraints }}
  {{- toYaml .values.topologySpreadConstraints | nindent 2 }}
{{- else }}
{{- $input := . }}
{{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . | quote }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "soma.selector" $input | nindent 8 }}
    matchLabelKeys: [{{ $input.revision }}]
{{- end }}
{{- end }}
{{- end -}}

{{/* Keeps a component's pods on nodes of their own: as many nodes are needed as there are pods. Input: dict "root" $ "component" c. */}}
{{- define "soma.apart" -}}
podAntiAffinity:
  requiredDuringSchedulingIgnoredDuringExecution:
    - topologyKey: kubernetes.io/hostname
      labelSelector:
        matchLabels:
          {{- include "soma.selector" . | nindent 10 }}
{{- end -}}

{{/*
What gateways bear, as {"tolerations": […]}: the values' taints, and those of a node that does not answer, for a short time.
Kubernetes would wait 300 seconds until it makes another pod. A toleration of the values for the same taint, or for all, goes before.
*/}}
{{- define "soma.gateway.tolerations" -}}
{{- $all := .Values.tolerations -}}
{{- range list "node.kubernetes.io/not-ready" "node.kubernetes.io/unreachable" -}}
{{- $taint := . -}}
{{- $isSet := false -}}
{{- range $.Values.tolerations -}}
{{- if or (empty .key) (eq .key $taint) -}}{{- $isSet = true -}}{{- end -}}
{{- end -}}
{{- if not $isSet -}}
{{- $all = append $all (dict "key" $taint "operator" "Exists" "effect" "NoExecute" "tolerationSeconds" (int64 $.Values.lostNodeSeconds)) -}}
{{- end -}}
{{- end -}}
{{- dict "tolerations" $all | toJson -}}
{{- end -}}

{{/* A volume's claim template, or an empty folder. Input: dict "persistence" p. */}}
{{- define "soma.claim" -}}
{{- if .persistence.enabled }}
persistentVolumeClaimRetentionPolicy:
  whenDeleted: Retain
  whenScaled: Retain
volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      {{- with .persistence.storageClass }}
      storageClassName: {{ . | quote }}
      {{- end }}
      resources:
        requests:
          storage: {{ .persistence.size | quote }}
{{- end }}
{{- end -}}

{{/* The HPA of a component. Input: dict "root" $ "component" c "kind" "Deployment" "name" n "values" autoscaling "stabilization" s. */}}
{{- define "soma.hpa" -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ .name | quote }}
  labels:
    {{- include "soma.labels" . | nindent 4 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: {{ .kind | quote }}
    name: {{ .name | quote }}
  minReplicas: {{ .values.minReplicas }}
  maxReplicas: {{ .values.maxReplicas }}
  metrics:
    {{- if .values.targetCPUUtilizationPercentage }}
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ .values.targetCPUUtilizationPercentage }}
    {{- end }}
    {{- if .values.targetMemoryUtilizationPercentage }}
    - type: Resource
      resource:
        name: memory
        target:
          type: Utilization
          averageUtilization: {{ .values.targetMemoryUtilizationPercentage }}
    {{- end }}
    {{- with .values.metrics }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  behavior:
    scaleUp:
      policies:
        - type: Pods
          value: 2
          periodSeconds: 60
    # Takes pods away slowly: each takes its caches and connections with it.
    scaleDown:
      stabilizationWindowSeconds: {{ .stabilization }}
      policies:
        - type: Pods
          value: 1
          periodSeconds: 60
{{- end -}}

{{/* How many pods there are at least. Input: dict "autoscaling" a "replicas" n. */}}
{{- define "soma.fewest" -}}
{{- .autoscaling.enabled | ternary .autoscaling.minReplicas .replicas -}}
{{- end -}}

{{/* Lets a drain end one pod at a time. A component of one pod has none: a drain would wait for ever. */}}
{{- define "soma.pdb" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .name | quote }}
  labels:
    {{- include "soma.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "soma.selector" . | nindent 6 }}
{{- end -}}
