{{/*
The usual rule: the release's name where it says the chart's, else both. Cut so that the longest name made of it stays valid: a
CronJob's has at most 52 characters, and a StatefulSet's must leave 11 for the hash in its pods' labels. A Service's name must
begin with a letter, so a release called 123 gets `soma-123-…`.
*/}}
{{- define "soma.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $full := default (contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name)) .Values.fullnameOverride -}}
{{- regexMatch "^[a-z]" $full | ternary $full (printf "soma-%s" $full) | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* Labels of a selector. They must never change, since Kubernetes does not let selectors of workloads change. Input: dict "root" $ "component" "silo". */}}
{{- define "soma.selector" -}}
app: somafractalmemory
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
component: {{ .component | quote }}
{{- end -}}

{{/* Labels of pods. They have no version of the chart, which would restart the stores with every upgrade. */}}
{{- define "soma.podLabels" -}}
{{ include "soma.selector" . }}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride | trunc 63 | trimSuffix "-" | quote }}
app.kubernetes.io/component: {{ .component | quote }}
app.kubernetes.io/part-of: somafractalmemory
{{- end -}}

{{- define "soma.labels" -}}
{{ include "soma.podLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service | quote }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" | quote }}
{{- end -}}

{{/* The image of a gateway or a silo. Input: dict "root" $ "part" "gateway"|"silo". */}}
{{- define "soma.image" -}}
{{- $image := .root.Values.image -}}
{{- $own := index $image .part -}}
{{- $repository := default (printf "%s-%s" $image.repository .part) $own.repository -}}
{{- $tag := default .root.Chart.AppVersion (default $image.tag $own.tag) -}}
{{- if $own.digest -}}
{{- printf "%s:%s@%s" $repository $tag $own.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository $tag -}}
{{- end -}}
{{- end -}}

{{- define "soma.serviceAccountName" -}}
{{- .root.Values.serviceAccount.create | ternary (printf "%s-%s" (include "soma.fullname" .root) .component) (default "default" .root.Values.serviceAccount.name) -}}
{{- end -}}
