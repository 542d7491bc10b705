{{/*
What the cluster runs already, where it matters. `lookup` sees it in `helm install`, `upgrade` and `--dry-run=server`, and sees
nothing in `helm template`, nor in tools that render by it, such as Argo CD.
*/}}

{{/*
How many pods a component has. Under a scaler: those that run, within the scaler's bounds, or its fewest. Without a number
Kubernetes would set 1 when a release changes over to a scaler, and end the others until the scaler acts.
Input: dict "root" $ "kind" k "name" n "autoscaling" a "count" c.
*/}}
{{- define "soma.replicas" -}}
{{- if .autoscaling.enabled -}}
{{- $running := lookup "apps/v1" .kind .root.Release.Namespace .name | dig "spec" "replicas" 0 | int -}}
{{- min $running (int .autoscaling.maxReplicas) | max (int .autoscaling.minReplicas) -}}
{{- else -}}
{{- int .count -}}
{{- end -}}
{{- end -}}

{{/*
A store's podManagementPolicy. Parallel: a rollout that is stuck at a broken pod is healed by the next one, such as a rollback,
which OrderedReady would let wait for the broken pod for ever. Kubernetes forbids a change of the field, so a StatefulSet that
is there keeps its own. Input: list $ name.
*/}}
{{- define "soma.podManagement" -}}
{{- lookup "apps/v1" "StatefulSet" (index . 0).Release.Namespace (index . 1) | dig "spec" "podManagementPolicy" "Parallel" -}}
{{- end -}}

{{/* A quantity of bytes as a whole number: 1Gi and 1024Mi are the same. Input: the quantity. */}}
{{- define "soma.bytes" -}}
{{- $text := kindIs "string" . | ternary . (int64 . | toString) -}}
{{- $number := regexFind "^[0-9.]+" $text -}}
{{- $factors := dict "" 1 "m" 0.001 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "P" 1e15 "E" 1e18 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 "Pi" 1125899906842624 "Ei" 1152921504606846976 -}}
{{- mulf (float64 $number) (get $factors (trimPrefix $number $text)) | ceil | int64 -}}
{{- end -}}
